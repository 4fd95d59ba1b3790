// Builds that are ended: by a person, with this process, or by a process that is killed. Nothing of them runs on.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { filesOf, orderOf, START, startBuilder, untilLogged, untilThere } from '#test/support/builds';
import { temporaryFolder } from '#test/support/temporary';

/** Code whose installation says `begun`, writes the number of its process into a file, and goes on for ever. */
function endless(folder: string, name = 'pid') {
  const file = join(folder, name);
  const script = `require('fs').writeFileSync('${file}', String(process.pid)); console.log('begun'); setInterval(() => 0, 1e9);`;
  return {
    files: {
      'index.js': START,
      'package.json': '{"scripts":{"postinstall":"node install.cjs"}}',
      'install.cjs': script,
    },
    begun: () => untilThere(file),
    pid: () => Number(readFileSync(file, 'utf8')),
  };
}

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

/** What was killed stays until somebody has noticed. */
const untilGone = (pid: number): Promise<void> => expect.poll(() => isAlive(pid), { timeout: 10_000 }).toBe(false);

describe('a build that is stopped', () => {
  it('ends what installs it, leaves no code, and can be run again', async () => {
    const { builder, begin, folder, built } = await startBuilder();
    const { files, pid } = endless(temporaryFolder());
    const { buildId } = await begin(files);
    await untilLogged(builder, buildId, 'begun');
    expect(await builder.status(buildId)).toMatchObject({ status: 'active', progress: 20, endTime: null });
    await expect(builder.rerun(buildId)).rejects.toMatchObject({
      code: 'INVALID_CALL',
      message: 'unable to rerun build because its in active status',
    });
    await builder.stop(buildId);
    await untilGone(pid());
    const stopped = await builder.status(buildId);
    expect(stopped).toMatchObject({ status: 'stopped', progress: 20, error: null, trace: null });
    expect(stopped.result?.data).toMatch(/begun[^]*Stopped\.\n$/);
    expect(filesOf(folder, buildId)).toEqual(['archive.zip', 'build.json', 'log.txt']);
    expect(built).toEqual([]);
    await expect(builder.stop(buildId)).rejects.toThrow('unable to stop build because its in stopped status');
    await builder.rerun(buildId);
    await untilLogged(builder, buildId, 'begun');
  });

  it('in the check ends the author’s code', async () => {
    const { builder, begin } = await startBuilder();
    const { buildId } = await begin({ 'index.js': `console.log('spinning'); for (;;);` });
    await untilLogged(builder, buildId, 'spinning');
    expect(await builder.status(buildId)).toMatchObject({ status: 'active', progress: 40 });
    await builder.stop(buildId);
    expect(await builder.status(buildId)).toMatchObject({ status: 'stopped', progress: 40 });
  });

  it('before its turn never begins', async () => {
    const { builder, begin } = await startBuilder({ atOnce: 1 });
    const first = await begin(endless(temporaryFolder()).files);
    const second = await begin({ 'index.js': START });
    await untilLogged(builder, first.buildId, 'begun');
    expect(await builder.status(second.buildId)).toMatchObject({ status: 'pending', progress: 0, result: null });
    await builder.stop(second.buildId);
    expect(await builder.status(second.buildId)).toMatchObject({ status: 'stopped', progress: 0 });
  });

  it('while it is published is completed all the same, and whoever asked is told', async () => {
    let open = (): void => undefined;
    let hear = (): void => undefined;
    const publishing = new Promise<void>((resolve) => (hear = resolve));
    const { builder, begin } = await startBuilder({
      onBuilt: () => {
        hear();
        return new Promise((resolve) => (open = resolve));
      },
    });
    const { buildId } = await begin({ 'index.js': START });
    await publishing;
    const refused = expect(builder.stop(buildId)).rejects.toThrow(
      'unable to stop build because its in completed status',
    );
    open();
    await refused;
  });
});

it('so many are built at once; the next one begins when one is over (Y2)', async () => {
  const { builder, begin } = await startBuilder();
  const going = await Promise.all([1, 2].map(() => begin(endless(temporaryFolder()).files)));
  for (const { buildId } of going) await untilLogged(builder, buildId, 'begun');
  const third = await begin({ 'index.js': START });
  expect(await builder.status(third.buildId)).toMatchObject({ status: 'pending' });
  await builder.stop(going[0]?.buildId ?? '');
  expect(await builder.ended(third.buildId)).toMatchObject({ status: 'completed' });
});

