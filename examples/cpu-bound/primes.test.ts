import { join } from 'node:path';
import { testAlgorithm } from 'algorithm-actor/testing';
import { expect, it } from 'vitest';

const entry = join(import.meta.dirname, 'primes.ts');
/** It would take some years. */
const endless = { input: [Number.MAX_SAFE_INTEGER] };

it('counts', async () => {
  await using test = testAlgorithm({ entry });
  expect((await test.run({ input: [100_000] })).result).toBe(9_592);
});

it('is stopped in mid-loop, long before the grace is over, and takes the next task', async () => {
  await using test = testAlgorithm({ entry }, { stopGraceMs: 60_000, timeoutMs: 20_000 });
  const running = test.start(endless);
  await running.until('progress');
  expect((await running.stop()).outcome.kind).toBe('stopped');
  expect((await test.run({ input: [10] })).result).toBe(4);
});

it('is heard from while it computes: heartbeat and progress', async () => {
  await using test = testAlgorithm({ entry }, { time: 'simulated', timeoutMs: 20_000 });
  const running = test.start(endless);
  await running.until('started');
  await test.time.advance(10_000);
  expect(running.frames.filter(({ command }) => command === 'alive')).toHaveLength(3);
  let reports = 0;
  await running.until(({ command }) => command === 'progress' && (reports += 1) > 10);
});
