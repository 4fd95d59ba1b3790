// Runs that are paused, and run again: with real pools, and with what a folder has kept.

import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { AlgorithmHandlers } from '#handlers/algorithm-handlers';
import { createInnerEnds } from '#local-hkube/inner-ends';
import type { ItemEnd } from '#pipeline/node-state';
import { keepLog } from '#test/support/in-process';
import { add, gate, node, startHKube } from '#test/support/local-hkube';
import { temporaryFolder } from '#test/support/temporary';

describe('a run that is paused', () => {
  it('begins no task until it is resumed, and loses none (V4, K3)', async () => {
    const { handlers, begun, open } = gate();
    let calls = 0;
    const count: AlgorithmHandlers = { start: ({ input }) => ((calls += 1), input[0]) };
    const { hkube } = await startHKube({ wait: handlers, count });
    // The batch waits behind the only worker of `wait`, and `count` for all of it.
    const { jobId, done } = hkube.runRaw({
      name: 'p',
      nodes: [node('a', 'wait', '#[1...3]'), node('b', 'count', '#@a')],
    });
    await begun;
    await hkube.jobs.pause(jobId);
    open();
    await expect
      .poll(() => hkube.status(jobId))
      .toMatchObject({ status: 'paused', data: { states: { succeed: 1, creating: 2 } } });
    expect(hkube.queue()).toContainEqual({ name: 'wait', count: 0 });
    expect(calls).toBe(0);
    await hkube.jobs.resume(jobId);
    expect(await done).toMatchObject({ status: 'completed', data: [{ result: 'through' }, {}, {}] });
    expect(calls).toBe(3);
    expect((await hkube.jobs.auditTrail(jobId)).map(({ action }) => action)).toEqual(['run', 'pause', 'resume']);
  });

  it('is stopped like any other', async () => {
    const { handlers, begun } = gate();
    const { hkube } = await startHKube({ wait: handlers });
    const { jobId, done } = hkube.runRaw({ name: 'p', nodes: [node('a', 'wait', '#[1...3]')] });
    await begun;
    await hkube.jobs.pause(jobId);
    expect(await hkube.jobs.stop({ jobId }, 'enough')).toEqual([jobId]);
    expect(await done).toMatchObject({ status: 'stopped', reason: 'enough' });
  });
});

describe('a run', () => {
  const chain = { name: 'p', nodes: [node('a', 'add', 1), node('b', 'odd', '@a'), node('c', 'add', '@b', 5)] };

  it('that has failed goes on from the node that did, when that is mended; also by the next local HKube', async () => {
    const stateDir = temporaryFolder();
    const odd: AlgorithmHandlers = {
      start: () => {
        throw new Error('odd');
      },
    };
    const { hkube } = await startHKube({ add, odd }, { stateDir });
    const failed = await hkube.runRaw(chain).done;
    expect(failed).toMatchObject({ status: 'failed', nodeName: 'b' });
    await hkube.stop();
    const next = (await startHKube({ add, odd: add }, { stateDir })).hkube;
    const run = await next.jobs.rerunFrom(failed.jobId, 'b');
    expect(await run.done).toMatchObject({ status: 'completed', data: [{ nodeName: 'c', result: 6 }] });
    await expect(next.jobs.rerunFrom(failed.jobId, 'c')).rejects.toThrow(
      `run ${failed.jobId} has no results of node "b": they were not over in that run, or it was run in part. ` +
        'Run it again as a whole: exec/rerun.',
    );
    const whole = await next.jobs.rerun(failed.jobId);
    expect(await whole.done).toMatchObject({ status: 'completed', data: [{ result: 6 }] });
  });

  it('without a folder has kept no results of its nodes, and says so', async () => {
    const { hkube } = await startHKube({ add, odd: add });
    const { jobId } = await hkube.runRaw(chain).done;
    await expect(hkube.jobs.rerunFrom(jobId, 'b')).rejects.toMatchObject({
      code: 'INVALID_CALL',
      message: expect.stringContaining('results of nodes are kept in a folder only'),
    });
    expect(await (await hkube.jobs.rerun(jobId)).done).toMatchObject({ status: 'completed' });
  });
});

describe('results of inner nodes', () => {
  async function keep(ends: readonly (readonly [string, readonly ItemEnd[]])[], limit?: number) {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'job'));
    const kept = createInnerEnds(folder, keepLog(), limit);
    kept.keep({ jobId: 'job', inner: () => new Map(ends) }, Promise.resolve());
    await kept.settled();
    return { kept, folder, found: await kept.of('job') };
  }

  const one = (result: unknown): ItemEnd => ({ kind: 'succeed', result });

  it('come back as they were, failures and nothing too', async () => {
    const ends: [string, ItemEnd[]][] = [
      ['a', [one({ x: [1, null, 'é'] }), { kind: 'failed', error: 'odd' }]],
      ['none', []],
    ];
    expect((await keep(ends)).found).toEqual({ ends: new Map(ends) });
    expect((await keep([['a', [one(undefined)]]])).found).toEqual({ ends: new Map([['a', [one(null)]]]) });
  });

  it('that are too large are not kept, and it is said why (E1)', async () => {
    const { found } = await keep([['a', [one('x'.repeat(50)), one('x'.repeat(60))]]], 100);
    expect(found).toEqual({
      without: 'the nodes have brought more than the 100 characters of JSON that are kept of a run',
    });
  });

  it.each([[new Uint8Array(3)], [{ deep: [Buffer.from('x')] }], [new Date(0)]])(
    'such as %j, which JSON does not give back, are not kept (E2)',
    async (result) => {
      expect((await keep([['a', [one(result)]]])).found).toEqual({
        without: 'node "a" has brought what JSON cannot keep, such as bytes',
      });
    },
  );

  it('that were cut by something else, or whose run is gone, are none', async () => {
    const { kept, folder } = await keep([['a', [one(1)]]]);
    const file = join(folder, 'job', 'nodes.json');
    writeFileSync(file, readFileSync(file, 'utf8').slice(0, 5));
    expect(await kept.of('job')).toEqual({ ends: new Map() });
    rmSync(join(folder, 'job'), { recursive: true });
    kept.keep({ jobId: 'job', inner: () => new Map([['a', [one(1)]]]) }, Promise.resolve());
    await kept.settled();
    expect(await kept.of('job')).toEqual({ ends: new Map() });
    expect(await kept.of('../job')).toEqual({ ends: new Map() });
  });
});

it('a tree has the sub-pipelines of tasks, and theirs, also when it is over', async () => {
  const ask: AlgorithmHandlers = {
    start: ({ input }, api) =>
      api.startRawSubPipeline({
        name: `below-${String(input[0])}`,
        nodes: [node('n', input[0] === 2 ? 'add' : 'ask', 2)],
      }),
  };
  const stateDir = temporaryFolder();
  const { hkube } = await startHKube({ add, ask }, { stateDir });
  const { jobId } = await hkube.runRaw({ name: 'top', nodes: [node('a', 'ask', 1)] }).done;
  const tree = await hkube.jobs.tree(jobId);
  expect(tree).toMatchObject({
    ...{ name: 'top', jobId },
    children: [{ name: 'below-1', children: [{ name: 'below-2', children: [] }] }],
  });
  expect(await (await startHKube({ add }, { stateDir })).hkube.jobs.tree(jobId)).toEqual(tree);
});
