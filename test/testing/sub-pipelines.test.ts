// Fakes of sub-pipelines, by name.

import { expect, it } from 'vitest';
import { RuntimeError } from '#errors';
import type { AlgorithmApi } from '#handlers/api';
import type { Task } from '#handlers/algorithm-handlers';
import type { SubPipelineFakes } from '#testing/fakes';
import { testAlgorithm } from '#testing/test-algorithm';

type Ask = (api: AlgorithmApi) => unknown;

/** Runs a handler that is `ask`, and says what came of it. */
async function ask(work: Ask, subPipelines?: SubPipelineFakes) {
  await using test = testAlgorithm({ start: (_, api) => work(api) }, { subPipelines });
  return await test.run({});
}

const stored: Ask = (api) => api.startStoredSubPipeline({ name: 'merge', flowInput: { words: [1, 2] } });
const raw: Ask = (api) =>
  api.startRawSubPipeline({
    name: 'merge',
    nodes: [{ nodeName: 'a', algorithmName: 'x', input: [] }],
    options: { ttl: 5 },
    flowInput: { words: [3] },
  });

it('a function answers the request, with a value or a promise', async () => {
  const merge: SubPipelineFakes = { merge: async ({ flowInput }) => [{ nodeName: 'a', result: flowInput.words }] };
  const task = await ask(stored, merge);
  expect(task.result).toEqual([{ nodeName: 'a', result: [1, 2] }]);
  expect(task.requests).toEqual([
    {
      kind: 'stored',
      name: 'merge',
      flowInput: { words: [1, 2] },
      includeResult: true,
      end: { kind: 'done', response: [{ nodeName: 'a', result: [1, 2] }] },
    },
  ]);
});

it('raw ones go by their name, too, and are on record with their nodes', async () => {
  const task = await ask(raw, { merge: ({ kind, nodes }) => ({ kind, nodes }) });
  const nodes = [{ nodeName: 'a', algorithmName: 'x', input: [] }];
  expect(task.result).toEqual({ kind: 'raw', nodes });
  expect(task.requests[0]).toMatchObject({ kind: 'raw', nodes, options: { ttl: 5 }, flowInput: { words: [3] } });
});

it('a plain value is the response', async () => {
  expect((await ask(stored, { merge: [{ result: 7 }] })).result).toEqual([{ result: 7 }]);
});

it('`*` is any that has no fake of its own', async () => {
  const both: Ask = (api) => Promise.all([stored(api), api.startStoredSubPipeline({ name: 'constructor' })]);
  const task = await ask(both, { merge: 1, '*': ({ name }) => name });
  expect(task.result).toEqual([1, 'constructor']);
});

it('a throw fails it, with its words', async () => {
  const merge = (): never => {
    throw new RangeError('out of whales');
  };
  const task = await ask(stored, { merge });
  expect(task.outcome).toMatchObject({
    kind: 'failed',
    error: { code: 'SUB_PIPELINE_FAILED', message: expect.stringContaining('out of whales') },
  });
  expect(task.requests[0]?.end).toEqual({ kind: 'failed', error: 'out of whales' });
});

it('it can be stopped from outside', async () => {
  const task = await ask(stored, { merge: (_, ends) => ends.stopped('by its owner') });
  expect(task.outcome).toMatchObject({
    kind: 'failed',
    error: { code: 'SUB_PIPELINE_STOPPED', message: expect.stringContaining('from outside: by its owner') },
  });
  expect(task.requests[0]?.end).toEqual({ kind: 'stopped', by: 'fake', reason: 'by its owner' });
});

it('one that is never answered is the algorithm’s to give up; its fake sees that', async () => {
  const signals: AbortSignal[] = [];
  const giveUp: Ask = async (api) => {
    const sub = api.startStoredSubPipeline({ name: 'merge' });
    sub.stop('it takes too long');
    return sub.catch((error: unknown) => (error instanceof RuntimeError ? error.code : 'another error'));
  };
  const task = await ask(giveUp, {
    merge: ({ signal }, ends) => {
      signals.push(signal);
      return ends.never();
    },
  });
  expect(task.result).toBe('SUB_PIPELINE_STOPPED');
  expect(task.requests[0]?.end).toMatchObject({ kind: 'stopped', by: 'algorithm' });
});

it('the end of the task is the end of what it has left behind', async () => {
  const leave: Ask = (api) => void api.startStoredSubPipeline({ name: 'merge' });
  const { requests } = await ask(leave, { merge: (_, ends) => ends.never() });
  expect(requests).toMatchObject([{ name: 'merge', end: { kind: 'stopped', by: 'algorithm' } }]);
});

it('without a fake the words say what to fake', async () => {
  const task = await ask(stored, { other: 1, 'one more': 2 });
  const { error } = Object(task.requests[0]?.end);
  expect(error).toBe(
    'The stored sub-pipeline "merge" has no fake: give testAlgorithm the option ' +
      'subPipelines: { merge: ({ flowInput }) => response }, or one named "*" for any. The fakes are other, one more.',
  );
  expect(() => task.result).toThrow(error);
});

it('a run has fakes of its own, which win', async () => {
  await using test = testAlgorithm({ start: (_, api) => stored(api) }, { subPipelines: { merge: 'of the test' } });
  expect((await test.run({}, { subPipelines: { merge: 'of the run' } })).result).toBe('of the run');
  expect((await test.run({})).result).toBe('of the test');
});

it('a fake can run the algorithm itself: the task that waits keeps its process, another one runs', async () => {
  const start = async ({ input: [n] }: Task<readonly [number]>, api: AlgorithmApi): Promise<number> => {
    if (n <= 1) return 1;
    return n * (await api.startStoredSubPipeline<number>({ name: 'factorial', flowInput: { n: n - 1 } }));
  };
  await using inner = testAlgorithm({ start }, { subPipelines: { factorial: ({ flowInput }) => next(flowInput.n) } });
  const next = async (n: unknown): Promise<unknown> => (await inner.run({ input: [Number(n)] })).result;
  expect((await inner.run({ input: [5] })).result).toBe(120);
});
