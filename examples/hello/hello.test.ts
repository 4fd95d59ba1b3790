import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createAlgorithmActor } from 'algorithm-actor';
import { createLocalHKube, parsePipeline } from 'algorithm-actor/local';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type FakeWorker, startFakeWorker } from '#test/support/fake-worker';
import * as hello from './hello.js';

const file = join(import.meta.dirname, 'pipeline.json');
const entry = join(import.meta.dirname, 'hello.ts');
const cli = join(import.meta.dirname, '../../dist/cli.js');

let worker: FakeWorker;
let child: ChildProcess | undefined;
beforeEach(async () => {
  worker = await startFakeWorker();
});
afterEach(async () => {
  child?.kill('SIGKILL');
  await worker.close();
});

it('greets whom it is given, and the world otherwise', async () => {
  const actor = createAlgorithmActor(hello, { url: worker.url, encoding: 'json' }).start();
  const connection = await worker.connection();
  await connection.begin({ input: ['HKube'] });
  expect(await connection.next('done')).toEqual({ command: 'done', data: 'Hello, HKube!' });
  await connection.begin({ input: [], taskId: 'task-2' });
  expect(await connection.next('done')).toEqual({ command: 'done', data: 'Hello, world!' });
  expect(worker.faults).toEqual([]);
  actor.send({ type: 'shutdown' });
});

it('runs by the command of its README, and leaves when it is told to', async () => {
  child = spawn(process.execPath, [cli, 'run', entry, '--url', worker.url], { stdio: 'ignore' });
  const exited = new Promise((resolve) => child?.once('exit', resolve));
  const connection = await worker.connection(20_000);
  expect(connection.encoding).toBe('bson');
  await connection.begin({ input: ['bson'] });
  expect(await connection.next('done')).toEqual({ command: 'done', data: 'Hello, bson!' });
  connection.send('exit', { exitCode: 0 });
  expect(await exited).toBe(0);
});

it('runs as the node of its pipeline', async () => {
  const hkube = createLocalHKube({ algorithms: { hello: { entry } }, ports: { workers: 0 } });
  await hkube.start();
  const { done } = hkube.runRaw(parsePipeline(readFileSync(file, 'utf8'), file));
  expect(await done).toMatchObject({
    status: 'completed',
    data: [{ nodeName: 'greet', result: 'Hello, HKube!' }],
  });
  await hkube.stop();
});
