// `algorithm-actor run` as a user types it: a process of its own, from source.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { algorithmActor } from '#test/support/cli';
import { type FakeWorker, startFakeWorker, taskOf } from '#test/support/fake-worker';

const entry = (name: string) => `test/fixtures/entries/${name}`;

async function worker(): Promise<FakeWorker> {
  const started = await startFakeWorker({ waitMs: 20_000 });
  onTestFinished(() => started.close());
  return started;
}

describe('algorithm-actor run', { timeout: 30_000 }, () => {
  it.each([
    ['named.mjs', 'named'],
    ['default.mjs', 'default'],
    ['common.cjs', 'common'],
    ['typed.ts', 'typed in two files'],
    ['typed-common.cts', 'typed common'],
  ])('serves %s until the worker says exit', async (name, result) => {
    const host = await worker();
    const running = algorithmActor(['run', entry(name)], {
      WORKER_SOCKET_URL: host.url,
      WORKER_ALGORITHM_ENCODING: 'json',
    });
    const connection = await host.connection();
    await connection.begin();
    expect(await connection.next('done')).toMatchObject({ data: result });
    connection.send('exit', { exitCode: 0 });
    expect(await running.exited).toBe(0);
    expect(running.stdout()).toBe('');
  });

  it('takes the address and the encoding from flags', async () => {
    const host = await worker();
    algorithmActor([
      'run',
      entry('named.mjs'),
      '--host',
      '127.0.0.1',
      '--port',
      String(host.port),
      '--encoding',
      'msgpack',
    ]);
    const connection = await host.connection();
    expect(connection.encoding).toBe('msgpack');
    await connection.begin();
    await connection.next('done');
  });

  it('speaks bson to a worker when nothing says otherwise, as the official wrappers do', async () => {
    const host = await worker();
    algorithmActor(['run', entry('named.mjs'), '--url', host.url], { WORKER_ALGORITHM_ENCODING: '' });
    const connection = await host.connection();
    expect(connection.encoding).toBe('bson');
    await connection.begin();
    await connection.next('done');
  });

  it.each([
    ['SIGTERM', 143],
    ['SIGINT', 130],
  ] as const)('leaves on %s with %i', async (signal, code) => {
    const host = await worker();
    const running = algorithmActor(['run', entry('named.mjs'), '--url', host.url]);
    const connection = await host.connection();
    running.process.kill(signal);
    expect(await running.exited).toBe(code);
    expect(await connection.closed).toMatchObject({ code: 1000 });
  });

  it('ends 5 s after it has left, although the author’s code holds the process', async () => {
    const host = await worker();
    const running = algorithmActor(['run', entry('holds.mjs'), '--url', host.url]);
    const connection = await host.connection();
    connection.send('exit', { exitCode: 4 });
    expect(await running.exited).toBe(4);
  });

  it.each<[args: string[], words: string]>([
    [['run'], "missing required argument 'entry'"],
    [['run', entry('missing.mjs')], 'missing.mjs: no such file'],
    [['run', entry('named.mjs'), '--port', 'many'], 'Expected a whole number'],
    [['run', entry('named.mjs'), '--port', '99999'], 'options.port: expected 1 to 65535'],
    [['run', entry('named.mjs'), '--encoding', 'xml'], 'options.encoding: expected json or bson or msgpack'],
    [['run', entry('named.mjs'), '--isolation', 'box'], 'options.isolation: expected inline or thread or process'],
    [['run', entry('named.mjs'), '--python', 'python3'], 'named.mjs is not Python'],
    [['run', entry('algorithm.jar')], 'Java cannot run here yet'],
    [['run', entry('named.mjs'), '--speed', '9'], "unknown option '--speed'"],
    [['dance'], "unknown command 'dance'"],
  ])('%j ends with 2 and words', async (args, words) => {
    const running = algorithmActor(args);
    expect(await running.exited).toBe(2);
    expect(running.stderr()).toContain(words);
    expect(running.stdout()).toBe('');
  });

  const unloadable = [
    ['syntax.mjs', 'syntax.mjs:1: the module could not be loaded'],
    ['throws.mjs', 'no model file'],
    ['holds-and-throws.mjs', 'a timer holds the process'],
    ['never-loads.mjs', 'await'],
    ['no-start.mjs', 'no-start.mjs: `start`: expected a function'],
  ] as const;

  it.each(unloadable)('inline, %s ends with 2 and words', async (name, words) => {
    const running = algorithmActor(['run', entry(name), '--isolation', 'inline']);
    expect(await running.exited).toBe(2);
    expect(running.stderr()).toContain(words);
    expect(running.stdout()).toBe('');
  });

  it.each(unloadable)('%s fails each task with words, says them at once, and ends with 2', async (name, words) => {
    const host = await worker();
    const running = algorithmActor(['run', entry(name), '--url', host.url, '--encoding', 'json']);
    const connection = await host.connection();
    for (const taskId of ['first', 'second']) {
      connection.send('initialize', taskOf({ taskId }));
      const { error } = await connection.next('errorMessage');
      expect(error).toMatchObject({ message: expect.stringContaining(words) });
    }
    connection.send('exit', { exitCode: 0 });
    expect(await running.exited).toBe(2);
    expect(running.stderr()).toContain(words);
    expect(host.faults).toEqual([]);
  });

  it('an entry that was mended is loaded by the next task', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'algorithm-actor-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const file = join(folder, 'algorithm.mjs');
    writeFileSync(file, 'export const start = (;');
    const host = await worker();
    algorithmActor(['run', file, '--url', host.url]);
    const connection = await host.connection();
    connection.send('initialize', taskOf());
    await connection.next('errorMessage');
    writeFileSync(file, "export const start = () => 'mended';");
    await connection.begin({ taskId: 'second' });
    expect(await connection.next('done')).toMatchObject({ data: 'mended' });
  });

  it('refuses what is not built, from the environment too', async () => {
    const running = algorithmActor(['run', entry('named.mjs')], { STORAGE_PROTOCOL: 'v3' });
    expect(await running.exited).toBe(2);
    expect(running.stderr()).toContain('storage v3 is not built yet. Use v1');
  });

  it('teaches with --help', async () => {
    const running = algorithmActor(['run', '--help']);
    expect(await running.exited).toBe(0);
    expect(running.stdout()).toContain('algorithm-actor run ./algorithm.ts');
  });
});
