// What is kept of many applies, and that nothing else is.

import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type Applying, at, runEnds, saying, startApplying, zipOf } from '#test/support/applied';
import { hold } from '#test/support/held';

const payload = { name: 'greet', env: 'nodejs', entryPoint: 'index.mjs' };
const MANY = 100;
const KEPT = 20;

const below = (folder: string): string[] => (existsSync(folder) ? readdirSync(folder) : []);

/** What this process holds. */
function held(): { files: number; children: number; timers: number } {
  const children = execFileSync('ps', ['-o', 'pid=,stat=', '--ppid', String(process.pid)], { encoding: 'utf8' });
  return {
    files: below('/proc/self/fd').length,
    // Without `ps` itself.
    children: children.trim().split('\n').length - 1,
    timers: process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length,
  };
}

/** Applied, built, run. */
async function applyAndRun({ applied, exec }: Applying, words: string): Promise<void> {
  await applied({ payload, file: saying(words) });
  expect(await exec('greet')).toEqual([words]);
}

describe('a hundred applies', () => {
  it.skipIf(!existsSync('/proc/self/fd'))(
    'of other code each time leave the last builds and their versions, and nothing else',
    async () => {
      // How an entry is looked at has its own tests, and takes half a second.
      const applying = await startApplying({ check: () => Promise.resolve(null) });
      const { hkube, stateDir, applied } = applying;
      await applyAndRun(applying, 'first');
      const [first] = await hkube.store.versions.list('greet');
      await hkube.store.versions.tag({ name: 'greet', version: first?.version ?? '', pinned: true });
      await applyAndRun(applying, 'second');
      const before = held();
      for (let number = 3; number < MANY; number++) await applied({ payload, file: saying(`number ${number}`) });
      await applyAndRun(applying, 'last');
      await expect.poll(() => below(`${stateDir}/builds`).length).toBeLessThanOrEqual(KEPT + 1);
      await expect.poll(() => hkube.workers().length).toBe(1);
      // The one that is pinned, and those that can still run.
      await expect.poll(async () => (await hkube.store.versions.list('greet')).length).toBe(KEPT + 1);
      const versions = await hkube.store.versions.list('greet');
      expect(versions.map(({ semver }) => semver).at(0)).toBe(`1.0.${MANY - 1}`);
      expect(versions.at(-1)).toMatchObject({ semver: '1.0.0', pinned: true });
      expect(below(`${stateDir}/store/algorithms/greet/archives`)).toHaveLength(KEPT + 1);
      expect(below(`${stateDir}/uploads`)).toEqual([]);
      await expect
        .poll(held)
        .toEqual({ files: expect.closeTo(before.files, -1), children: before.children, timers: expect.any(Number) });
      expect(held().timers).toBeLessThanOrEqual(before.timers + 2);
      // The oldest that is kept runs.
      await hkube.store.versions.apply({ name: 'greet', version: first?.version ?? '', force: true });
      expect(await applying.exec('greet')).toEqual(['first']);
    },
    120_000,
  );

  it('of the same make one build and one version', async () => {
    const { send, applied, hkube, stateDir } = await startApplying({ check: () => Promise.resolve(null) });
    await applied({ payload, file: saying('same') });
    for (let count = 1; count < MANY; count++) await send({ payload, file: saying('same') });
    expect(await hkube.builds.list('greet')).toHaveLength(1);
    expect(await hkube.store.versions.list('greet')).toHaveLength(1);
    expect(below(`${stateDir}/uploads`)).toEqual([]);
    expect(below(`${stateDir}/store/algorithms/greet/archives`)).toHaveLength(1);
  });

  it('that all come to nothing leave the last builds, and the archives of those', async () => {
    const { applied, stateDir } = await startApplying({ check: () => Promise.resolve({ problem: 'it is broken' }) });
    for (let number = 0; number < KEPT + 5; number++) await applied({ payload, file: saying(`number ${number}`) });
    await expect.poll(() => below(`${stateDir}/builds`).length).toBe(KEPT);
    await expect.poll(() => below(`${stateDir}/store/algorithms/greet/archives`).length).toBeLessThanOrEqual(KEPT + 1);
  });
});

it('a build in which a task is at hand stays, however many come after it', async () => {
  const { applied, ask, hkube, stateDir } = await startApplying({ check: () => Promise.resolve(null) });
  const door = await hold();
  const file = zipOf({
    'late.mjs': 'export const word = "there";',
    'index.mjs': `export const start = async () => {
      await (await fetch('${door.url}')).text();
      return (await import('./late.mjs')).word;
    };`,
  });
  await applied({ payload, file });
  const jobId = String(at((await ask('POST exec/algorithm', { name: 'greet', input: [] })).body, 'jobId'));
  await expect.poll(() => door.waiting).toBe(1);
  await applied({ payload, file: saying('other') });
  const [newest] = await hkube.store.versions.list('greet');
  await hkube.store.versions.apply({ name: 'greet', version: newest?.version ?? '', force: true });
  for (let number = 0; number < KEPT + 2; number++) await applied({ payload, file: saying(`number ${number}`) });
  await expect.poll(() => below(`${stateDir}/builds`).length).toBe(KEPT + 2);
  door.open();
  expect(await runEnds(ask, jobId)).toMatchObject({ status: 'completed', data: [{ result: 'there' }] });
});
