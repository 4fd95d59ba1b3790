// The Easy Way on this machine, as a user types it: apply, exec, change, apply, versions, delete; by a local HKube that serves, or by one of
// the command's own process.

import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { tarGz } from '#test/support/archive-bytes';
import type { Running } from '#test/support/cli';
import { type Project, project, untilSaid } from '#test/support/projects';

/** Where local HKube does not look for algorithms by itself. */
const PLACE = 'mine/of/words';
const DOCUMENT = 'name: count-words\nenv: nodejs\ncode: { path: src, entryPoint: main }\nresources: { cpu: 2 }\n';
const files = {
  [`${PLACE}/algorithm.yml`]: DOCUMENT,
  [`${PLACE}/src/main.js`]: 'exports.start = ({ input: [text] }) => text.split(" ").length;',
};
/** Its installation begins, and does not end. */
const HANGING = {
  [`${PLACE}/algorithm.yml`]: `${DOCUMENT}dependencyInstallCmd: install.sh\n`,
  [`${PLACE}/src/main.js`]: 'exports.start = () => 1;',
  [`${PLACE}/src/install.sh`]: 'echo waiting; exec tail -f /dev/null\n',
};

const APPLY = ['apply', `./${PLACE}`];
const RUN = ['exec', 'algorithm', 'count-words', '--input', '["to be or"]', '--json'];

async function serve({ start }: Project): Promise<Running> {
  const running = start('local', '--port', '0', '--workers-port', '0');
  await untilSaid(running, 'Ctrl-C ends it');
  return running;
}

const resultOf = async (here: Project): Promise<unknown> => {
  const document: { data: readonly { result: unknown }[] } = JSON.parse((await here.run(...RUN)).stdout);
  return document.data[0]?.result;
};

const change = (here: Project, code: string): void =>
  writeFileSync(here.path(`${PLACE}/src/main.js`), `exports.start = ({ input: [text] }) => ${code};`);

describe.each([
  ['a local HKube that serves', serve],
  ['none that serves', async () => Promise.resolve(undefined)],
] as const)('with %s', (_, begin) => {
  // A dozen commands, one after the other.
  it('an algorithm is applied, run, changed, applied again, set back, and deleted', { timeout: 90_000 }, async () => {
    const here = project(files);
    const server = await begin(here);
    const first = await here.run(...APPLY);
    expect(first).toMatchObject({ code: 0 });
    expect(first.stdout).toContain('a first build of algorithm count-words has begun\n');
    expect(first.stdout).toContain('cpu is recorded and not enforced here');
    expect(first.stdout).toMatch(
      /\ncount-words 1\.0\.0 \(version \w{10}\), local\/count-words:v\w+: the current one\n$/,
    );
    expect(first.stderr).toMatch(
      /\nUnpacked count-words\.zip: 1 file[^]*\nbuild count-words-\w{6} completed, [\d.]+ s\n/,
    );
    expect(await resultOf(here)).toBe(3);

    expect((await here.run(...APPLY)).stdout).toContain('no build of algorithm count-words is needed');
    change(here, 'text.length');
    expect((await here.run(...APPLY)).stdout).toMatch(
      /because of a change in checksum\n[^]*1\.0\.1 .*: the current one\n$/,
    );
    expect(await resultOf(here)).toBe(8);

    expect((await here.run('versions', 'count-words')).stdout).toMatch(/\n\* +1\.0\.1 .*\n +1\.0\.0 /);
    expect(await here.run('versions', 'set', 'count-words', '1.0.0')).toMatchObject({ code: 0 });
    expect(await resultOf(here)).toBe(3);
    expect((await here.run('algorithms')).stdout).toMatch(/count-words +Code +nodejs/);
    expect((await here.run('builds', 'count-words')).stdout.match(/completed/g)).toHaveLength(2);

    expect(await here.run('delete', 'count-words', '--no-keep-versions')).toMatchObject({ code: 0 });
    expect(await here.run(...RUN)).toMatchObject({ code: 2, stderr: expect.stringContaining('count-words Not Found') });
    server?.process.kill('SIGINT');
    await server?.exited;
    expect(readdirSync(here.path('.hkube/local/uploads'))).toEqual([]);
  });

  it('a build that fails ends with 1, and whoever runs it is told where to look', async () => {
    const here = project(files);
    await begin(here);
    change(here, 'nothing');
    writeFileSync(here.path(`${PLACE}/src/main.js`), 'exports.begin = () => 1;');
    const { code, stderr } = await here.run(...APPLY);
    expect(code).toBe(1);
    expect(stderr).toMatch(/build count-words-\w{6} failed, .*: unable to find mandatory method start/);
    expect(await here.run(...RUN)).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/missing image for algorithm count-words.*algorithm-actor builds count-words/),
    });
  });

  it('an archive that leads out of its folder is refused with words, and nothing of it is left', async () => {
    const here = project(files);
    await begin(here);
    writeFileSync(here.path('evil.tgz'), tarGz([{ name: '../../out.js', content: 'x' }]));
    const { code, stdout, stderr } = await here.run(...APPLY, '--code-path', '../../../evil.tgz');
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('"../../out.js"');
    const kept = (folder: string): readonly string[] =>
      existsSync(here.path(`.hkube/local/${folder}`)) ? readdirSync(here.path(`.hkube/local/${folder}`)) : [];
    expect([kept('uploads'), kept('builds')]).toEqual([[], []]);
    expect((await here.run('algorithms')).stdout).not.toContain('count-words');
  });
});

