import { testAlgorithm } from 'algorithm-actor/testing';
import { afterAll, expect, it } from 'vitest';
import * as cancel from './cancel.js';

const test = testAlgorithm(cancel);
afterAll(() => test.close());

it('runs to its end when nobody stops it', async () => {
  const task = await test.run({ input: [1] });
  expect(task.progress).toEqual([{ progress: 100, details: 'step 1 of 1' }]);
  expect(task.result).toBe('1 steps');
});

it('a stop ends it at once: the hook runs, `stopped` is the one outcome, and the next task is its own', async () => {
  const running = test.start({ input: [600] });
  await running.until('progress');
  const task = await running.stop('we have seen enough');
  expect(task.outcome).toEqual({ kind: 'stopped', reason: 'we have seen enough' });
  expect(task.progress.at(-1)).toEqual({ details: 'stopped, 1 parts thrown away' });
  expect((await test.run({ input: [0] })).result).toBe('0 steps');
});

it('hears whether it was stopped or scaled down, and leaves when it was', async () => {
  const running = test.start({ input: [600] });
  await running.until('started');
  const task = await running.scaleDown();
  expect(task.progress).toEqual([{ details: 'scaled down, 0 parts thrown away' }]);
});
