// L9 over real sockets: a lost connection is opened again, by the table in docs/semantics.md.

import { describe, expect, it } from 'vitest';
import { toPromise } from 'xstate';
import { connectAlgorithm, gate } from '#test/support/algorithm';

/** Longer than any test: the host is never silent for so long. */
const patient = { resumeGraceMs: 60_000 };
/** A silent host is not waited for. */
const impatient = { resumeGraceMs: 5 };

describe('L9: reconnect without harm', () => {
  it.each([1000, 1001, 1005, 1006, 1011, 4000])('close code %i: opened again, and the next task runs', async (code) => {
    const { connection, worker } = await connectAlgorithm({ start: () => 1 });
    await connection.begin();
    await connection.next('done');
    if (code === 1006) connection.drop();
    else if (code === 1005) connection.close(undefined);
    else connection.close(code);
    const second = await worker.connection();
    await second.begin({ taskId: 'next' });
    await second.next('done');
    expect(worker.faults).toEqual([]);
  });

  it('1013: not before a second has passed', async () => {
    const { connection, worker } = await connectAlgorithm({ start: () => 1 });
    const closed = performance.now();
    connection.close(1013);
    await worker.connection();
    expect(performance.now() - closed).toBeGreaterThanOrEqual(990);
  });

  it('4001: ends with words and code 4', async () => {
    const { connection, worker, actor, logs } = await connectAlgorithm({ start: () => 1 });
    const left = toPromise(actor);
    connection.close(4001);
    expect(await left).toEqual({ code: 4 });
    expect(logs.join('\n')).toContain('another algorithm is connected to this worker already');
    expect(worker.connections).toHaveLength(1);
  });

  it('alreadyConnectedError: the same, with the name of the other one', async () => {
    const { connection, actor, logs } = await connectAlgorithm({ start: () => 1 });
    const left = toPromise(actor);
    connection.send('alreadyConnectedError', { hostname: 'laptop-7' });
    expect(await left).toEqual({ code: 4 });
    expect(logs.join('\n')).toContain('from laptop-7');
  });

  it('a loss after exit is not followed by another connection', async () => {
    const hook = gate();
    const { connection, worker, actor } = await connectAlgorithm({ start: () => 1, exit: () => hook.promise });
    const left = toPromise(actor);
    connection.send('exit');
    await connection.roundTrip();
    connection.drop();
    await connection.closed;
    hook.open();
    await left;
    expect(worker.connections).toHaveLength(1);
  });

  it('1009 after the outcome: the host gets words instead, on the next connection', async () => {
    const { connection, worker, actor } = await connectAlgorithm({ start: () => 'far too big' }, impatient);
    await connection.begin();
    await connection.next('done');
    connection.close(1009);
    const second = await worker.connection();
    expect(await second.next()).toMatchObject({ command: 'errorMessage', error: { code: 'FRAME_TOO_LARGE' } });
    expect(actor.getSnapshot().context.outcome).toBe('failed');
  });

  it('a frame over the limit: recorded, opened again, and the task goes on', async () => {
    const done = gate<string>();
    const { connection, worker, actor } = await connectAlgorithm(
      { start: () => done.promise },
      { ...patient, limits: { frameBytes: 10_000 } },
    );
    const task = await connection.begin();
    connection.sendRaw(JSON.stringify({ command: 'cleanup', data: 'x'.repeat(20_000) }));
    const second = await worker.connection();
    expect(actor.getSnapshot().context.rejected).toBe(1);
    await second.begin(task);
    done.open('went on');
    expect(await second.next('done')).toMatchObject({ data: 'went on' });
    expect(worker.faults).toEqual([]);
  });
});
