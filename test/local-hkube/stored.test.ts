// Stored pipelines in a local HKube: run by name, asked for by tasks, made of one another; and what a run may know of the last.

import { describe, expect, it } from 'vitest';
import { checkPipeline } from '#descriptors/pipeline';
import type { AlgorithmHandlers } from '#handlers/algorithm-handlers';
import { createAdmission } from '#local-hkube/admission';
import { add, gate, node, startHKube } from '#test/support/local-hkube';

const sum = { name: 'sum', nodes: [node('sum', 'add', '@flowInput.list')], flowInput: { list: [1, 2, 3] } };
const echo = { start: ({ input }: { input: readonly unknown[] }) => input };

describe('a stored pipeline', () => {
  it('is run by its name; a flow input replaces the stored one', async () => {
    const { hkube } = await startHKube({ add }, { pipelines: [sum] });
    expect(await hkube.runStored({ name: 'sum' }).done).toMatchObject({ data: [{ result: 6 }] });
    expect(await hkube.runStored({ name: 'sum', flowInput: { list: [9] } }).done).toMatchObject({
      data: [{ result: 9 }],
    });
  });

  it('that a task asks for gets the flow input merged, arrays by index', async () => {
    const asks: AlgorithmHandlers = {
      start: (_, api) => api.startStoredSubPipeline({ name: 'sum', flowInput: { list: [9] } }),
    };
    const { hkube } = await startHKube({ add, asks }, { pipelines: [sum] });
    expect(await hkube.runRaw({ name: 'p', nodes: [node('a', 'asks')] }).done).toMatchObject({
      data: [{ result: [{ nodeName: 'sum', result: 14 }] }],
    });
  });

  it('that does not exist is refused with the names of those that do', async () => {
    const { hkube } = await startHKube({ add }, { pipelines: [sum] });
    expect(() => hkube.runStored({ name: 'gone' })).toThrow('pipeline gone Not Found (stored are sum)');
  });

  it('without a name is refused', async () => {
    const { hkube } = await startHKube({ add }, { pipelines: [sum] });
    // @ts-expect-error: it is wrong
    expect(() => hkube.runStored(undefined)).toThrow('expected an object with the name of a stored pipeline');
  });

  it('whose request makes it wrong is refused like any other', async () => {
    const { hkube } = await startHKube({ add }, { pipelines: [sum] });
    expect(() => hkube.runStored({ name: 'sum', priority: 9 })).toThrow(
      'priority: expected a whole number from 1 to 5',
    );
    expect(() => hkube.runStored({ name: 'sum', flowInput: {} })).toThrow('unable to find flowInput.list');
  });

  it('may be a node of another', async () => {
    const outer = {
      name: 'outer',
      nodes: [
        { nodeName: 'first', kind: 'pipeline', spec: { name: 'sum' } } as const,
        node('double', 'add', '@first-sum', '@first-sum'),
      ],
    };
    const { hkube } = await startHKube({ add }, { pipelines: [sum, outer] });
    expect(await hkube.runStored({ name: 'outer' }).done).toMatchObject({ data: [{ nodeName: 'double', result: 12 }] });
  });
});

