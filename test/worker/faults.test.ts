// Fault switches over a real socket: each does what it says to the message it names, as often as it says, and to no other.

import { describe, expect, it } from 'vitest';
import { connectFakeAlgorithm } from '#test/support/fake-algorithm';
import { startWorker, task } from '#test/support/worker';
import { createFaults, type Fault } from '#worker/faults';

/** A worker with these faults, and a client that has been sent a task. */
async function startFaulty(faults: readonly Fault[], query = '') {
  const started = await startWorker({ faults: createFaults(faults) });
  const algorithm = await connectFakeAlgorithm(started.worker.url, query);
  await started.worker.ready();
  const end = started.worker.run(task);
  return { ...started, algorithm, end };
}

describe('a message', () => {
  it('is dropped, once, and then no more', async () => {
    const { worker, algorithm } = await startFaulty([{ on: 'initialize', do: 'drop' }]);
    await algorithm.roundTrip();
    expect(algorithm.received).toEqual([]);
    algorithm.say('done');
    await algorithm.roundTrip();
    void worker.run(task);
    expect(await algorithm.next('initialize')).toMatchObject({ data: task });
  });

  it('is said twice, or more often', async () => {
    const { algorithm } = await startFaulty([{ on: 'start', do: 'duplicate', times: 2 }]);
    await algorithm.next('initialize');
    algorithm.say('initialized');
    await algorithm.roundTrip();
    expect(algorithm.received.map(({ command }) => command)).toEqual(['initialize', 'start', 'start']);
  });

  it('is delayed, and overtaken', async () => {
    const { worker, algorithm } = await startFaulty([{ on: 'start', do: 'delay', ms: 50 }]);
    await algorithm.next('initialize');
    algorithm.say('initialized');
    await algorithm.roundTrip();
    worker.stop('enough');
    await algorithm.next('stop');
    await algorithm.next('start');
    expect(algorithm.received.map(({ command }) => command)).toEqual(['initialize', 'stop', 'start']);
  });

  it.each(['', '?encoding=bson', '?encoding=msgpack'])('is cut in half (%s)', async (query) => {
    const { algorithm } = await startFaulty([{ on: 'initialize', do: 'malformed' }], query);
    await algorithm.roundTrip();
    expect(algorithm.received).toMatchObject([{ command: expect.stringContaining('undecodable') }]);
  });

  it('is too large', async () => {
    const { algorithm } = await startFaulty([{ on: 'initialize', do: 'oversized', bytes: 2_000_000 }]);
    const { data } = await algorithm.next('initialize');
    expect(JSON.stringify(data).length).toBeGreaterThan(2_000_000);
  });

  it.each([1000, 1006, 1009, 1013, 4001])('is not sent: the connection is closed with %i', async (code) => {
    const { algorithm, end } = await startFaulty([{ on: 'initialize', do: 'close', code }]);
    expect(await algorithm.closed).toBe(code);
    expect(await end).toMatchObject({ kind: 'crashed' });
    expect(algorithm.received).toEqual([]);
  });

  it('comes without its data', async () => {
    const { algorithm } = await startFaulty([{ on: 'start', do: 'withoutData' }]);
    await algorithm.next('initialize');
    algorithm.say('initialized');
    expect(await algorithm.next('start')).toEqual({ command: 'start' });
  });

  it('comes without the id of what it answers, and with its text in response', async () => {
    const { algorithm, asked } = await startFaulty([
      { on: 'subPipelineError', do: 'withoutId' },
      { on: 'subPipelineError', do: 'textInResponse' },
    ]);
    await algorithm.begin();
    algorithm.say('startRawSubPipeline', { subPipelineId: '1', subPipeline: { name: 'x', nodes: [] } });
    await algorithm.next('subPipelineStarted');
    asked[0]?.end({ kind: 'failed', error: 'boom' });
    expect(await algorithm.next('subPipelineError')).toEqual({
      command: 'subPipelineError',
      data: { response: 'boom' },
    });
  });

  it('of any name is meant by *, and faults can be added at any time', async () => {
    const faults = createFaults([]);
    const { worker } = await startWorker({ faults });
    const algorithm = await connectFakeAlgorithm(worker.url);
    await worker.ready();
    faults.add({ on: '*', do: 'duplicate' });
    void worker.run(task);
    await algorithm.roundTrip();
    expect(algorithm.received.map(({ command }) => command)).toEqual(['initialize', 'initialize']);
  });

  it('that is delayed does not outlive its connection', async () => {
    const { worker, algorithm } = await startFaulty([{ on: 'initialize', do: 'delay', ms: 20 }]);
    algorithm.drop();
    await algorithm.closed;
    const next = await connectFakeAlgorithm(worker.url);
    await worker.ready();
    void worker.run({ ...task, taskId: 'second' });
    expect(await next.next('initialize')).toMatchObject({ data: { taskId: 'second' } });
  });
});

it('a worker that restarts begins the same task again on the next connection', async () => {
  const { worker } = await startWorker({ restarts: true });
  const first = await connectFakeAlgorithm(worker.url);
  await worker.ready();
  const end = worker.run(task);
  await first.begin();
  first.drop();
  await expect.poll(() => worker.state).toBe('away');
  const second = await connectFakeAlgorithm(worker.url);
  expect(await second.begin()).toEqual(task);
  second.say('done', 'again');
  expect(await end).toEqual({ kind: 'succeed', result: 'again' });
});

it('a late bootstrap lets nobody speak before it is over', async () => {
  const { worker, clock } = await startWorker({ bootstrapMs: 500 });
  const algorithm = await connectFakeAlgorithm(worker.url);
  await algorithm.roundTrip();
  expect([worker.state, worker.isReady]).toEqual(['bootstrap', false]);
  clock.increment(500);
  expect(worker.isReady).toBe(true);
});
