import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createLocalHKube, parsePipeline } from 'algorithm-actor/local';
import { testAlgorithm } from 'algorithm-actor/testing';
import { afterEach, expect, it } from 'vitest';
import { startFakeWorker } from '#test/support/fake-worker';
import * as hello from './hello.js';

const at = (name: string): string => join(import.meta.dirname, name);
const file = at('pipeline.json');
const entry = at('hello.ts');
const cli = at('../../dist/cli.js');

let child: ChildProcess | undefined;
afterEach(() => void child?.kill('SIGKILL'));

it('greets whom it is given, and the world otherwise', async () => {
  await using test = testAlgorithm(hello);
  expect((await test.run({ input: ['HKube'] })).result).toBe('Hello, HKube!');
  expect((await test.run({})).result).toBe('Hello, world!');
});

it('is tested by the test runner of Node, too', () => {
  const args = ['--import', 'tsx', '--test', at('hello.node-test.ts')];
  const { status, stdout } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  expect(stdout).toMatch(/pass 2\b/);
  expect(status).toBe(0);
});

it('runs by the command of its README, and leaves when it is told to', async () => {
  const worker = await startFakeWorker();
  child = spawn(process.execPath, [cli, 'run', entry, '--url', worker.url], { stdio: 'ignore' });
  const exited = new Promise((resolve) => child?.once('exit', resolve));
  const connection = await worker.connection(20_000);
  expect(connection.encoding).toBe('bson');
  await connection.begin({ input: ['bson'] });
  expect(await connection.next('done')).toEqual({ command: 'done', data: 'Hello, bson!' });
  connection.send('exit', { exitCode: 0 });
  expect(await exited).toBe(0);
  await worker.close();
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
