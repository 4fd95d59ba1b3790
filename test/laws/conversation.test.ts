// L1, L2, L3, L5: who speaks when, and how often, over a real socket.

import { describe, expect, it, vi } from 'vitest';
import { commandsOf, connectAlgorithm, gate } from '#test/support/algorithm';
import { taskOf } from '#test/support/fake-worker';

describe('L1: speak when spoken to', () => {
  it('nothing is sent on a new connection before its first message', async () => {
    const { connection, worker } = await connectAlgorithm({ start: () => 1 });
    await connection.roundTrip();
    expect(connection.received).toEqual([]);
    connection.send('initialize', taskOf());
    await connection.next('initialized');
    expect(worker.faults).toEqual([]);
  });

  it('the terms of the connection are in its query', async () => {
    const { connection } = await connectAlgorithm({ start: () => 1 }, { encoding: 'msgpack' });
    expect([...connection.query]).toEqual([
      ['encoding', 'msgpack'],
      ['storage', 'v1'],
    ]);
  });
});

describe('L2: one answer per question', () => {
  it.each(['json', 'bson', 'msgpack'] as const)(
    'a task in %s: initialized, started, done, each once',
    async (encoding) => {
      const { connection, worker } = await connectAlgorithm({ start: ({ input }) => ({ echo: input }) }, { encoding });
      await connection.begin({ input: ['str', 512, false, { foo: 'bar' }, null, [1.5]] });
      expect(await connection.next('done')).toMatchObject({
        data: { echo: ['str', 512, false, { foo: 'bar' }, null, [1.5]] },
      });
      expect(commandsOf(connection)).toEqual(['initialized', 'started', 'done']);
      expect(worker.faults).toEqual([]);
    },
  );

  it('start gets the whole data of initialize, fields of HKube included', async () => {
    const { connection } = await connectAlgorithm({ start: (data) => data });
    const task = await connection.begin({ batchIndex: 3, info: { extraData: { a: 1 } }, fromTheFuture: true });
    expect(await connection.next('done')).toMatchObject({ data: task });
  });

  it('a start that comes before initialize has ended waits for it', async () => {
    const hook = gate();
    const order: string[] = [];
    const { connection } = await connectAlgorithm({
      initialize: async () => {
        await hook.promise;
        order.push('initialize');
      },
      start: () => void order.push('start'),
    });
    connection.send('initialize', taskOf());
    connection.send('start');
    await connection.roundTrip();
    expect(connection.received).toEqual([]);
    hook.open();
    await connection.next('done');
    expect(order).toEqual(['initialize', 'start']);
    expect(commandsOf(connection)).toEqual(['initialized', 'started', 'done']);
  });

  it('a start without data works, exactly as the public documentation shows it', async () => {
    const { connection } = await connectAlgorithm({ start: ({ input }) => input });
    connection.sendRaw('{"command":"initialize","data":{"input":["str",512,false,{"foo":"bar"}]}}');
    await connection.next('initialized');
    connection.sendRaw('{"command":"start"}');
    expect(await connection.next('done')).toMatchObject({ data: ['str', 512, false, { foo: 'bar' }] });
  });

  it('a second start of the same task changes nothing', async () => {
    const runs = vi.fn();
    const done = gate();
    const { connection } = await connectAlgorithm({
      start: () => {
        runs();
        return done.promise;
      },
    });
    await connection.begin();
    connection.send('start', {});
    await connection.roundTrip();
    done.open();
    await connection.next('done');
    connection.send('start', {});
    await connection.roundTrip();
    expect(commandsOf(connection)).toEqual(['initialized', 'started', 'done']);
    expect(runs).toHaveBeenCalledTimes(1);
  });

  it('a start before any initialize is answered with words', async () => {
    const { connection } = await connectAlgorithm({ start: () => 1 });
    connection.send('start', {});
    expect(await connection.next()).toMatchObject({
      command: 'errorMessage',
      error: { message: expect.stringContaining('before any initialize') },
    });
  });

  it('the same ids on the same connection are a new run', async () => {
    const runs = vi.fn();
    const { connection } = await connectAlgorithm({ initialize: runs, start: () => 1 });
    await connection.begin();
    await connection.next('done');
    await connection.begin();
    await connection.next('done');
    expect(runs).toHaveBeenCalledTimes(2);
  });

  it('one process runs many tasks', async () => {
    const { connection } = await connectAlgorithm({
      start: ({ input }: { readonly input: readonly unknown[] }) => input[0],
    });
    for (let task = 0; task < 50; task++) {
      await connection.begin({ taskId: `t${task}`, input: [task] });
      expect(await connection.next('done')).toMatchObject({ data: task });
    }
    expect(connection.received).toHaveLength(150);
  });
});

