// Fakes of executions: algorithms that an algorithm starts.

import { expect, it } from 'vitest';
import { testAlgorithm, type TestOptions } from '../../src/testing.js';
import type { AlgorithmHandlers } from '#handlers/algorithm-handlers';

const ask: AlgorithmHandlers = {
  start: ({ input }, api) => api.startAlgorithm({ name: 'square', input: [...input] }),
};

async function run(executions: TestOptions['executions'], handlers: AlgorithmHandlers = ask) {
  await using test = testAlgorithm(handlers, { executions });
  return await test.run({ input: [3] });
}

it('answer by the name of the algorithm, with its input', async () => {
  const task = await run({ square: ({ input: [value] }) => Number(value) ** 2 });
  expect(task.result).toBe(9);
  expect(task.requests).toEqual([
    {
      kind: 'algorithm',
      name: 'square',
      input: [3],
      includeResult: true,
      end: { kind: 'done', response: 9 },
    },
  ]);
});

it('answer with a value, and for any other', async () => {
  expect((await run({ square: 9 })).result).toBe(9);
  expect((await run({ '*': ({ name }) => name })).result).toBe('square');
});

it('that throw, or are stopped, fail the execution', async () => {
  const boom = () => {
    throw new TypeError('too big');
  };
  expect((await run({ square: boom })).outcome).toMatchObject({
    kind: 'failed',
    error: { code: 'EXECUTION_FAILED', message: expect.stringContaining('too big') },
  });
  expect((await run({ square: (_, ends) => ends.stopped('by its owner') })).outcome).toMatchObject({
    error: { message: expect.stringContaining('the execution was stopped: by its owner') },
  });
});

it('that are missing say what to fake', async () => {
  expect((await run({})).outcome).toMatchObject({
    kind: 'failed',
    error: { message: expect.stringContaining('give testAlgorithm the option executions: { square: ({ input }) =>') },
  });
});

it('that never answer can be waited for by simulated time', async () => {
  const patient: AlgorithmHandlers = {
    start: (_, api) => api.startAlgorithm({ name: 'square', input: [] }, { timeoutMs: 60_000 }),
  };
  await using test = testAlgorithm(patient, {
    time: 'simulated',
    executions: { square: (_, ends) => ends.never() },
  });
  const running = test.start({});
  await running.until('startAlgorithmExecution');
  await test.time.advance(60_000);
  expect((await running.ended).outcome).toMatchObject({ kind: 'failed', error: { code: 'EXECUTION_TIMED_OUT' } });
});
