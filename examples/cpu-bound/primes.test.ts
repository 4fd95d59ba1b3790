import { join } from 'node:path';
import { createAlgorithmActor } from 'algorithm-actor';
import { expect, it, onTestFinished } from 'vitest';
import { startFakeWorker } from '#test/support/fake-worker';

async function connected(stopGraceMs: number) {
  const worker = await startFakeWorker();
  const entry = join(import.meta.dirname, 'primes.ts');
  const actor = createAlgorithmActor({ entry, url: worker.url, encoding: 'json', stopGraceMs }).start();
  onTestFinished(() => worker.close());
  onTestFinished(() => void actor.stop());
  return { worker, connection: await worker.connection() };
}

it('counts', async () => {
  const { connection } = await connected(8_000);
  await connection.begin({ input: [100_000] });
  expect(await connection.next('done')).toMatchObject({ data: 9_592 });
});

it('is stopped in mid-loop, long before the grace is over, and takes the next task', async () => {
  const { worker, connection } = await connected(60_000);
  await connection.begin({ input: [Number.MAX_SAFE_INTEGER] });
  await connection.next('progress');
  connection.send('stop');
  await connection.next('stopped');
  await connection.begin({ input: [10], taskId: 'task-2' });
  expect(await connection.next('done')).toMatchObject({ data: 4 });
  expect(worker.faults).toEqual([]);
});

it('is heard from while it computes: heartbeat and progress', async () => {
  const { connection } = await connected(8_000);
  await connection.begin({ input: [Number.MAX_SAFE_INTEGER] });
  await connection.next('alive');
  await connection.next('alive');
  expect(connection.received.filter(({ command }) => command === 'progress').length).toBeGreaterThan(10);
});
