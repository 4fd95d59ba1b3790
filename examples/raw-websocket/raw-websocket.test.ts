import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type FakeConnection, type FakeWorker, startFakeWorker } from '#test/support/fake-worker';

let worker: FakeWorker;
let child: ChildProcess;
let connection: FakeConnection;
beforeEach(async () => {
  worker = await startFakeWorker();
  child = spawn(process.execPath, ['--import', 'tsx', join(import.meta.dirname, 'raw-websocket.ts')], {
    env: { ...process.env, WORKER_SOCKET_URL: worker.url },
    stdio: 'inherit',
  });
  connection = await worker.connection(20_000);
});
afterEach(async () => {
  child.kill('SIGKILL');
  expect(worker.faults).toEqual([]);
  await worker.close();
});

it('runs one task after the other, exactly as the page shows the messages', async () => {
  connection.sendRaw('{"command":"initialize","data":{"input":[1,2,39]}}');
  expect(await connection.next()).toEqual({ command: 'initialized' });
  connection.sendRaw('{"command":"start"}');
  expect(await connection.next()).toEqual({ command: 'started' });
  expect(await connection.next()).toEqual({ command: 'done', data: 42 });
  await connection.begin({ input: [1, 2] });
  expect(await connection.next('done')).toEqual({ command: 'done', data: 3 });
});

it('reports an error beside the command', async () => {
  await connection.begin({ input: [1, 'two'] });
  expect(await connection.next('errorMessage')).toEqual({
    command: 'errorMessage',
    error: { code: 'Failed', message: 'expected numbers, got "two"', details: expect.stringContaining('TypeError') },
  });
});

it('answers a stop, and sends nothing of what was stopped', async () => {
  connection.send('initialize', { input: [1] });
  connection.send('start');
  connection.send('stop');
  await connection.next('stopped');
  await connection.begin({ input: [] });
  expect(await connection.next('done')).toMatchObject({ data: 0 });
});

it('connects again after the connection is lost', async () => {
  connection.drop();
  const second = await worker.connection();
  await second.begin({ input: [2, 3] });
  expect(await second.next('done')).toMatchObject({ data: 5 });
});

it('ends when it is told to', async () => {
  const exited = new Promise((resolve) => child.once('exit', resolve));
  connection.send('exit', { exitCode: 0 });
  expect(await exited).toBe(0);
});
