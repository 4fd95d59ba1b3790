// What `algorithm-actor run` leaves behind: nothing, after many crashes, after it has left, and after it was killed.

import { readdirSync, readFileSync } from 'node:fs';
import { expect, it, onTestFinished } from 'vitest';
import { algorithmActor } from '#test/support/cli';
import { startFakeWorker } from '#test/support/fake-worker';
import { fixture } from '#test/support/hosts';

/** Threads, files or processes of one isolate, at most. */
const SPARE = 9;
const isolations = ['thread', 'process'] as const;

async function running(isolation: (typeof isolations)[number]) {
  const worker = await startFakeWorker({ waitMs: 30_000 });
  onTestFinished(() => worker.close());
  const args = ['run', fixture('every-call.mjs'), '--url', worker.url, '--encoding', 'json', '--isolation', isolation];
  const { process: child, exited } = algorithmActor(args);
  return { connection: await worker.connection(), pid: child.pid ?? 0, child, exited };
}

function childrenOf(pid: number): number[] {
  return readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
    readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8').split(' ').filter(Boolean).map(Number),
  );
}

const descendantsOf = (pid: number): number[] => childrenOf(pid).flatMap((child) => [child, ...descendantsOf(child)]);

const held = (pid: number) => ({
  threads: readdirSync(`/proc/${pid}/task`).length,
  files: readdirSync(`/proc/${pid}/fd`).length,
  children: childrenOf(pid).length,
});

const isAlive = (pid: number): boolean => {
  try {
    // A zombie that nobody has read has ended all the same.
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
};

it.runIf(process.platform === 'linux').each(isolations)(
  '100 tasks, ten crashes among them, leave no thread, process or file: %s',
  { timeout: 60_000 },
  async (isolation) => {
    const { connection, pid } = await running(isolation);
    const run = async (mode: string, outcome: string) => {
      await connection.begin({ input: [mode, 1] });
      await connection.next(outcome);
    };
    const round = async () => {
      for (let task = 0; task < 9; task++) await run('echo', 'done');
      await run('exit', 'errorMessage');
    };
    await round();
    await run('echo', 'done');
    const before = held(pid);
    for (let n = 0; n < 10; n++) await round();
    await run('echo', 'done');
    // A spare is on its way at either time; ten that stayed would be seen.
    const grown = () =>
      Object.entries(held(pid)).filter(([kind, count]) => count > Number(Reflect.get(before, kind)) + SPARE);
    await expect.poll(grown, { timeout: 10_000 }).toEqual([]);
  },
);

it.runIf(process.platform === 'linux').each(['leaves', 'is killed'] as const)(
  'no process of its handlers outlives a runtime that %s, not even a busy one',
  { timeout: 60_000 },
  async (how) => {
    const { connection, pid, child, exited } = await running('process');
    await connection.begin({ input: ['spin'] });
    await connection.next('progress');
    const handlers = descendantsOf(pid);
    expect(handlers.length).toBeGreaterThan(0);
    child.kill(how === 'leaves' ? 'SIGTERM' : 'SIGKILL');
    await exited;
    await expect.poll(() => handlers.filter(isAlive), { timeout: 10_000 }).toEqual([]);
  },
);
