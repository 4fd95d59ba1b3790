// Applies and builds that overtake each other: what was asked for last is what is current.

import { describe, expect, it } from 'vitest';
import { createBuilder } from '#builds/builder';
import type { CheckEntry } from '#builds/steps';
import { createStore } from '#store/create-store';
import { at, saying, startApplying } from '#test/support/applied';
import { keepLog } from '#test/support/in-process';
import { temporaryFolder } from '#test/support/temporary';

const payload = { name: 'greet', env: 'nodejs', entryPoint: 'index.mjs' };

/** Looks at entries in the order in which a test lets it. */
function heldCheck(): { check: CheckEntry; waiting: (() => void)[] } {
  const waiting: (() => void)[] = [];
  return { check: () => new Promise((resolve) => waiting.push(() => resolve(null))), waiting };
}

describe('of two builds', () => {
  it('the one that was applied last is current, also where it is done first', async () => {
    const { check, waiting } = heldCheck();
    const { send, hkube, exec } = await startApplying({ check });
    const ids: string[] = [];
    for (const words of ['first', 'second']) {
      ids.push(String(at((await send({ payload, file: saying(words) })).body, 'buildId')));
      await expect.poll(() => waiting.length).toBe(ids.length);
    }
    for (const index of [1, 0]) {
      waiting[index]?.();
      expect(await hkube.builds.ended(ids[index] ?? '')).toMatchObject({ status: 'completed' });
    }
    expect(await exec('greet')).toEqual(['second']);
    expect(await hkube.store.versions.list('greet')).toHaveLength(2);
    expect(await hkube.store.get('greet')).toMatchObject({ errors: [901] });
  });

  it('the first is built again where it is applied once more, behind the second', async () => {
    const { check, waiting } = heldCheck();
    const { send, hkube, exec } = await startApplying({ check });
    const ids: string[] = [];
    for (const words of ['first', 'second', 'first']) {
      ids.push(String(at((await send({ payload, file: saying(words) })).body, 'buildId')));
      if (ids.length < 3) await expect.poll(() => waiting.length).toBe(ids.length);
    }
    expect(new Set(ids).size).toBe(3);
    for (const [index, id] of ids.entries()) {
      await expect.poll(() => waiting.length).toBeGreaterThan(index);
      waiting[index]?.();
      await hkube.builds.ended(id);
    }
    expect(await exec('greet')).toEqual(['first']);
  });
});

describe('an apply', () => {
  it('goes on from the build that has become current while its commit was looked up', async () => {
    const folder = temporaryFolder();
    const logger = keepLog();
    const commit = { id: '0123456789abcdef' };
    let asks = 0;
    let answer: (commit: object) => void = () => undefined;
    let hear: () => void = () => undefined;
    const looked = new Promise<object>((resolve) => (answer = resolve));
    const asked = new Promise<void>((resolve) => (hear = resolve));
    const builds = createBuilder({
      ...{ folder: `${folder}/builds`, logger, commands: { git: ['false'] } },
      check: () => Promise.resolve(null),
      onBuilt: () => Promise.resolve(),
    });
    const store = createStore({
      ...{ folder, logger, builds: () => builds },
      around: {
        found: new Map(),
        runsWith: () => [],
        stopRun: () => undefined,
        pipelinesWith: () => Promise.resolve([]),
        deletePipelines: () => Promise.resolve(0),
        foldersInUse: () => new Set(),
        onCurrent: () => undefined,
      },
      findCommit: () => {
        asks += 1;
        if (asks === 1) return Promise.resolve(commit);
        hear();
        return looked;
      },
    });
    await builds.open();
    const gitRepository = { url: 'https://127.0.0.1:1/never.git' };
    const { buildId = '' } = await store.apply({ name: 'greet', env: 'nodejs', gitRepository });
    const build = await builds.ended(buildId);
    const applying = store.apply({ name: 'greet', cpu: 2 }, { forceUpdate: true });
    await asked;
    await store.onBuilt({ ...build, algorithmImage: 'local/greet:v1' });
    answer(commit);
    expect((await applying).buildId).toBeUndefined();
    await store.close();
    expect(await store.get('greet')).toMatchObject({ algorithmImage: 'local/greet:v1', cpu: 2 });
  });
});
