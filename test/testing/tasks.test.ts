import { expect, it } from 'vitest';
import { testAlgorithm } from '#testing/test-algorithm';

it('runs', async () => {
  const test = testAlgorithm({ start: ({ input }) => input.length });
  const task = await test.run({ input: ['x'] });
  expect(task.result).toBe(1);
  console.log(task, task.frames);
  const before = performance.now();
  for (let i = 0; i < 1000; i++) await test.run({ input: [i] });
  console.log(1000 / ((performance.now() - before) / 1000), 'a second');
  await test.close();
  const b2 = performance.now();
  for (let i = 0; i < 300; i++) { const t = testAlgorithm({ start: ({ input }) => input.length }); await t.run({ input: [i] }); await t.close(); }
  console.log(300 / ((performance.now() - b2) / 1000), 'fresh a second');
});
