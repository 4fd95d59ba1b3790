// A process that has run many tasks is as it was: no timer, listener or promise stays behind.

import { expect, it } from 'vitest';
import { toPromise } from 'xstate';
import type { AlgorithmApi, Task } from 'algorithm-actor';
import { connectAlgorithm } from '#test/support/algorithm';
import type { FakeConnection } from '#test/support/fake-worker';

const timers = () => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;

/** Waits by turns of the event loop: a wait by timer would be one of what is counted. */
async function turnsUntil(holds: () => boolean): Promise<void> {
  for (let turn = 0; turn < 1_000 && !holds(); turn++) await new Promise((resolve) => setImmediate(resolve));
  expect(holds()).toBe(true);
}

async function start({ input: [mode] }: Task<readonly unknown[]>, api: AlgorithmApi): Promise<unknown> {
  switch (mode) {
    case 'subs': {
      const options = { timeoutMs: 60_000, signal: api.signal };
      return Promise.all(Array.from({ length: 5 }, () => api.startStoredSubPipeline({ name: 'child' }, options)));
    }
    case 'left behind':
      void api.startStoredSubPipeline({ name: 'never answered' }, { timeoutMs: 60_000 });
      void api.startAlgorithm({ name: 'never answered' }, { timeoutMs: 60_000 });
      api.startSpan('left open');
      return 'done';
    case 'stopped':
      return new Promise((resolve) => api.signal.addEventListener('abort', () => resolve('late')));
    default:
      throw new Error('fails');
  }
}

async function runTask(connection: FakeConnection, mode: string): Promise<void> {
  await connection.begin({ input: [mode] });
  if (mode === 'subs') {
    for (let sub = 0; sub < 5; sub++) {
      const { data } = await connection.next('startStoredSubPipeline');
      const { subPipelineId } = Object(data);
      connection.send('subPipelineStarted', { subPipelineId });
      connection.send('subPipelineDone', { subPipelineId, response: [] });
    }
  }
  if (mode === 'left behind') {
    await connection.next('startStoredSubPipeline');
    await connection.next('startAlgorithmExecution');
  }
  if (mode === 'stopped') connection.send('stop');
  await connection.next(mode === 'stopped' ? 'stopped' : mode === 'throws' ? 'errorMessage' : 'done');
}

it('after many tasks of every kind no timer and no child actor is left', async () => {
  const { connection, actor, worker } = await connectAlgorithm({ start }, { alive: true });
  await runTask(connection, 'subs');
  const before = timers();
  for (let round = 0; round < 20; round++) {
    for (const mode of ['subs', 'left behind', 'stopped', 'throws']) await runTask(connection, mode);
  }
  await turnsUntil(() => timers() <= before);
  const { children } = actor.getSnapshot().children;
  expect(children?.getSnapshot().children.size).toBe(0);
  expect(worker.faults).toEqual([]);
});

it('after it has left, nothing holds the process', async () => {
  const signals = process.listenerCount('SIGTERM') + process.listenerCount('SIGINT');
  const { connection, actor } = await connectAlgorithm({ start }, { alive: true, signals: true });
  const before = timers();
  await runTask(connection, 'left behind');
  await connection.begin({ input: ['stopped'] });
  const left = toPromise(actor);
  connection.send('exit');
  await left;
  await connection.closed;
  await turnsUntil(() => timers() <= before);
  expect(process.listenerCount('SIGTERM') + process.listenerCount('SIGINT')).toBe(signals);
});