describe('L3: one outcome per task', () => {
  it('a result after the stop’s answer never leaves, not even into the next task', async () => {
    const late = gate<string>();
    const { connection, actor } = await connectAlgorithm(
      { start: ({ taskId }) => (taskId === 'a' ? late.promise : 'of b') },
      { stopGraceMs: 20 },
    );
    await connection.begin({ taskId: 'a' });
    connection.send('stop', { forceStop: true });
    await connection.next('stopped');
    connection.send('initialize', taskOf({ taskId: 'b' }));
    await connection.next('initialized');
    late.open('of a');
    await late.promise;
    connection.send('start', {});
    expect(await connection.next('done')).toMatchObject({ data: 'of b' });
    expect(commandsOf(connection)).toEqual(['initialized', 'started', 'stopped', 'initialized', 'started', 'done']);
    expect(actor.getSnapshot().context.dropped).toBeGreaterThan(0);
  });

  it('a new task in mid-run aborts the old one, whose outcome is dropped', async () => {
    const aborted = vi.fn();
    const { connection } = await connectAlgorithm({
      start: ({ taskId }, { signal }) => {
        if (taskId === 'b') return 'of b';
        return new Promise((resolve) => {
          signal.addEventListener('abort', () => {
            aborted();
            resolve('of a');
          });
        });
      },
    });
    await connection.begin({ taskId: 'a' });
    await connection.begin({ taskId: 'b' });
    expect(await connection.next('done')).toMatchObject({ data: 'of b' });
    await connection.roundTrip();
    expect(commandsOf(connection).filter((command) => command === 'done')).toHaveLength(1);
    expect(aborted).toHaveBeenCalledTimes(1);
  });

  it('a result that waited for a connection is not sent into another task', async () => {
    const done = gate<string>();
    const { connection, worker } = await connectAlgorithm({
      start: ({ taskId }) => (taskId === 'a' ? done.promise : 'of b'),
    });
    await connection.begin({ taskId: 'a' });
    connection.drop();
    done.open('of a');
    const second = await worker.connection();
    await second.begin({ taskId: 'b' });
    expect(await second.next('done')).toMatchObject({ data: 'of b' });
    expect(commandsOf(second)).toEqual(['initialized', 'started', 'done']);
  });

  it('a stop with no task is acknowledged', async () => {
    const { connection } = await connectAlgorithm({ start: () => 1 });
    connection.send('stop', { forceStop: true });
    expect(await connection.next()).toEqual({ command: 'stopped' });
  });

  it('a stop after the outcome is acknowledged, and calls no hook', async () => {
    const hook = vi.fn();
    const { connection } = await connectAlgorithm({ start: () => 1, stop: hook });
    await connection.begin();
    await connection.next('done');
    connection.send('stop', { forceStop: true });
    await connection.next('stopped');
    expect(hook).not.toHaveBeenCalled();
  });
});

describe('L5: alive means alive', () => {
  it('is silent for inline handlers unless asked for', async () => {
    const { connection } = await connectAlgorithm({ start: () => 1 });
    await connection.begin();
    await connection.next('done');
    expect(commandsOf(connection)).not.toContain('alive');
  });

  it('beats from initialized, and never after the outcome', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    try {
      const done = gate();
      const { connection } = await connectAlgorithm({ start: () => done.promise }, { alive: true });
      connection.send('initialize', taskOf());
      await connection.next('initialized');
      await connection.next('alive');
      connection.send('start', {});
      await connection.next('started');
      vi.advanceTimersByTime(10_000);
      await connection.next('alive');
      await connection.next('alive');
      done.open();
      await connection.next('done');
      vi.advanceTimersByTime(60_000);
      await connection.roundTrip();
      expect(commandsOf(connection)).toEqual(['initialized', 'alive', 'started', 'alive', 'alive', 'done']);
    } finally {
      vi.useRealTimers();
    }
  });
});
