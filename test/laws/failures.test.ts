// L6 and L11: every failure has words, and bad frames cost nothing.

import { describe, expect, it } from 'vitest';
import { commandsOf, connectAlgorithm, gate } from '#test/support/algorithm';
import { taskOf } from '#test/support/fake-worker';

function throwing(thrown: unknown): () => never {
  return () => {
    throw thrown;
  };
}

describe('L6: every failure has words', () => {
  it.each<[what: string, thrown: unknown, error: object]>([
    [
      'an Error',
      new Error('boom'),
      { code: 'Failed', message: 'boom', details: expect.stringContaining('failures.test.ts') },
    ],
    ['a string', 'boom-string', { message: 'boom-string' }],
    ['a number', 42, { message: expect.stringContaining('42') }],
    ['an object with a code', { code: 'E_OBJ' }, { code: 'E_OBJ', message: expect.stringContaining('E_OBJ') }],
    ['null', null, { message: expect.stringContaining('null') }],
    ['undefined', undefined, { message: expect.stringContaining('undefined') }],
  ])('a handler that throws %s', async (_, thrown, error) => {
    const { connection } = await connectAlgorithm({ start: throwing(thrown) });
    await connection.begin();
    expect(await connection.next()).toMatchObject({
      command: 'errorMessage',
      error: { details: expect.any(String), ...error },
    });
    await connection.roundTrip();
    expect(commandsOf(connection)).toEqual(['initialized', 'started', 'errorMessage']);
    await connection.begin();
  });

  it('a handler that rejects', async () => {
    const { connection } = await connectAlgorithm({ start: () => Promise.reject(new Error('later')) });
    await connection.begin();
    expect(await connection.next()).toMatchObject({ command: 'errorMessage', error: { message: 'later' } });
  });

  it('an initialize hook that throws: no initialized, one error', async () => {
    const { connection } = await connectAlgorithm({ initialize: throwing(new Error('no model')), start: () => 1 });
    connection.send('initialize', taskOf());
    connection.send('start');
    expect(await connection.next()).toMatchObject({ command: 'errorMessage', error: { message: 'no model' } });
    await connection.roundTrip();
    expect(connection.received).toHaveLength(1);
  });

  it.each<[what: string, result: () => unknown, words: string]>([
    ['a BigInt', () => ({ rows: [{ id: 1n }] }), 'result.rows[0].id is a BigInt (1n)'],
    ['a cycle', cycle, 'result.self is a reference back'],
  ])('a result with %s fails the task and says where', async (_, result, words) => {
    const { connection } = await connectAlgorithm({ start: result });
    await connection.begin();
    expect(await connection.next()).toMatchObject({
      command: 'errorMessage',
      error: { code: 'NOT_ENCODABLE', message: expect.stringContaining(words) },
    });
  });

  it('a result over the frame limit fails the task and names both sizes', async () => {
    const { connection } = await connectAlgorithm(
      { start: () => 'x'.repeat(5_000) },
      { limits: { frameBytes: 4_000 } },
    );
    await connection.begin();
    expect(await connection.next()).toMatchObject({
      command: 'errorMessage',
      error: { code: 'FRAME_TOO_LARGE', message: expect.stringContaining('over the limit of 4000 bytes') },
    });
  });

  it.each<[result: unknown, frame: object, warning: string]>([
    [undefined, { command: 'done' }, 'returned undefined'],
    [Number.NaN, { command: 'done', data: null }, 'returned NaN'],
    [null, { command: 'done', data: null }, ''],
    [0, { command: 'done', data: 0 }, ''],
    [false, { command: 'done', data: false }, ''],
    ['', { command: 'done', data: '' }, ''],
  ])('a result %j travels as it can, with a warning where it changes', async (result, frame, warning) => {
    const { connection, logs } = await connectAlgorithm({ start: () => result });
    await connection.begin();
    expect(await connection.next()).toEqual(frame);
    expect(logs.filter((line) => line.startsWith('warn')).join()).toContain(warning);
  });
});

describe('L11: bad frames cost nothing', () => {
  const badFrames: [name: string, frame: string | Uint8Array][] = [
    ['invalid JSON', '{"command":'],
    ['null', 'null'],
    ['a number', '7'],
    ['no command', '{"data":{}}'],
    ['an unknown command', '{"command":"dance"}'],
    ['the command error', '{"command":"error"}'],
    ['the command constructor', '{"command":"constructor"}'],
    ['binary noise', new Uint8Array([0xff, 0x00, 0x12])],
    ['a reply to nothing', '{"command":"algorithmExecutionDone","data":{"execId":"9"}}'],
  ];

  it.each(badFrames)('%s: recorded with the reason; task and connection go on', async (_, frame) => {
    const done = gate();
    const { connection, actor, worker } = await connectAlgorithm({ start: () => done.promise });
    await connection.begin();
    const rejected = new Promise((resolve) => actor.on('frame.rejected', ({ rejection }) => resolve(rejection)));
    connection.sendRaw(frame);
    expect(await rejected).toMatchObject({ reason: expect.stringMatching(/\w/) });
    done.open();
    await connection.next('done');
    await connection.begin();
    await connection.next('done');
    expect(worker.connections).toHaveLength(1);
  });

  it.each(['bson', 'msgpack'] as const)('text in a %s session is recorded', async (encoding) => {
    const { connection, actor } = await connectAlgorithm({ start: () => 1 }, { encoding });
    connection.sendRaw('{"command":"initialize","data":{"input":[]}}');
    await connection.begin();
    await connection.next('done');
    expect(actor.getSnapshot().context.rejected).toBe(1);
  });

  it('an initialize that is mistyped is answered with words, and the next task runs', async () => {
    const { connection } = await connectAlgorithm({ start: () => 1 });
    connection.send('initialize', { input: 'not an array' });
    expect(await connection.next()).toMatchObject({
      command: 'errorMessage',
      error: { message: expect.stringContaining('data.input') },
    });
    connection.send('initialize');
    await connection.next('errorMessage');
    await connection.begin();
    await connection.next('done');
  });

  it('a start that is mistyped is answered with words', async () => {
    const { connection } = await connectAlgorithm({ start: () => 1 });
    connection.send('initialize', taskOf());
    await connection.next('initialized');
    connection.send('start', 'now');
    expect(await connection.next()).toMatchObject({
      command: 'errorMessage',
      error: { message: expect.stringContaining('start') },
    });
    await connection.begin();
    await connection.next('done');
  });
});

function cycle(): unknown {
  const value: Record<string, unknown> = {};
  value.self = value;
  return value;
}
