// The fake worker tells the truth: what it sends a bare client can read, what it hears it keeps, and it notices what kills.

import { deserialize, serialize } from 'bson';
import { pack, unpack } from 'msgpackr';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { type FakeWorker, startFakeWorker } from '#test/support/fake-worker';

let worker: FakeWorker;
afterEach(() => worker.close());

async function connect(query = ''): Promise<WebSocket> {
  const socket = new WebSocket(`${worker.url}${query}`);
  await new Promise((resolve) => socket.once('open', resolve));
  return socket;
}

const heard = (socket: WebSocket): Promise<Buffer> =>
  new Promise((resolve) => socket.once('message', (data) => Buffer.isBuffer(data) && resolve(data)));

describe('a fake worker', () => {
  it('speaks json to whom asks for nothing else, and hands out frames once', async () => {
    worker = await startFakeWorker();
    const socket = await connect();
    const connection = await worker.connection();
    const message = heard(socket);
    connection.send('initialize', { input: [1] });
    expect(JSON.parse((await message).toString())).toEqual({ command: 'initialize', data: { input: [1] } });
    socket.send('{"command":"progress","data":1}');
    socket.send('{"command":"initialized"}');
    expect(await connection.next('initialized')).toEqual({ command: 'initialized' });
    expect(await connection.next()).toEqual({ command: 'progress', data: 1 });
    expect(connection.received.map(({ command }) => command)).toEqual(['progress', 'initialized']);
    expect(worker.faults).toEqual([]);
  });

  it('speaks bson, the message inside a document', async () => {
    worker = await startFakeWorker();
    const socket = await connect('?encoding=bson&storage=v1');
    const connection = await worker.connection();
    expect(connection.query.get('storage')).toBe('v1');
    const message = heard(socket);
    connection.send('start');
    expect(deserialize(await message)).toEqual({ data: { command: 'start' } });
    socket.send(serialize({ data: { command: 'started' } }));
    expect(await connection.next()).toEqual({ command: 'started' });
  });

  it('speaks msgpack', async () => {
    worker = await startFakeWorker();
    const socket = await connect('?encoding=msgpack');
    const connection = await worker.connection();
    const message = heard(socket);
    connection.send('stop', { forceStop: true });
    expect(unpack(await message)).toEqual({ command: 'stop', data: { forceStop: true } });
    socket.send(pack({ command: 'stopped' }));
    expect(await connection.next()).toEqual({ command: 'stopped' });
  });

  it('says what arrived when what was waited for does not', async () => {
    worker = await startFakeWorker();
    const socket = await connect();
    const connection = await worker.connection();
    connection.send('start');
    socket.send('{"command":"progress","data":{"half":true}}');
    await connection.roundTrip();
    await expect(connection.next('done', 20)).rejects.toThrow(
      'Waited for a frame "done", but no such frame came within 20 ms. Arrived: progress {"half":true}.',
    );
    const waiting = connection.next('done');
    socket.close(1001, 'bye');
    await expect(waiting).rejects.toThrow('the connection ended with 1001 bye');
    expect(await connection.closed).toEqual({ code: 1001, reason: 'bye' });
  });

  it('writes down what would have killed a real worker', async () => {
    worker = await startFakeWorker();
    const socket = await connect();
    const connection = await worker.connection();
    socket.send('{"command":"alive"}');
    await connection.next('alive');
    connection.send('start');
    socket.send('{"command":');
    socket.send('{"command":"error"}');
    await connection.next('error');
    await connect();
    await worker.connection();
    expect(worker.faults).toEqual([
      'connection 1: sent "alive" before it was spoken to',
      expect.stringContaining('connection 1: sent a frame that cannot be read: not json'),
      'connection 1: sent the command "error"',
      'connection 2: opened while another one was still open',
    ]);
  });

  it('cuts the line, and is there again on the same port', async () => {
    worker = await startFakeWorker();
    const socket = await connect();
    const code = new Promise((resolve) => socket.once('close', resolve));
    (await worker.connection()).drop();
    expect(await code).toBe(1006);
    await worker.close();
    worker = await startFakeWorker({ port: worker.port });
    await connect();
    await worker.connection();
  });
});
