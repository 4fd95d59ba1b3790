import { createAlgorithmActor } from 'algorithm-actor';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type FakeConnection, type FakeWorker, startFakeWorker } from '#test/support/fake-worker';
import * as cancel from './cancel.js';

let worker: FakeWorker;
let connection: FakeConnection;
beforeEach(async () => {
  worker = await startFakeWorker();
  const actor = createAlgorithmActor(cancel, { url: worker.url, encoding: 'json' }).start();
  connection = await worker.connection();
  return () => actor.stop();
});
afterEach(() => worker.close());

it('runs to its end when nobody stops it', async () => {
  await connection.begin({ input: [1] });
  expect(await connection.next('progress')).toMatchObject({ data: { progress: 100 } });
  expect(await connection.next('done')).toMatchObject({ data: '1 steps' });
});

it('a stop ends it at once: the hook runs, `stopped` is the one outcome, and the next task is its own', async () => {
  await connection.begin({ input: [600] });
  await connection.next('progress');
  connection.send('stop', { forceStop: true });
  expect(await connection.next('progress')).toMatchObject({ data: { details: 'stopped, 1 parts thrown away' } });
  expect(await connection.next('stopped', 500)).toEqual({ command: 'stopped' });
  await connection.begin({ input: [0], taskId: 'task-2' });
  expect(await connection.next('done')).toMatchObject({ data: '0 steps' });
  const outcomes = connection.received.filter(({ command }) => /^(done|stopped|errorMessage)$/.test(command));
  expect(outcomes.map(({ command }) => command)).toEqual(['stopped', 'done']);
  expect(worker.faults).toEqual([]);
});
