// The official Node wrapper, unchanged, against our worker.

import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { installOfficial } from '#test/bench/peers';
import { refusalsOf, startWorker, task } from '#test/support/worker';
import type { RunExecution } from '#worker/executions';
import type { RunSubPipeline } from '#worker/sub-pipelines';

const algorithm = fileURLToPath(new URL('algorithm.mjs', import.meta.url));
const running: (() => void)[] = [];

/** Starts the wrapper with this environment, given the port of its worker. */
async function startOfficial(environment: (port: number) => Readonly<Record<string, string>>) {
  const runSubPipeline: RunSubPipeline = ({ pipeline: { flowInput } }) => ({
    ended: Promise.resolve({ kind: 'done', response: [{ nodeName: 'n', result: flowInput }], storedAt: 'p' }),
    stop: () => undefined,
  });
  const runExecution: RunExecution = ({ algorithmName, input }) => {
    if (algorithmName === 'nobody') throw new RangeError("Algorithm named 'nobody' does not exist");
    return {
      ended: Promise.resolve({ kind: 'done', response: { algorithmName, input }, storedAt: 'p' }),
      stop: () => undefined,
    };
  };
  const started = await startWorker({ runSubPipeline, runExecution });
  const child = spawn(process.execPath, [algorithm], {
    stdio: 'ignore',
    env: { PATH: process.env.PATH, ...environment(started.worker.port) },
  });
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  running.push(() => child.kill('SIGKILL'));
  await started.worker.ready();
  const run = (...input: unknown[]) => started.worker.run({ ...task, input, batchIndex: 1 });
  return { ...started, run, ended };
}

const byUrl = (encoding: string) => (port: number) => ({
  WORKER_SOCKET_URL: `ws://127.0.0.1:${port}`,
  WORKER_ALGORITHM_ENCODING: encoding,
});
const byPort = (encoding: string) => (port: number) => ({
  WORKER_SOCKET_PORT: String(port),
  STORAGE_PROTOCOL: 'v1',
  WORKER_ALGORITHM_ENCODING: encoding,
});

beforeAll(async () => {
  expect(await installOfficial()).toBe(true);
});

afterEach(() => {
  for (const kill of running.splice(0)) kill();
});

describe('the official wrapper', () => {
  it.each([
    ['WORKER_SOCKET_URL', 'bson', byUrl('bson')],
    ['WORKER_SOCKET_URL', 'json', byUrl('json')],
    ['the port alone', 'bson', byPort('bson')],
    ['the port alone', 'msgpack', byPort('msgpack')],
  ])('connects by %s and does its tasks in %s', async (_, __, environment) => {
    const { run, worker, notices } = await startOfficial(environment);
    expect(await run('echo', { a: [1, 'ü'] })).toEqual({
      kind: 'succeed',
      result: { value: { a: [1, 'ü'] }, batchIndex: 1 },
    });
    expect(await run('fail', 'boom')).toMatchObject({ kind: 'failed', error: { message: 'boom' } });
    expect(await run('sub', 7)).toEqual({ kind: 'succeed', result: [{ nodeName: 'n', result: { x: 7 } }] });
    expect(await run('algorithm', 'other')).toEqual({ kind: 'succeed', result: { algorithmName: 'other', input: [] } });
    expect(await run('algorithm', 'nobody')).toMatchObject({
      kind: 'failed',
      error: { message: "Algorithm named 'nobody' does not exist" },
    });
    expect(refusalsOf(notices)).toEqual([]);
    expect(worker.state).toBe('ready');
  });

  it('stops, does the next task, and leaves', async () => {
    const { run, worker, notices, ended } = await startOfficial(byUrl('bson'));
    const waiting = run('hang');
    await expect.poll(() => worker.state).toBe('working');
    worker.stop('enough');
    expect(await waiting).toEqual({ kind: 'stopped', reason: 'enough' });
    expect(await run('echo', 1)).toMatchObject({ kind: 'succeed' });
    expect(refusalsOf(notices)).toEqual([]);
    await worker.exit();
    expect(await ended).toBe(0);
  });

  it('sends the result of a stopped task late, which completes the next one, as it does in production', async () => {
    const { run, worker } = await startOfficial(byUrl('bson'));
    const waiting = run('late', 'from the stopped one');
    await expect.poll(() => worker.state).toBe('working');
    worker.stop('enough');
    await waiting;
    expect(await run('hang')).toEqual({ kind: 'succeed', result: 'from the stopped one' });
  });
});
