// What an author may get wrong without harm to the task, the next task or the process.

import { describe, expect, it } from 'vitest';
import { toPromise } from 'xstate';
import { type AlgorithmApi, createAlgorithmActor } from 'algorithm-actor';
import { commandsOf, connectAlgorithm, gate, keepLogs } from '#test/support/algorithm';

describe('a failure', () => {
  it('that is longer than a frame may be is cut, not lost', async () => {
    const start = () => {
      throw new Error('x'.repeat(5_000));
    };
    const { connection, actor } = await connectAlgorithm({ start }, { limits: { frameBytes: 1_000 } });
    await connection.begin();
    expect(await connection.next()).toMatchObject({
      command: 'errorMessage',
      error: { message: expect.stringMatching(/^x+$/) },
    });
    expect(actor.getSnapshot().status).toBe('active');
  });

  it('ends the task for what still runs of it: a late sub-pipeline is refused', async () => {
    const late = gate();
    const outcome = gate<unknown>();
    const { connection } = await connectAlgorithm({
      start: async (_, api) => {
        const ask = async () => {
          await late.promise;
          outcome.open(await api.startStoredSubPipeline({ name: 'too late' }).catch((error: unknown) => error));
        };
        await Promise.all([ask(), Promise.reject(new Error('boom'))]);
      },
    });
    await connection.begin();
    await connection.next('errorMessage');
    late.open();
    expect(await outcome.promise).toMatchObject({ code: 'TASK_ENDED' });
    await connection.roundTrip();
    expect(commandsOf(connection).at(-1)).toBe('errorMessage');
  });
});

describe('a sub-pipeline', () => {
  it('of the official wrapper’s form that nobody awaits does not end the process', async () => {
    const unhandled: unknown[] = [];
    const listen = (reason: unknown) => unhandled.push(reason);
    process.on('unhandledRejection', listen);
    const { connection } = await connectAlgorithm({ start: (_, api) => void api.startStoredSubpipeline('child', {}) });
    await connection.begin();
    await connection.next('done');
    await connection.roundTrip();
    process.off('unhandledRejection', listen);
    expect(unhandled).toEqual([]);
  });

  it.each([1n, { a: 1 }, 7])('is not stopped for a reason %s, which is no text', async (reason) => {
    const api = gate<AlgorithmApi>();
    const { connection, actor } = await connectAlgorithm({
      start: (_, given) => (api.open(given), given.startStoredSubPipeline({ name: 'child' })),
    });
    await connection.begin();
    const { startStoredSubPipeline } = await api.promise;
    const sub = startStoredSubPipeline({ name: 'other' });
    expect(() => Reflect.apply(sub.stop, sub, [reason])).toThrow(expect.objectContaining({ code: 'INVALID_CALL' }));
    sub.stop('because'.repeat(1_000));
    await connection.next('stopSubPipeline');
    expect(actor.getSnapshot().status).toBe('active');
  });
});

describe('spans that cannot be sent', () => {
  it('as they are go without their tags, so that starts and finishes fit', async () => {
    const { connection } = await connectAlgorithm({
      start: (_, api) => {
        api.startSpan('outer');
        Reflect.apply(api.startSpan, api, ['bad', { n: 1n }]);
        api.finishSpan();
        api.finishSpan();
      },
    });
    await connection.begin();
    await connection.next('done');
    expect(commandsOf(connection).slice(2)).toEqual(['startSpan', 'startSpan', 'finishSpan', 'finishSpan', 'done']);
  });
});

describe('progress', () => {
  it('null is told as null', async () => {
    const { connection, actor } = await connectAlgorithm({
      start: (_, api) => {
        api.progress(40);
        api.progress(null);
      },
    });
    const told: unknown[] = [];
    actor.on('task.progressed', ({ progress }) => told.push(progress));
    await connection.begin();
    await connection.next('done');
    expect(told).toEqual([40, null]);
  });
});

describe('an actor', () => {
  it('that is stopped in mid-task aborts its handler and leaves no heartbeat', async () => {
    const signal = gate<AbortSignal>();
    const { connection, actor } = await connectAlgorithm(
      { start: (_, api) => (signal.open(api.signal), new Promise(() => undefined)) },
      { alive: true },
    );
    await connection.begin();
    const given = await signal.promise;
    const intervals = () => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;
    const before = intervals();
    actor.stop();
    expect(given.aborted).toBe(true);
    await connection.closed;
    for (let turn = 0; turn < 1_000 && intervals() >= before; turn++)
      await new Promise((resolve) => setImmediate(resolve));
    expect(intervals()).toBeLessThan(before);
  });

  it('shut down before it was started leaves at once', async () => {
    const actor = createAlgorithmActor({ start: () => 1 }, { port: 1, signals: false, logger: keepLogs().logger });
    actor.send({ type: 'shutdown', code: 7 });
    const left = toPromise(actor);
    actor.start();
    expect(await left).toEqual({ code: 7 });
  });
});