it('a builder that is closed ends its builds, with words, and begins no others', async () => {
  const { builder, begin, folder } = await startBuilder({ atOnce: 1 });
  const { files, pid } = endless(temporaryFolder());
  const active = await begin(files);
  const pending = await begin({ 'index.js': START });
  await untilLogged(builder, active.buildId, 'begun');
  await builder.close();
  await untilGone(pid());
  for (const { buildId } of [active, pending])
    expect(await builder.status(buildId)).toMatchObject({
      status: 'stopped',
      error: `local HKube was ended while this build was on its way. Run it again: algorithm-actor builds rerun ${buildId}`,
    });
  const closed = 'This local HKube is ending: it builds nothing any more.';
  await expect(begin({ 'index.js': START })).rejects.toMatchObject({ code: 'INVALID_CALL', message: closed });
  await expect(builder.rerun(active.buildId)).rejects.toThrow(closed);
  const next = await startBuilder({ folder });
  await next.builder.rerun(pending.buildId);
  expect(await next.builder.ended(pending.buildId)).toMatchObject({ status: 'completed' });
});

/** A process that builds; `said` waits for a line of it, and gives what stands behind the word. */
async function buildingProcess(files: Readonly<Record<string, string>>, folder: string) {
  const { source } = await orderOf(files);
  const path = source.kind === 'archive' ? source.path : '';
  const options = ['--conditions=algorithm-actor-source', '--import=tsx', 'test/fixtures/building-parent.ts'];
  const parent = spawn(process.execPath, [...options, folder, path], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void parent.kill('SIGKILL'));
  let text = '';
  parent.stdout.on('data', (data: Buffer) => (text += data.toString()));
  const said = async (word: string): Promise<string> => {
    const line = new RegExp(`^${word} (.*)$`, 'm');
    await expect.poll(() => text, { timeout: 20_000 }).toMatch(line);
    return line.exec(text)?.[1] ?? '';
  };
  const kill = async (): Promise<void> => {
    parent.kill('SIGKILL');
    await once(parent, 'exit');
  };
  return { said, kill, pid: parent.pid };
}

describe('a process that is killed', () => {
  it('in the midst of a build leaves one that has failed, with words, and nothing that runs (Y1)', async () => {
    const folder = join(temporaryFolder(), 'builds');
    const { files, begun, pid } = endless(temporaryFolder());
    const parent = await buildingProcess(files, folder);
    const buildId = await parent.said('began');
    await begun();
    await expect
      .poll(() => readFileSync(join(folder, buildId, 'log.txt'), 'utf8'), { timeout: 10_000 })
      .toContain('begun');
    const other = await startBuilder({ folder });
    // It lives, and what it builds is its own.
    expect(await other.builder.status(buildId)).toMatchObject({ status: 'pending', result: null });
    for (const ask of [other.builder.stop, other.builder.rerun, other.builder.ended])
      await expect(ask(buildId)).rejects.toThrow(
        `build ${buildId} is on its way in another local HKube (process ${parent.pid ?? 0})`,
      );
    await parent.kill();
    const words = `local HKube (process ${parent.pid ?? 0}) was ended while this build was on its way. Run it again: algorithm-actor builds rerun ${buildId}`;
    expect(await other.builder.status(buildId)).toMatchObject({ status: 'failed', error: words });
    await untilGone(pid());
    mkdirSync(join(folder, buildId, '.code-abcdef'));
    writeFileSync(join(folder, buildId, 'build.json.x.tmp'), '');

    const next = await startBuilder({ folder });
    const failed = await next.builder.status(buildId);
    expect(failed).toMatchObject({ status: 'failed', progress: 80, error: words });
    expect(failed.result?.data).toMatch(/begun[^]*Failed: local HKube/);
    expect(filesOf(folder, buildId)).toEqual(['archive.zip', 'build.json', 'log.txt']);
  });

  it('while it publishes leaves one that the next process publishes', async () => {
    const folder = join(temporaryFolder(), 'builds');
    const parent = await buildingProcess({ 'index.js': START }, folder);
    const algorithmImage = await parent.said('publishing');
    const buildId = await parent.said('began');
    await parent.kill();
    const { builder, built } = await startBuilder({ folder });
    expect(built).toMatchObject([{ buildId, algorithmImage }]);
    expect(await builder.status(buildId)).toMatchObject({ status: 'completed', progress: 100, algorithmImage });
    expect(builder.runnable(algorithmImage)).toEqual({ folder: join(folder, buildId, 'code'), env: {} });
  });

  it('while it moves leaves nothing that is taken for a build', async () => {
    const folder = join(temporaryFolder(), 'builds');
    const gone = spawn(process.execPath, ['-e', '']);
    await once(gone, 'exit');
    mkdirSync(join(folder, `.${gone.pid ?? 0}.abc.words-abc123`), { recursive: true });
    mkdirSync(join(folder, `.${process.ppid}.abc.words-abc124`));
    await startBuilder({ folder });
    expect(filesOf(folder, '.')).toEqual([`.${process.ppid}.abc.words-abc124`]);
  });
});
