// `algorithm-actor dev`: an algorithm that somebody works on. It runs again when it has changed, and survives what it does.

import { symlinkSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Running } from '#test/support/cli';
import { connectFakeAlgorithm } from '#test/support/fake-algorithm';
import { ADD, project, untilSaid, WAIT } from '#test/support/projects';
import { writeFile } from '#test/support/temporary';

const PORTS = ['--workers-port', '0'];

async function untilPrinted(running: Running, words: string | RegExp): Promise<void> {
  await expect.poll(running.stdout, { timeout: 15_000 }).toMatch(words);
}

describe('dev', () => {
  it('--once runs the algorithm, and ends with its exit code', async () => {
    const { run } = project({ 'add.mjs': ADD, 'fail.mjs': "export const start = () => { throw new Error('oh'); };" });
    const [good, bad] = await Promise.all([
      run('dev', './add.mjs', '--input', '[1, 2]', '--once', '--json', ...PORTS),
      run('dev', './fail.mjs', '--input', '[]', '--once', ...PORTS),
    ]);
    expect(good.code).toBe(0);
    expect(JSON.parse(good.stdout)).toMatchObject({ status: 'completed', data: [{ result: 3 }] });
    expect(bad).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('node "fail": oh') });
  });

  it('runs it again when its files change, also in the middle of a run, and after it was broken', async () => {
    const here = project({ 'work/main.mjs': WAIT, 'work/algorithm.yml': 'name: work\nentryPoint: main.mjs' });
    const running = here.start('dev', 'work', '--input', '[]', ...PORTS);
    await untilSaid(running, 'begun');
    writeFile(here.path('work/main.mjs'), "import { word } from './word.mjs';\nexport const start = () => word;");
    await untilSaid(running, /node "work": .*word\.mjs/);
    writeFile(here.path('work/word.mjs'), "export const word = 'mended';");
    await untilPrinted(running, /work +"mended"/);
    running.process.kill('SIGTERM');
    expect(await running.exited).toBe(143);
  });

  it('does not run again because of what the algorithm writes, or of its own state', async () => {
    const writes = `import { writeFileSync } from 'node:fs';
export const start = () => writeFileSync('out.json', String(Math.random()));`;
    const here = project({ 'writes.mjs': writes });
    // A link that leads back to where it lies.
    symlinkSync('.', here.path('self'));
    const running = here.start('dev', 'writes.mjs', '--input', '[]', '--state', 'state', ...PORTS);
    await untilPrinted(running, 'writes');
    writeFile(here.path('writes.mjs'), "export const start = () => 'second';");
    await untilPrinted(running, 'second');
    expect(running.stdout().match(/NODE/g)).toHaveLength(2);
  });

  it('--once without an input runs without arguments', async () => {
    const { run } = project({ 'add.mjs': ADD });
    expect(await run('dev', 'add.mjs', '--once', ...PORTS)).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/add +0/),
    });
  });

  it('says why a run is refused, and goes on; with --once that is its end', async () => {
    const here = project({ 'add.mjs': ADD });
    const refused = ['dev', 'add.mjs', '--input', '["@flowInput.x"]', ...PORTS];
    const running = here.start(...refused);
    await untilSaid(running, 'unable to find flowInput.x');
    expect(running.process.exitCode).toBeNull();
    expect(await here.run(...refused, '--once')).toMatchObject({ code: 2, stdout: '' });
  });

  it('survives a crash of the algorithm, and serves the commands of its folder', async () => {
    const crash = 'export const start = ({ input: [what] }) => (what === "die" ? process.exit(3) : what);';
    const here = project({ 'crash.mjs': crash });
    const running = here.start('dev', 'crash.mjs', ...PORTS);
    await untilSaid(running, 'REST API at');
    const dead = await here.run('exec', 'stored', 'x');
    expect(dead).toMatchObject({ code: 2, stderr: expect.stringContaining('pipeline x Not Found') });
    expect(await here.run('exec', 'algorithm', 'crash', '--input', '"die"')).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/node "crash": /),
    });
    expect((await here.run('exec', 'algorithm', 'crash', '--input', '"alive"')).stdout).toContain('"alive"');
  });

  it('--no-spawn starts nothing, prints where to connect, and waits for it', async () => {
    const here = project({ 'add.mjs': ADD });
    const running = here.start('dev', 'add.mjs', '--input', '[1]', '--no-spawn', ...PORTS);
    await untilSaid(running, /WORKER_SOCKET_URL=\S+/);
    const url = /WORKER_SOCKET_URL=(\S+)/.exec(running.stderr())?.[1] ?? '';
    const algorithm = await connectFakeAlgorithm(url);
    await algorithm.begin();
    algorithm.say('done', 'from the debugger');
    await untilPrinted(running, /add +"from the debugger"/);
  });

  it.each([
    [['dev'], "missing required argument 'algorithm'"],
    [['dev', 'nope.ts'], 'nope.ts: no such file; give an algorithm.yml'],
    [['dev', 'add.mjs', '--input', '{'], 'Expected JSON'],
    [['dev', 'a.yml'], 'a.yml: name: algorithm should have required property'],
  ])('%j ends with 2 and words', async (args, words) => {
    const { run } = project({ 'add.mjs': ADD, 'a.yml': 'env: nodejs' });
    expect(await run(...args)).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining(words) });
  });
});
