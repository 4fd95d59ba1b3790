// Pipelines on a local HKube, from end to end: pools of algorithms, each a real runtime on a real socket.

import { describe, expect, it } from 'vitest';
import type { AlgorithmHandlers } from '#handlers/algorithm-handlers';
import type { LocalNotice } from '#local-hkube/runs';
import { add, gate, node, startHKube } from '#test/support/local-hkube';

describe('a pipeline', () => {
  it('runs as a diamond and brings the result of its sink', async () => {
    const { hkube } = await startHKube({ add: { ...add, workers: 2 } });
    const run = hkube.runRaw({
      name: 'diamond',
      nodes: [
        node('top', 'add', '@flowInput.n', 1),
        node('left', 'add', '@top', 10),
        node('right', 'add', '@top', 100),
        node('end', 'add', '@left', '@right'),
      ],
      flowInput: { n: 1 },
    });
    const document = await run.done;
    expect(document).toMatchObject({
      jobId: run.jobId,
      pipeline: 'diamond',
      status: 'completed',
      data: [{ nodeName: 'end', algorithmName: 'add', result: 114 }],
    });
    expect(run.jobId).toMatch(/^[a-z0-9]{12}$/);
    expect(document.timeTook).toBeGreaterThanOrEqual(0);
  });

  it('spreads a batch over the workers and keeps the order of its items', async () => {
    const { hkube } = await startHKube({ add: { ...add, workers: 3 } });
    const notices: LocalNotice[] = [];
    const list = Array.from({ length: 30 }, (_, index) => index);
    const { done } = hkube.runRaw(
      { name: 'batch', nodes: [node('n', 'add', '#@flowInput.list', 1)], flowInput: { list } },
      { onNotice: (notice) => notices.push(notice) },
    );
    const document = await done;
    expect(document).toMatchObject({ data: list.map((n) => ({ batchIndex: n + 1, result: n + 1 })) });
    const workers = notices.flatMap((notice) => (notice.type === 'task.started' ? [notice.worker] : []));
    expect(workers).toHaveLength(30);
    expect([...new Set(workers)].sort()).toEqual(['add-1', 'add-2', 'add-3']);
  });

  it('gives its tasks what HKube gives them', async () => {
    const { hkube } = await startHKube({ look: { start: (data) => data } });
    const { done } = hkube.runRaw({
      name: 'p',
      nodes: [{ ...node('a', 'look', 1), extraData: { k: 1 } }, node('b', 'look', '@a.jobId')],
    });
    const document = await done;
    const seen = document.status === 'completed' ? document.data[0]?.result : undefined;
    expect(seen).toMatchObject({
      jobId: document.jobId,
      taskId: expect.stringMatching(/^[a-z0-9]{8}$/),
      nodeName: 'b',
      algorithmName: 'look',
      pipelineName: 'p',
      input: [document.jobId],
      batchIndex: 0,
      kind: 'batch',
      parents: ['a'],
      childs: [],
      info: { savePaths: [], lastRunResult: null },
      spanId: { 'uber-trace-id': expect.any(String) },
    });
  });

  it('tells how far it is', async () => {
    const { hkube } = await startHKube({ add });
    const heard: string[] = [];
    const { done } = hkube.runRaw(
      { name: 'p', nodes: [node('a', 'add', 1), node('b', 'add', '@a'), node('c', 'add', '@b')] },
      { onProgress: ({ details }) => heard.push(details) },
    );
    await done;
    expect(heard).toEqual([
      '0% completed, 1 creating',
      '0% completed, 1 active',
      '33.33% completed, 1 succeed, 1 creating',
      '33.33% completed, 1 succeed, 1 active',
      '66.67% completed, 2 succeed, 1 creating',
      '66.67% completed, 2 succeed, 1 active',
      '100% completed, 3 succeed',
    ]);
  });

  it('that fails names the node and the algorithm’s own words, and stops the rest', async () => {
    const waiting = gate();
    const boom: AlgorithmHandlers = {
      start: async () => {
        await waiting.begun;
        throw new TypeError('no such tile');
      },
    };
    const { hkube } = await startHKube({ waiting: waiting.handlers, boom });
    const notices: LocalNotice[] = [];
    const stopped = new Promise<void>((resolve) => {
      const onNotice = (notice: LocalNotice): void => {
        notices.push(notice);
        if (notice.type === 'task.ended' && notice.end.kind === 'stopped') resolve();
      };
      const { done } = hkube.runRaw({ name: 'p', nodes: [node('a', 'waiting'), node('b', 'boom')] }, { onNotice });
      void done.then((document) =>
        expect(document).toMatchObject({ status: 'failed', nodeName: 'b', error: 'no such tile' }),
      );
    });
    await stopped;
    expect(notices.at(-1)).toMatchObject({ task: { nodeName: 'a' } });
  });

  it.each([
    [{ name: 'p', nodes: [node('a', 'nobody')] }, 'algorithm nobody Not Found (known are add)'],
    [{ name: 'p', nodes: [node('a', 'add', '@b')] }, 'is depend on node "b" which is not exists'],
    [{ name: 'p', nodes: [] }, 'pipeline must have at least one node'],
  ])('that cannot run is refused at once', async (pipeline, words) => {
    const { hkube } = await startHKube({ add });
    expect(() => hkube.runRaw(pipeline)).toThrow(words);
  });
});

describe('a stop', () => {
  it('settles the run at once with the reason, and reaches the algorithm', async () => {
    const waiting = gate();
    const { hkube } = await startHKube({ waiting: waiting.handlers, add });
    const run = hkube.runRaw({ name: 'p', nodes: [node('a', 'waiting')] });
    await waiting.begun;
    run.stop('enough');
    expect(await run.done).toMatchObject({ status: 'stopped', reason: 'enough' });
    // The worker is free again.
    waiting.open();
    const next = hkube.runRaw({ name: 'q', nodes: [node('a', 'waiting')] });
    expect(await next.done).toMatchObject({ data: [{ result: 'through' }] });
  });

  it('by a signal stops the run, also one that was aborted before', async () => {
    const waiting = gate();
    const { hkube } = await startHKube({ waiting: waiting.handlers });
    const abort = new AbortController();
    const { done } = hkube.runRaw({ name: 'p', nodes: [node('a', 'waiting')] }, { signal: abort.signal });
    await waiting.begun;
    abort.abort();
    expect(await done).toMatchObject({ status: 'stopped', reason: 'the signal was aborted' });
    const late = hkube.runRaw({ name: 'p', nodes: [node('a', 'waiting')] }, { signal: abort.signal });
    expect(await late.done).toMatchObject({ status: 'stopped' });
  });

  it('of the whole stops its runs, and nothing can be run after it', async () => {
    const waiting = gate();
    const { hkube } = await startHKube({ waiting: waiting.handlers });
    const { done } = hkube.runRaw({ name: 'p', nodes: [node('a', 'waiting')] });
    await waiting.begun;
    await hkube.stop();
    expect(await done).toMatchObject({ status: 'stopped', reason: 'local HKube was stopped' });
    expect(() => hkube.runRaw({ name: 'p', nodes: [node('a', 'waiting')] })).toThrow('is stopped');
  });
});
