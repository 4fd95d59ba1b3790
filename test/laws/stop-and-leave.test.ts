// L4 and L14: a stop always ends, and leaving is clean.

import { describe, expect, it, vi } from 'vitest';
import { toPromise } from 'xstate';
import { commandsOf, connectAlgorithm, gate } from '#test/support/algorithm';
import { taskOf } from '#test/support/fake-worker';

const untilAborted = (signal: AbortSignal) =>
  new Promise<void>((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true });
  });

describe('L4: stop always ends', () => {
  it('fires the signal, calls the hook with its data, waits for both, answers once', async () => {
    const order: string[] = [];
    const { connection } = await connectAlgorithm({
      start: async (_, { signal }) => {
        await untilAborted(signal);
        order.push('handler');
        return 'a result that nobody wants any more';
      },
      stop: (data) => void order.push(`stop ${JSON.stringify(data)}`),
    });
    await connection.begin();
    connection.send('stop', { forceStop: false });
    await connection.next('stopped');
    expect(order).toHaveLength(2);
    expect(order).toEqual(expect.arrayContaining(['handler', 'stop {"forceStop":false}']));
    await connection.roundTrip();
    expect(commandsOf(connection)).toEqual(['initialized', 'started', 'stopped']);
  });

  it('answers after the grace when the handler ignores it', async () => {
    const { connection } = await connectAlgorithm({ start: () => new Promise(() => undefined) }, { stopGraceMs: 10 });
    await connection.begin();
    connection.send('stop');
    await connection.next('stopped');
  });

  it('answers after the grace when the hook never ends', async () => {
    const { connection } = await connectAlgorithm(
      { start: (_, { signal }) => untilAborted(signal), stop: () => new Promise(() => undefined) },
      { stopGraceMs: 10 },
    );
    await connection.begin();
    connection.send('stop');
    await connection.next('stopped');
  });

  it('says stopping each second meanwhile', async () => {
    const { connection } = await connectAlgorithm(
      { start: () => new Promise(() => undefined) },
      { stopGraceMs: 1_200 },
    );
    await connection.begin();
    connection.send('stop');
    await connection.next('stopped');
    expect(commandsOf(connection).slice(2)).toEqual(['stopping', 'stopped']);
  });

  it('records a hook that throws and answers stopped all the same', async () => {
    const { connection, logs } = await connectAlgorithm({
      start: (_, { signal }) => untilAborted(signal),
      stop: () => {
        throw new Error('cannot free the GPU');
      },
    });
    await connection.begin();
    connection.send('stop');
    expect(await connection.next()).toEqual({ command: 'stopped' });
    expect(logs.join('\n')).toContain('cannot free the GPU');
  });

  it('is obeyed during initialize, and the handler is never started', async () => {
    const start = vi.fn();
    const { connection } = await connectAlgorithm({ initialize: (_, { signal }) => untilAborted(signal), start });
    connection.send('initialize', taskOf());
    connection.send('start');
    connection.send('stop');
    expect(await connection.next()).toEqual({ command: 'stopped' });
    await connection.roundTrip();
    expect(start).not.toHaveBeenCalled();
    expect(commandsOf(connection)).toEqual(['stopped']);
  });

  it('a second stop is answered by the first one’s answer', async () => {
    const { connection } = await connectAlgorithm({ start: (_, { signal }) => untilAborted(signal) });
    await connection.begin();
    connection.send('stop');
    connection.send('stop');
    await connection.next('stopped');
    await connection.roundTrip();
    expect(commandsOf(connection).filter((command) => command === 'stopped').length).toBeLessThanOrEqual(2);
    expect(commandsOf(connection)).not.toContain('done');
  });
});

describe('L14: leaving is clean', () => {
  it('on exit in mid-task: spans finished, sub-pipelines stopped, hook called, no outcome, socket closed', async () => {
    const hook = vi.fn();
    const sub = gate<Promise<unknown>>();
    const { connection, actor, worker } = await connectAlgorithm({
      start: async (_, api) => {
        api.startSpan('outer');
        api.startSpan('inner');
        sub.open(api.startStoredSubPipeline({ name: 'child' }).catch((error: unknown) => error));
        await untilAborted(api.signal);
        return 'never wanted';
      },
      exit: hook,
    });
    const left = toPromise(actor);
    await connection.begin();
    await connection.next('startStoredSubPipeline');
    connection.send('exit', { exitCode: 0 });
    expect(await connection.closed).toMatchObject({ code: 1000 });
    expect(await left).toEqual({ code: 0 });
    expect(hook).toHaveBeenCalledWith({ exitCode: 0 });
    expect(commandsOf(connection).slice(2)).toEqual([
      'startSpan',
      'startSpan',
      'startStoredSubPipeline',
      'finishSpan',
      'finishSpan',
      'stopSubPipeline',
    ]);
    expect(await sub.promise).toMatchObject({ code: 'SUB_PIPELINE_STOPPED' });
    expect(worker.faults).toEqual([]);
    expect(worker.connections).toHaveLength(1);
  });

  it('on shutdown with the code that was asked for', async () => {
    const { connection, actor } = await connectAlgorithm({ start: () => 1 });
    const left = toPromise(actor);
    actor.send({ type: 'shutdown', code: 7 });
    expect(await left).toEqual({ code: 7 });
    await connection.closed;
    expect(connection.received).toEqual([]);
  });

  it('leaves although the exit hook throws, or never ends', async () => {
    const throwing = await connectAlgorithm({
      start: () => 1,
      exit: () => {
        throw new Error('no');
      },
    });
    throwing.connection.send('exit');
    await throwing.connection.closed;
    const hanging = await connectAlgorithm(
      { start: () => 1, exit: () => new Promise(() => undefined) },
      { stopGraceMs: 10 },
    );
    hanging.connection.send('exit');
    await hanging.connection.closed;
  });

  it('on SIGTERM, and gives the signal back to Node afterwards', async () => {
    const before = process.listenerCount('SIGTERM');
    const { connection, actor } = await connectAlgorithm({ start: () => 1 }, { signals: true });
    expect(process.listenerCount('SIGTERM')).toBe(before + 1);
    const left = toPromise(actor);
    process.emit('SIGTERM', 'SIGTERM');
    expect(await left).toEqual({ code: 143 });
    await connection.closed;
    expect(process.listenerCount('SIGTERM')).toBe(before);
    expect(process.listenerCount('SIGINT')).toBe(process.listenerCount('SIGTERM'));
  });

  it('says nothing to a host that asks a leaving algorithm', async () => {
    const hook = gate();
    const { connection } = await connectAlgorithm({ start: () => 1, exit: () => hook.promise });
    connection.send('exit');
    connection.send('initialize', taskOf());
    connection.send('stop');
    await connection.roundTrip();
    expect(connection.received).toEqual([]);
    hook.open();
    await connection.closed;
  });
});
