// Workers for tests, on free ports and simulated time, and what they have said of themselves.

import { afterEach } from 'vitest';
import { SimulatedClock } from 'xstate';
import type { ExecutionOrder, SessionNotice, SubPipelineOrder, TaskEnd } from '#machines/session.events';
import { connectFakeAlgorithm, type FakeAlgorithm } from '#test/support/fake-algorithm';
import { createWorker, type Worker, type WorkerOptions } from '#worker/create-worker';
import type { ChildEnd, ChildRun } from '#worker/children';
import type { TaskData } from '#wire/task-data';

export const task = {
  input: ['x'],
  jobId: 'job',
  taskId: 'task',
  nodeName: 'n',
  spanId: { 'uber-trace-id': 'a:b:0:1' },
};

/** A child that was asked for, and the means to end it. */
export interface Asked<Order> {
  readonly order: Order;
  end: (end: ChildEnd) => void;
  stopped: string | null;
}

/** Keeps what is asked for, and ends none of it. */
function keeper<Order>(asked: Asked<Order>[]): (order: Order) => ChildRun {
  return (order) => {
    const run: Asked<Order> = { order, end: () => undefined, stopped: null };
    asked.push(run);
    return {
      ended: new Promise((resolve) => (run.end = resolve)),
      stop: (reason) => {
        run.stopped = reason;
      },
    };
  };
}

const open: Worker[] = [];

/** A worker on a free port whose timers wait for `clock`. Closed after each test. */
export async function startWorker(options: Partial<WorkerOptions> = {}) {
  const notices: SessionNotice[] = [];
  const asked: Asked<SubPipelineOrder>[] = [];
  const executions: Asked<ExecutionOrder>[] = [];
  const clock = new SimulatedClock();
  const [runSubPipeline, runExecution] = [keeper(asked), keeper(executions)];
  const onNotice = (notice: SessionNotice): void => void notices.push(notice);
  const worker = await createWorker({ port: 0, runSubPipeline, runExecution, onNotice, clock, ...options });
  open.push(worker);
  return { worker, notices, asked, executions, clock };
}

export type Started = Awaited<ReturnType<typeof startWorker>>;

/** A worker with a client that has this task in `working`. */
export async function startWorking(options: Partial<WorkerOptions> = {}, data: TaskData = task) {
  const started = await startWorker(options);
  const algorithm = await connectFakeAlgorithm(started.worker.url);
  await started.worker.ready();
  const end = started.worker.run(data);
  await algorithm.begin();
  return { ...started, algorithm, end };
}

export const refusalsOf = (notices: readonly SessionNotice[]) =>
  notices.flatMap((notice) => (notice.type === 'session.refused' ? [notice.refusal] : []));

export const endsOf = (notices: readonly SessionNotice[]): TaskEnd[] =>
  notices.flatMap((notice) => (notice.type === 'task.ended' ? [notice.end] : []));

/** Resolves when what the algorithm said so far has been heard, also if the connection ended over it. */
export async function heard(algorithm: FakeAlgorithm): Promise<void> {
  await Promise.race([algorithm.roundTrip(), algorithm.closed]);
}

afterEach(async () => {
  await Promise.all(open.splice(0).map((worker) => worker.close()));
});