it('what is sent again with --set-current becomes the current one, though it makes no version', async () => {
  const here = project(files);
  await here.run(...APPLY);
  const changed = await here.run(...APPLY, '--cpu', '3');
  expect(changed.stdout).toMatch(/1\.0\.1 .*: not the current one\n$/);
  const again = await here.run(...APPLY, '--cpu', '3', '--set-current');
  expect(again.stdout).toMatch(/\ncount-words 1\.0\.1 .*: the current one\n$/);
  expect((await here.run('versions', 'count-words')).stdout).toMatch(/\n\* +1\.0\.1 .*\n +1\.0\.0 /);
});

it('a build of this process is stopped by Ctrl-C, and left by nobody', async () => {
  const here = project(HANGING);
  const running = here.start(...APPLY);
  await untilSaid(running, 'waiting');
  running.process.kill('SIGINT');
  expect(await running.exited).toBe(130);
  expect(running.stderr()).toMatch(/interrupted: stopping build count-words-\w{6}; once more ends it at once\n/);
  expect(running.stderr()).toMatch(/build count-words-\w{6} stopped/);
  expect((await here.run('builds', 'count-words')).stdout).toContain('stopped');
});

it('a build of this process is stopped when its time is over', async () => {
  const here = project(HANGING);
  const { code, stderr } = await here.run(...APPLY, '--timeout', '1');
  expect(code).toBe(5);
  expect(stderr).toMatch(/timed out after 1 s: stopping build [^]*stopped/);
});

it('a build of another process in this folder is left by Ctrl-C and by --timeout, and goes on', async () => {
  const here = project(HANGING);
  const building = here.start(...APPLY);
  await untilSaid(building, 'waiting');
  const timed = await here.run(...APPLY, '--timeout', '1');
  expect(timed).toMatchObject({ code: 5, stderr: expect.stringContaining('on its way in another local HKube') });

  const id = /count-words-\w{6}/.exec(building.stderr())?.[0] ?? '';
  const following = here.start('builds', 'log', id, '--follow');
  await untilSaid(following, `build ${id}`);
  following.process.kill('SIGINT');
  expect(await following.exited).toBe(130);
  expect(building.process.exitCode).toBeNull();
  building.process.kill('SIGINT');
  expect(await building.exited).toBe(130);
});

it('a build of a server goes on when its follower leaves, is looked at, stopped, and begun again', async () => {
  const here = project(HANGING);
  await serve(here);
  const running = here.start(...APPLY);
  await untilSaid(running, 'waiting');
  running.process.kill('SIGINT');
  expect(await running.exited).toBe(130);
  const id = /algorithm-actor builds stop (count-words-\w{6})\n/.exec(running.stderr())?.[1] ?? '';
  expect((await here.run('builds', 'status', id)).stdout).toMatch(/^active, \d+%\n$/);
  expect((await here.run('builds', 'log', id)).stdout).toContain('waiting\n');

  const following = here.start('builds', 'log', id, '--follow');
  await expect.poll(following.stdout).toContain('waiting');
  expect(await here.run('builds', 'stop', id)).toMatchObject({ code: 0 });
  expect(await following.exited).toBe(3);
  expect(await here.run('builds', 'stop', id)).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('unable to stop build because its in stopped status'),
  });
  expect(await here.run('builds', 'rerun', id, '--no-wait')).toMatchObject({ code: 0, stdout: `${id}\n` });
});

it('--no-wait wants a server that goes on', async () => {
  const here = project(files);
  expect(await here.run(...APPLY, '--no-wait')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('--no-wait needs a server that goes on'),
  });
  await serve(here);
  expect(await here.run(...APPLY, '--no-wait')).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/\ncount-words-\w{6}\n$/),
  });
});
