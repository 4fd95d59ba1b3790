// Executions end to end: a task runs other algorithms, in the pools of those, over real sockets.

import { describe, expect, it } from 'vitest';
import type { AlgorithmHandlers } from '#handlers/algorithm-handlers';
import type { LocalNotice } from '#local-hkube/runs';
import { add, gate, node, number, startHKube } from '#test/support/local-hkube';

/** Asks for other algorithms, and returns how each of them ended. */
const asking = (...requests: { name: string; input?: unknown[] }[]): AlgorithmHandlers => ({
  start: async (_, api) => {
    const ends = await Promise.allSettled(requests.map((request) => api.startAlgorithm(request)));
    return ends.map((end) => (end.status === 'fulfilled' ? end.value : String(end.reason)));
  },
});
const one = (...input: unknown[]) => ({ name: 'p', nodes: [node('a', 'outer', ...input)] });

describe('an execution', () => {
  it('runs an algorithm beside the pipeline, and brings its result', async () => {
    const outer = asking({ name: 'add', input: [1, 2, 3] }, { name: 'add' });
    const { hkube } = await startHKube({ outer, add });
    expect(await hkube.runRaw(one()).done).toMatchObject({ status: 'completed', data: [{ result: [6, 0] }] });
  });

  it('is told whose it is, and nothing of the node’s own', async () => {
    const inner: AlgorithmHandlers = { start: (data) => data };
    const { hkube } = await startHKube({ outer: asking({ name: 'inner', input: ['x'] }), inner });
    const extraData = { secret: 1 };
    const run = hkube.runRaw({ name: 'p', nodes: [{ ...node('a', 'outer'), extraData, ttl: 60 }] });
    const document = await run.done;
    const [told]: unknown[] = document.status === 'completed' ? [document.data[0]?.result].flat() : [];
    expect(told).toMatchObject({
      jobId: run.jobId,
      taskId: expect.stringMatching(/^[a-z0-9]{8}$/),
      nodeName: 'a:inner',
      parentNodeName: 'a',
      algorithmName: 'inner',
      execId: '1',
      pipelineName: 'p',
      input: ['x'],
      retry: { policy: 'Never' },
      ttl: 0,
      attempts: 0,
    });
    expect(told).not.toHaveProperty('info.extraData');
    expect(told).toHaveProperty('info.savePaths');
  });

  it('without its result is done with where HKube would keep it', async () => {
    const outer: AlgorithmHandlers = {
      start: async (_, api) => [
        await api.startAlgorithm({ name: 'add', input: [1] }, { includeResult: false }),
        await api.startAlgorithm('add', [1], false),
      ],
    };
    const { hkube } = await startHKube({ outer, add });
    const run = hkube.runRaw(one());
    const path = expect.stringMatching(new RegExp(`^local-hkube/${run.jobId}/[a-z0-9]{8}$`));
    expect(await run.done).toMatchObject({ data: [{ result: [{ storageInfo: { path } }, null] }] });
  });

  it('of an unknown algorithm, or one that fails or crashes, is an error of its task alone, and is not tried again', async () => {
    let tries = 0;
    const fails: AlgorithmHandlers = {
      start: () => {
        tries += 1;
        throw new RangeError('no rows');
      },
    };
    const crashes = { start: () => 1, faults: [{ on: 'start', do: 'close', code: 1006 } as const] };
    const outer = asking({ name: 'nobody' }, { name: 'fails' }, { name: 'crashes' });
    const { hkube } = await startHKube({ outer, fails, crashes });
    const document = await hkube.runRaw(one()).done;
    expect(document).toMatchObject({
      status: 'completed',
      data: [
        {
          result: [
            expect.stringContaining('Execution of "nobody" (1) failed: Algorithm named \'nobody\' does not exist'),
            expect.stringContaining('no rows'),
            expect.stringContaining('connection was lost'),
          ],
        },
      ],
    });
    expect(tries).toBe(1);
  });

  it('is taken from the initialize hook', async () => {
    let model: unknown;
    const outer: AlgorithmHandlers = {
      initialize: async (_, api) => {
        model = await api.startAlgorithm({ name: 'add', input: [20, 22] });
      },
      start: () => model,
    };
    const { hkube } = await startHKube({ outer, add });
    expect(await hkube.runRaw(one()).done).toMatchObject({ data: [{ result: 42 }] });
  });

  it('may ask for sub-pipelines and executions in turn', async () => {
    const inner: AlgorithmHandlers = {
      start: async (_, api) => {
        const sub = api.startRawSubPipeline({ name: 'sub', nodes: [node('n', 'add', 1, 2)] });
        return [await sub, await api.startAlgorithm({ name: 'add', input: [3, 4] })];
      },
    };
    const { hkube } = await startHKube({ outer: asking({ name: 'inner' }), inner, add });
    const ended: string[] = [];
    const onNotice = (notice: LocalNotice): void => {
      if (notice.type === 'task.ended') ended.push(notice.task.nodeName ?? '');
    };
    const { done } = hkube.runRaw(one(), { onNotice });
    expect(await done).toMatchObject({ data: [{ result: [[[{ nodeName: 'n', result: 3 }], 7]] }] });
    expect(ended).toEqual(['n', 'a:inner:add', 'a:inner', 'a']);
  });

  it('that is stopped by its task is stopped where it runs', async () => {
    const waiting = gate();
    const outer: AlgorithmHandlers = {
      start: async (_, api) => {
        const execution = api.startAlgorithm({ name: 'waiting' });
        await waiting.begun;
        execution.stop('enough');
        return execution.catch(String);
      },
    };
    const { hkube } = await startHKube({ outer, waiting: waiting.handlers });
    const stopped = new Promise<unknown>((resolve) => {
      const onNotice = (notice: LocalNotice): void => {
        if (notice.type === 'task.ended' && notice.task.nodeName === 'a:waiting') resolve(notice.end);
      };
      void hkube.runRaw(one(), { onNotice });
    });
    expect(await stopped).toEqual({ kind: 'stopped', reason: 'stopped by algorithm: enough' });
  });

  it('is stopped with the run of its task', async () => {
    const waiting = gate();
    const { hkube } = await startHKube({ outer: asking({ name: 'waiting' }), waiting: waiting.handlers });
    const ended: string[] = [];
    await new Promise<void>((resolve) => {
      const onNotice = (notice: LocalNotice): void => {
        if (notice.type !== 'task.ended') return;
        ended.push(`${notice.task.algorithmName ?? ''} ${notice.end.kind}`);
        if (ended.length === 2) resolve();
      };
      const run = hkube.runRaw(one(), { onNotice });
      void waiting.begun.then(() => run.stop('enough'));
    });
    expect(ended.sort()).toEqual(['outer stopped', 'waiting stopped']);
  });
});

describe('executions of the same algorithm', () => {
  /** Computes n! by an execution of itself for n - 1. */
  const outer: AlgorithmHandlers = {
    start: async ({ input: [n] }, api) =>
      number(n) <= 1 ? 1 : number(n) * number(await api.startAlgorithm({ name: 'outer', input: [number(n) - 1] })),
  };

  it('run to any depth, with workers added only as far as they are deep (T2)', async () => {
    const { hkube, launched } = await startHKube({ outer: { ...outer, workers: 1 } });
    expect(await hkube.runRaw(one(5)).done).toMatchObject({ status: 'completed', data: [{ result: 120 }] });
    expect(launched).toHaveLength(5);
  });

  it('beyond the limit of workers fail with words instead of waiting for ever (T3)', async () => {
    const { hkube } = await startHKube({ outer: { ...outer, workers: 1, maxWorkers: 2 } });
    expect(await hkube.runRaw(one(5)).done).toMatchObject({
      status: 'failed',
      error: expect.stringContaining('the limit of 2 workers is reached: raise maxWorkers'),
    });
  });
});
