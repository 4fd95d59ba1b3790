// Raw sub-pipelines: through the same engine, to any depth, without a pool that waits for itself.

import { describe, expect, it } from 'vitest';
import type { AlgorithmHandlers } from '#handlers/algorithm-handlers';
import type { NodeResult } from '#descriptors/run';
import type { AlgorithmApi } from '#handlers/api';
import type { LocalNotice } from '#local-hkube/runs';
import { gate, node, number, startHKube } from '#test/support/local-hkube';

const sub = (algorithmName: string, ...input: unknown[]) => ({
  name: 'sub',
  nodes: [node('n', algorithmName, ...input)],
});

/** The result of a sub-pipeline of one node. */
async function ask(api: AlgorithmApi, algorithmName: string, input: unknown): Promise<unknown> {
  const [first] = await api.startRawSubPipeline<NodeResult[]>(sub(algorithmName, input));
  return first?.result;
}

describe('a raw sub-pipeline', () => {
  /** Computes n! by a sub-pipeline of itself for n - 1. */
  const factorial: AlgorithmHandlers = {
    start: async ({ input: [n] }, api) =>
      number(n) <= 1 ? 1 : number(n) * number(await ask(api, 'factorial', number(n) - 1)),
  };

  it('of the same algorithm runs to any depth, with workers added only as far as it is deep', async () => {
    const { hkube, launched } = await startHKube({ factorial: { ...factorial, workers: 1 } });
    const { done } = hkube.runRaw({ name: 'p', nodes: [node('a', 'factorial', 6)] });
    expect(await done).toMatchObject({ status: 'completed', data: [{ result: 720 }] });
    expect(launched).toHaveLength(6);
  });

  it('beyond the limit of workers fails with words instead of waiting for ever', async () => {
    const { hkube } = await startHKube({ factorial: { ...factorial, workers: 1, maxWorkers: 3 } });
    const { done } = hkube.runRaw({ name: 'p', nodes: [node('a', 'factorial', 6)] });
    expect(await done).toMatchObject({
      status: 'failed',
      error: expect.stringContaining('the limit of 3 workers is reached: raise maxWorkers'),
    });
  });

  it('adds no worker where the others can do the work', async () => {
    const fan: AlgorithmHandlers = {
      start: async ({ input: [n] }, api) => {
        if (n !== 'all') return n;
        return Promise.all([1, 2, 3, 4, 5].map((part) => ask(api, 'fan', part)));
      },
    };
    const { hkube, launched } = await startHKube({ fan: { ...fan, workers: 2 } });
    const { done } = hkube.runRaw({ name: 'p', nodes: [node('a', 'fan', 'all')] });
    expect(await done).toMatchObject({ data: [{ result: [1, 2, 3, 4, 5] }] });
    expect(launched).toHaveLength(2);
  });

  it('of another algorithm that asks back does not hang', async () => {
    const ping: AlgorithmHandlers = {
      start: async ({ input: [n] }, api) => (number(n) === 0 ? 'end' : ask(api, 'pong', number(n) - 1)),
    };
    const pong: AlgorithmHandlers = {
      start: ({ input: [n] }, api) => ask(api, 'ping', n),
    };
    const { hkube } = await startHKube({ ping, pong });
    const { done } = hkube.runRaw({ name: 'p', nodes: [node('a', 'ping', 3)] });
    expect(await done).toMatchObject({ data: [{ result: 'end' }] });
  });

  it('that cannot run rejects in the algorithm with the reason', async () => {
    const outer: AlgorithmHandlers = {
      start: async (_, api) => {
        const asked = [api.startRawSubPipeline(sub('nobody')), api.startStoredSubPipeline({ name: 'stored' })];
        const ends = await Promise.allSettled(asked);
        return ends.map((end) => (end.status === 'rejected' ? String(end.reason) : ''));
      },
    };
    const { hkube } = await startHKube({ outer });
    const document = await hkube.runRaw({ name: 'p', nodes: [node('a', 'outer')] }).done;
    const [first, second] = document.status === 'completed' ? [document.data[0]?.result].flat() : [];
    expect(first).toContain('algorithm nobody Not Found');
    expect(second).toContain('pipeline stored Not Found');
  });

  it('is stopped with the task that asked for it, and knows its root', async () => {
    const waiting = gate();
    const outer: AlgorithmHandlers = { start: async (_, api) => api.startRawSubPipeline(sub('waiting')) };
    const { hkube } = await startHKube({ outer, waiting: waiting.handlers });
    const ended: string[] = [];
    const both = new Promise<void>((resolve) => {
      const onNotice = (notice: LocalNotice): void => {
        if (notice.type !== 'task.ended') return;
        ended.push(`${notice.task.algorithmName ?? ''} ${notice.end.kind}`);
        if (ended.length === 2) resolve();
      };
      const run = hkube.runRaw({ name: 'p', nodes: [node('a', 'outer')] }, { onNotice });
      void waiting.begun.then(() => run.stop('enough'));
    });
    await both;
    expect(ended.sort()).toEqual(['outer stopped', 'waiting stopped']);
  });
});
