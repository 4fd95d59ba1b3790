// L10 over real sockets: a lost connection costs nothing. The cases are those of the table in docs/semantics.md.

import { describe, expect, it, vi } from 'vitest';
import type { AlgorithmApi } from 'algorithm-actor';
import { commandsOf, connectAlgorithm, gate } from '#test/support/algorithm';
import { taskOf } from '#test/support/fake-worker';

/** Longer than any test: the host is never silent for so long. */
const patient = { resumeGraceMs: 60_000 };
/** A silent host is not waited for. */
const impatient = { resumeGraceMs: 5 };

describe('L10: resume, not restart', () => {
  it('handler still running: initialized and started are answered, the handler goes on, its result is sent once', async () => {
    const [runs, hooks, done] = [vi.fn(), vi.fn(), gate<string>()];
    const { connection, worker } = await connectAlgorithm(
      {
        initialize: hooks,
        start: () => {
          runs();
          return done.promise;
        },
      },
      patient,
    );
    const task = await connection.begin();
    connection.drop();
    const second = await worker.connection();
    await second.begin(task);
    done.open('the first run’s');
    expect(await second.next('done')).toMatchObject({ data: 'the first run’s' });
    await second.roundTrip();
    expect(commandsOf(second)).toEqual(['initialized', 'started', 'done']);
    expect([runs.mock.calls.length, hooks.mock.calls.length]).toEqual([1, 1]);
    expect(worker.faults).toEqual([]);
  });

  it('handler ended while disconnected: the result is sent when the host has asked again', async () => {
    const done = gate<string>();
    const { connection, worker } = await connectAlgorithm({ start: () => done.promise }, patient);
    const task = await connection.begin();
    connection.drop();
    done.open('computed in the dark');
    const second = await worker.connection();
    second.send('initialize', task);
    await second.next('initialized');
    await second.roundTrip();
    expect(commandsOf(second)).toEqual(['initialized']);
    second.send('start', {});
    await second.next('started');
    expect(await second.next('done')).toMatchObject({ data: 'computed in the dark' });
  });

  it('handler failed while disconnected: the error is sent when the host has asked again', async () => {
    const done = gate<Promise<never>>();
    const { connection, worker } = await connectAlgorithm({ start: () => done.promise }, patient);
    const task = await connection.begin();
    connection.drop();
    done.open(Promise.reject(new Error('in the dark')));
    const second = await worker.connection();
    await second.begin(task);
    expect(await second.next()).toMatchObject({ command: 'errorMessage', error: { message: 'in the dark' } });
  });

  it('the outcome was handed over: it is sent again because the host asks again', async () => {
    const runs = vi.fn(() => 'once computed');
    const { connection, worker } = await connectAlgorithm({ start: runs }, patient);
    const task = await connection.begin();
    await connection.next('done');
    connection.drop();
    const second = await worker.connection();
    await second.begin(task);
    expect(await second.next('done')).toMatchObject({ data: 'once computed' });
    expect(runs).toHaveBeenCalledTimes(1);
    // On the same connection the same ids are a new run.
    await second.begin(task);
    await second.next('done');
    expect(runs).toHaveBeenCalledTimes(2);
  });

  it('the outcome was handed over, and the host is silent: nothing is sent', async () => {
    const { connection, worker, actor } = await connectAlgorithm({ start: () => 1 }, impatient);
    await connection.begin();
    await connection.next('done');
    connection.drop();
    const second = await worker.connection();
    await second.roundTrip();
    expect(second.received).toEqual([]);
    // Idle has no grace: nothing can come later.
    expect(actor.getSnapshot().value).toBe('idle');
  });

  it('a silent host gets what was never sent after the grace, words first', async () => {
    const [api, done] = [gate<AlgorithmApi>(), gate<string>()];
    const { connection, worker } = await connectAlgorithm(
      {
        start: (_, given) => {
          api.open(given);
          return done.promise;
        },
      },
      impatient,
    );
    await connection.begin();
    const { startStoredSubPipeline, startSpan } = await api.promise;
    connection.drop();
    await connection.closed;
    await untilLost(connection);
    startSpan('in the dark');
    const sub = startStoredSubPipeline({ name: 'asked in the dark' });
    const second = await worker.connection();
    await second.next('startSpan');
    expect(await second.next('startStoredSubPipeline')).toMatchObject({ data: { subPipelineId: sub.id } });
    second.send('subPipelineDone', { subPipelineId: sub.id, response: 'answered' });
    expect(await sub).toBe('answered');
    done.open('result');
    await second.next('finishSpan');
    expect(await second.next('done')).toMatchObject({ data: 'result' });
    expect(worker.connections).toHaveLength(2);
  });

  it('a host that speaks but does not ask is waited for as long', async () => {
    const done = gate<string>();
    const { connection, worker } = await connectAlgorithm({ start: () => done.promise }, { resumeGraceMs: 40 });
    await connection.begin();
    connection.drop();
    await untilLost(connection);
    done.open('result');
    const second = await worker.connection();
    second.send('cleanup');
    await second.roundTrip();
    expect(second.received).toEqual([]);
    expect(await second.next('done')).toMatchObject({ data: 'result' });
  });

  it('spans, requests and alive pause until the start; requests are sent then', async () => {
    const api = gate<AlgorithmApi>();
    const { connection, worker } = await connectAlgorithm(
      {
        start: (_, given) => {
          api.open(given);
          return new Promise(() => undefined);
        },
      },
      { ...patient, alive: true },
    );
    const task = await connection.begin();
    const given = await api.promise;
    connection.drop();
    const second = await worker.connection();
    given.startSpan('paused');
    const sub = given.startStoredSubPipeline({ name: 'paused' });
    second.send('initialize', task);
    await second.next('initialized');
    await second.roundTrip();
    expect(commandsOf(second)).toEqual(['initialized']);
    second.send('start', {});
    await second.next('started');
    await second.next('startSpan');
    expect(await second.next('startStoredSubPipeline')).toMatchObject({ data: { subPipelineId: sub.id } });
    await second.next('alive');
  });

  it('the debug sidecar’s initialize and start back to back resume as well', async () => {
    const done = gate<string>();
    const { connection, worker } = await connectAlgorithm({ start: () => done.promise }, patient);
    const task = await connection.begin();
    connection.drop();
    const second = await worker.connection();
    second.send('initialize', task);
    second.send('start', task);
    await second.next('started');
    done.open('result');
    await second.next('done');
    expect(commandsOf(second)).toEqual(['initialized', 'started', 'done']);
  });

  it('a drop during initialize: the hook goes on and is answered once, on the connection that asks', async () => {
    const [hook, hooks] = [gate(), vi.fn()];
    const { connection, worker } = await connectAlgorithm(
      {
        initialize: () => {
          hooks();
          return hook.promise;
        },
        start: () => 'ran',
      },
      patient,
    );
    const task = taskOf();
    connection.send('initialize', task);
    await connection.roundTrip();
    connection.drop();
    const second = await worker.connection();
    second.send('initialize', task);
    await second.roundTrip();
    expect(second.received).toEqual([]);
    hook.open();
    await second.next('initialized');
    second.send('start', {});
    await second.next('done');
    expect(commandsOf(second)).toEqual(['initialized', 'started', 'done']);
    expect(hooks).toHaveBeenCalledTimes(1);
  });

  it('a drop between initialized and start: initialized is answered again', async () => {
    const hooks = vi.fn();
    const { connection, worker } = await connectAlgorithm({ initialize: hooks, start: () => 'ran' }, patient);
    const task = taskOf();
    connection.send('initialize', task);
    await connection.next('initialized');
    connection.drop();
    const second = await worker.connection();
    await second.begin(task);
    expect(await second.next('done')).toMatchObject({ data: 'ran' });
    expect(hooks).toHaveBeenCalledTimes(1);
  });

  it('two drops in a row change nothing', async () => {
    const done = gate<string>();
    const { connection, worker } = await connectAlgorithm({ start: () => done.promise }, patient);
    const task = await connection.begin();
    connection.drop();
    const second = await worker.connection();
    second.send('initialize', task);
    await second.next('initialized');
    second.drop();
    done.open('result');
    const third = await worker.connection();
    await third.begin(task);
    expect(await third.next('done')).toMatchObject({ data: 'result' });
  });

  it.each([
    ['another task', { taskId: 'other' }],
    ['another attempt of it', { attempts: 2 }],
    ['a task without ids', { jobId: undefined, taskId: undefined }],
  ])('%s instead: the old one is aborted and its outcome dropped', async (_, fields) => {
    const [aborted, late] = [vi.fn(), gate<string>()];
    let runs = 0;
    const { connection, worker } = await connectAlgorithm(
      {
        start: (_task, { signal }) => {
          runs += 1;
          signal.addEventListener('abort', aborted);
          return runs === 1 ? late.promise : 'new';
        },
      },
      patient,
    );
    await connection.begin({ attempts: 1 });
    connection.drop();
    const second = await worker.connection();
    await second.begin({ attempts: 1, ...fields });
    expect(await second.next('done')).toMatchObject({ data: 'new' });
    late.open('old');
    await late.promise;
    await second.roundTrip();
    expect(commandsOf(second)).toEqual(['initialized', 'started', 'done']);
    expect(aborted).toHaveBeenCalledTimes(1);
  });

  it('a stop after a drop is answered, and the outcome that waited is dropped', async () => {
    const done = gate<string>();
    const { connection, worker } = await connectAlgorithm({ start: () => done.promise }, patient);
    await connection.begin();
    connection.drop();
    done.open('waits');
    const second = await worker.connection();
    second.send('stop');
    expect(await second.next()).toEqual({ command: 'stopped' });
    await second.begin({ taskId: 'next' });
    await second.next('done');
    expect(commandsOf(second)).toEqual(['stopped', 'initialized', 'started', 'done']);
  });
});

/** The fake worker's line is cut at once; the algorithm learns of it with its next turns. */
async function untilLost(connection: { readonly closed: Promise<unknown> }): Promise<void> {
  await connection.closed;
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
}