describe('a run', () => {
  it('over real workers follows a batch item by item, and its output node brings what it gets', async () => {
    const { hkube } = await startHKube({ add, echo: { ...echo, workers: 2 } });
    const { done } = hkube.runRaw({
      name: 'p',
      nodes: [
        node('each', 'echo', '#[1...3]'),
        node('plus', 'add', '*@each', 10),
        { nodeName: 'out', kind: 'output', input: ['@plus', '@each'] },
      ],
    });
    expect(await done).toMatchObject({
      status: 'completed',
      data: [
        {
          nodeName: 'out',
          algorithmName: 'p-output',
          result: [
            [11, 12, 13],
            [[1], [2], [3]],
          ],
        },
      ],
    });
  });

  it('tells its tasks of the last run of the same pipeline, and of their extra data', async () => {
    const info = { start: ({ info: known }: { info?: unknown }) => known };
    const { hkube } = await startHKube({ info });
    const pipeline = { name: 'p', nodes: [{ ...node('a', 'info'), extraData: { k: 1 } }] };
    const first = await hkube.runRaw(pipeline).done;
    expect(first).toMatchObject({ data: [{ result: { extraData: { k: 1 }, lastRunResult: null } }] });
    expect(await hkube.runRaw(pipeline).done).toMatchObject({
      data: [
        { result: { lastRunResult: { status: 'completed', timestamp: first.timestamp, timeTook: first.timeTook } } },
      ],
    });
    expect(await hkube.runRaw({ ...pipeline, experimentName: 'other' }).done).toMatchObject({
      data: [{ result: { lastRunResult: null } }],
    });
  });

  it('gives sub-pipelines large results whole, and their place to those who want no result', async () => {
    const large = { start: () => 'x'.repeat(300_000) };
    const asks: AlgorithmHandlers = {
      start: async ({ input: [includeResult] }, api) => {
        const pipeline = { name: 's', nodes: [node('l', 'large')] };
        const result = await api.startRawSubPipeline(pipeline, { includeResult: includeResult === true });
        return Array.isArray(result) ? JSON.stringify(result).length : result;
      },
    };
    const { hkube } = await startHKube({ large, asks });
    const nodes = [node('with', 'asks', true), node('without', 'asks', false)];
    const { data } = { data: [], ...(await hkube.runRaw({ name: 'p', nodes }).done) };
    expect(data).toMatchObject([
      { result: 300_054 },
      { result: { storageInfo: { path: expect.stringMatching(/^local-hkube-results\/\w+\/result\.json$/) } } },
    ]);
  });
});

it('a listener that throws is logged, and breaks nothing', async () => {
  const { hkube, logger } = await startHKube({ add });
  hkube.inject('add', { on: 'start', do: 'close', code: 1006 });
  const listener = (): never => {
    throw new TypeError('oops');
  };
  const run = hkube.runRaw({ name: 'p', nodes: [node('a', 'add', 1)] }, { onProgress: listener, onNotice: listener });
  expect(await run.done).toMatchObject({ status: 'completed' });
  expect(logger.lines).toContain('a listener of a run threw: oops');
});

describe('runs of one pipeline at once', () => {
  const limited = (rejectOnFailure: boolean) => ({
    name: 'p',
    nodes: [node('a', 'wait')],
    options: { concurrentPipelines: { amount: 1, rejectOnFailure } },
  });

  it('beyond the limit are refused in HKube’s words', async () => {
    const { handlers, begun, open } = gate();
    const { hkube } = await startHKube({ wait: handlers });
    const first = hkube.runRaw(limited(true));
    await begun;
    expect(() => hkube.runRaw(limited(true))).toThrow('maximum number [1] of concurrent pipelines has been reached');
    expect(hkube.runRaw({ ...limited(true), experimentName: 'other' })).toHaveProperty('jobId');
    open();
    await first.done;
    expect(await hkube.runRaw(limited(true)).done).toMatchObject({ status: 'completed' });
  });

  it('or wait, and can be stopped while they do', async () => {
    const { handlers, begun, open } = gate();
    const { hkube } = await startHKube({ wait: { ...handlers, workers: 2 }, add });
    const first = hkube.runRaw(limited(false));
    await begun;
    const second = hkube.runRaw(limited(false));
    let admitted = 0;
    const third = hkube.runRaw(limited(false), { onProgress: () => (admitted += 1) });
    second.stop('no longer');
    expect(await second.done).toMatchObject({ status: 'stopped', reason: 'no longer' });
    // The third still waits: there is a worker for somebody else.
    expect(await hkube.runRaw({ name: 'other', nodes: [node('a', 'add', 1)] }).done).toMatchObject({
      data: [{ result: 1 }],
    });
    expect(admitted).toBe(0);
    open();
    expect(await first.done).toMatchObject({ status: 'completed' });
    expect(await third.done).toMatchObject({ status: 'completed' });
  });

  it('wait for as much room as each of them wants', async () => {
    const admitted: string[] = [];
    const admission = createAdmission();
    const enter = (name: string, amount?: number) => {
      const concurrentPipelines = amount === undefined ? undefined : { amount, rejectOnFailure: false };
      const pipeline = checkPipeline({ name: 'p', nodes: [node('a', 'x')], options: { concurrentPipelines } }, 'p');
      return admission.enter(pipeline, () => admitted.push(name));
    };
    const [a, b] = [enter('a'), enter('b')];
    enter('c', 1);
    enter('d', 2);
    a.leave();
    expect(admitted).toEqual(['a', 'b', 'd']);
    b.leave();
    expect(admitted).toEqual(['a', 'b', 'd']);
  });
});
