// A message in a state of the worker, over a real socket, and what came of it.
//
// A cell reads: the state afterwards · how the task ended · what was refused, and with what consequence · what was said.

import { expect } from 'vitest';
import { connectFakeAlgorithm, type FakeAlgorithm } from '#test/support/fake-algorithm';
import { endsOf, heard, refusalsOf, type Started, startWorker, task } from '#test/support/worker';
import type { TaskData } from '#wire/task-data';

const subPipeline = { name: 'sub', nodes: [] };
const WATCHDOG_MS = 10_000;

/** Brings a worker and its algorithm into a state. */
export const reach: Readonly<
  Record<string, (started: Started, algorithm: FakeAlgorithm, data: TaskData) => Promise<void>>
> = {
  bootstrap: async () => undefined,
  // It has been spoken to: there was a task before.
  ready: async ({ worker }, algorithm) => {
    await worker.ready();
    const end = worker.run(task);
    await algorithm.begin();
    algorithm.say('done');
    await end;
  },
  init: async ({ worker }, algorithm, data) => {
    await worker.ready();
    void worker.run(data);
    await algorithm.next('initialize');
  },
  working: async (started, algorithm, data) => {
    await started.worker.ready();
    void started.worker.run(data);
    await algorithm.begin();
  },
  stop: async (started, algorithm, data) => {
    await reach.working?.(started, algorithm, data);
    started.worker.stop('enough');
    await algorithm.next('stop');
  },
  error: async (started, algorithm, data) => {
    await reach.working?.(started, algorithm, data);
    algorithm.say('alive');
    await heard(algorithm);
    started.clock.increment(WATCHDOG_MS);
  },
  exit: async ({ worker }, algorithm) => {
    await worker.ready();
    void worker.exit();
    await algorithm.next('exit');
  },
};

export type Say = (algorithm: FakeAlgorithm, started: Started) => unknown;
export const saying =
  (command: string, data?: unknown): Say =>
  (algorithm) =>
    algorithm.say(command, data);

export const messages: Readonly<Record<string, Say>> = {
  initialized: saying('initialized'),
  done: saying('done', 42),
  stopped: saying('stopped'),
  errorMessage: (algorithm) => algorithm.fail('boom'),
  startSpan: saying('startSpan', { name: 's' }),
  finishSpan: saying('finishSpan', {}),
  startRawSubPipeline: saying('startRawSubPipeline', { subPipelineId: '1', subPipeline }),
  startStoredSubPipeline: saying('startStoredSubPipeline', { subPipelineId: '1', subPipeline }),
  stopSubPipeline: saying('stopSubPipeline', { subPipelineId: '1' }),
  startAlgorithmExecution: saying('startAlgorithmExecution', { execId: '1', algorithmName: 'a' }),
  stopAlgorithmExecution: saying('stopAlgorithmExecution', { execId: '1' }),
  dataSourceRequest: saying('dataSourceRequest', { requestId: '1', dataSource: {} }),
  'alive, and silence': async (algorithm, { clock }) => {
    algorithm.say('alive');
    await heard(algorithm);
    clock.increment(WATCHDOG_MS);
  },
  progress: saying('progress', { progress: 1 }),
  started: saying('started'),
  servingStatus: saying('servingStatus', true),
  stopping: saying('stopping'),
};

export async function cell(state: string, say: Say, { policy = 'OnCrash', lenient = false } = {}): Promise<string> {
  const started = await startWorker({ lenient, bootstrapMs: state === 'bootstrap' ? 60_000 : 0 });
  const algorithm = await connectFakeAlgorithm(started.worker.url);
  await reach[state]?.(started, algorithm, { ...task, retry: { policy } });
  await heard(algorithm);
  expect(started.worker.state).toBe(state);
  const [refused, said] = [refusalsOf(started.notices).length, algorithm.received.length];
  const ended = endsOf(started.notices).length;
  await say(algorithm, started);
  await heard(algorithm);
  const ends = endsOf(started.notices)
    .slice(ended)
    .map(({ kind }) => `task ${kind}`);
  const refusals = refusalsOf(started.notices)
    .slice(refused)
    .map(({ consequence }) => `refused, ${consequence}`);
  const words = algorithm.received.slice(said).map(({ command, data }) => `says ${command}${idOf(data)}`);
  return [started.worker.state, ...ends, ...refusals, ...words].join(' · ');
}

function idOf(data: unknown): string {
  if (typeof data !== 'object' || data === null) return '';
  const id: unknown = Reflect.get(data, 'subPipelineId') ?? Reflect.get(data, 'execId');
  const error: unknown = Reflect.get(data, 'error');
  return `${typeof id === 'string' ? ` ${id}` : ''}${typeof error === 'string' ? `: ${error}` : ''}`;
}
