// Algorithms that are applied beside those that a local HKube was given, or has found: which of one name runs, and what is there again
// when it is started again.

import { existsSync, readdirSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { describe, expect, it } from 'vitest';
import { createLocalHKube, type LocalHKube } from '#local-hkube/create-local-hkube';
import type { LocalHKubeOptions } from '#local-hkube/options';
import { saying, type Sent } from '#test/support/applied';
import { add, gate, node, startHKube } from '#test/support/local-hkube';
import { keepLog, launchInProcess } from '#test/support/in-process';
import { temporaryFolder } from '#test/support/temporary';

const payload = { name: 'greet', env: 'nodejs', entryPoint: 'index.mjs' };
const found = (name: string) => ({ [name]: { start: () => 'found', foundIn: `folder/${name}.ts` } });

/** Algorithms of a build are told by their entry: they answer with it. */
async function start(options: Partial<LocalHKubeOptions> = {}, entries: Parameters<typeof startHKube>[0] = {}) {
  return (await startHKube(entries, options)).hkube;
}

async function apply(hkube: LocalHKube, { payload: algorithm = payload, file = saying('x') }: Sent = {}) {
  const path = await hkube.store.placeForUpload();
  await writeFile(path, Buffer.from(await file.arrayBuffer()));
  const applied = await hkube.store.apply(algorithm, { archive: { path, fileName: 'code.zip' } });
  if (applied.buildId !== undefined) await hkube.builds.ended(applied.buildId);
  return applied;
}

async function exec(hkube: LocalHKube, name: string): Promise<unknown> {
  const document = await hkube.runAlgorithm({ name }).done;
  return document.status === 'completed' ? document.data[0]?.result : document;
}

const ofBuild = expect.stringMatching(/no such entry: .*builds\/greet-\w{6}\/code\/index\.mjs/);

describe('of one name', () => {
  it('an applied algorithm goes before one of a folder, from the end of its build until it is deleted', async () => {
    const hkube = await start({}, found('greet'));
    const { messages } = await apply(hkube);
    expect(messages).toContain(
      'from now on this goes before the algorithm greet of folder/greet.ts; delete it, and that one is back',
    );
    expect(await exec(hkube, 'greet')).toEqual(ofBuild);
    expect(await hkube.store.delete('greet')).toContain('successfully deleted');
    expect(await exec(hkube, 'greet')).toBe('found');
    await expect(hkube.store.delete('greet')).rejects.toMatchObject({
      code: 'INVALID_CALL',
      message: expect.stringContaining('algorithm greet is that of folder/greet.ts, and was never applied'),
    });
  });

  it('the one of a folder runs on as long as the applied one was never built', async () => {
    const check = () => Promise.resolve({ problem: 'it has no start' });
    const hkube = await start({ check }, found('greet'));
    await apply(hkube);
    expect(await exec(hkube, 'greet')).toBe('found');
  });

  it('what a command was given itself goes before both', async () => {
    const hkube = await start({}, { greet: { start: () => 'given' } });
    expect((await apply(hkube)).messages).toContain(
      'algorithm greet is stored; as long as this process serves greet, that one runs',
    );
    expect(await exec(hkube, 'greet')).toBe('given');
    expect(await hkube.store.get('greet')).toMatchObject({ options: { pending: false } });
  });

  it('an image that is applied does not let the former one run', async () => {
    const hkube = await start({}, found('greet'));
    await hkube.store.apply({ name: 'greet', algorithmImage: 'registry/greet' });
    expect(() => hkube.runAlgorithm({ name: 'greet' })).toThrow(
      'algorithm greet is the image registry/greet, and images run in a cluster only',
    );
  });
});

describe('the lists', () => {
  it('tell of all, as HKube stores them, and which cannot run', async () => {
    const hkube = await start({}, { ...found('found'), add });
    await apply(hkube);
    await hkube.store.apply({ name: 'remote', algorithmImage: 'registry/remote' });
    expect(hkube.algorithms()).toEqual([
      { name: 'found', entry: 'found', workers: 1 },
      { name: 'add', entry: 'add', workers: 1 },
      { name: 'greet', entry: expect.stringMatching(/index\.mjs$/), workers: 1 },
      { name: 'remote', entry: null, workers: 0, problem: expect.stringContaining('images run in a cluster only') },
    ]);
    const list = await hkube.store.list({ sort: 'desc' });
    expect(list.map(({ name }) => name)).toEqual(['remote', 'greet', 'add', 'found']);
    expect(list[3]).toMatchObject({ type: 'Code', cpu: 0.1, mem: '256Mi', options: { pending: false } });
  });
});

describe('a folder of state', () => {
  it('has what was applied when local HKube is started again', async () => {
    const stateDir = temporaryFolder();
    const first = await start({ stateDir });
    await apply(first);
    const { version } = await first.store.get('greet');
    await first.stop();
    const second = await start({ stateDir });
    expect(await second.store.get('greet')).toMatchObject({ version });
    expect(await exec(second, 'greet')).toEqual(ofBuild);
    expect(await second.builds.list('greet')).toHaveLength(1);
  });

  it('says of a version whose build somebody has removed that it is not there', async () => {
    const stateDir = temporaryFolder();
    const hkube = await start({ stateDir });
    await apply(hkube);
    await hkube.builds.removeOf('greet');
    await hkube.stop();
    const again = await start({ stateDir });
    expect(() => again.runAlgorithm({ name: 'greet' })).toThrow('missing image for algorithm greet');
    const version = String((await again.store.get('greet')).version);
    await expect(again.store.versions.apply({ name: 'greet', version, force: false })).rejects.toMatchObject({
      message: expect.stringContaining('cannot run any more'),
    });
    // Its archive is kept.
    const { buildId = '' } = await again.store.apply({ name: 'greet' }, { forceBuild: true });
    await again.builds.ended(buildId);
    expect(await exec(again, 'greet')).toEqual(ofBuild);
  });

  it('goes with local HKube where nobody has named one', async () => {
    const before = new Set(readdirSync(tmpdir()));
    const logger = keepLog();
    const hkube = createLocalHKube({
      algorithms: {},
      ports: { workers: 0 },
      logger,
      launch: launchInProcess({}).launch,
    });
    await hkube.start();
    await apply(hkube);
    const mine = readdirSync(tmpdir()).filter(
      (name) => !before.has(name) && name.startsWith(`algorithm-actor-${process.pid}-`),
    );
    expect(mine).toHaveLength(1);
    await hkube.stop();
    expect(existsSync(`${tmpdir()}/${mine[0]}`)).toBe(false);
  });
});

describe('a pool that is replaced', () => {
  it('brings to an end what it has in hand and what waits in it; what comes later goes to the new one', async () => {
    const { handlers, begun, open } = gate();
    const hkube = await start({}, { greet: { ...handlers, foundIn: 'folder/greet.ts' } });
    const nodes = [node('a', 'greet', '#[1...3]'), node('b', 'greet', '@a')];
    const { done } = hkube.runRaw({ name: 'p', nodes });
    await begun;
    await apply(hkube);
    expect(hkube.workers()).toHaveLength(1);
    open();
    expect(await done).toMatchObject({ status: 'completed', data: [{ nodeName: 'b', result: ofBuild }] });
    await expect.poll(() => hkube.workers().map(({ worker }) => worker)).toEqual(['greet-2']);
  });
});
