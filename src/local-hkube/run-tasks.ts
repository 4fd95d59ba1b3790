// The tasks of one run on their way: given to the pools, tried again when they crash, stopped when the run ends.
//
//   K1. A task that crashed is given out again, the same task with one attempt more, until its limit (protocol.md §3.5).
//   K2. After the run has ended nothing is given out any more.
//   K3. While they are held nothing is given out. What no worker has begun is taken back, and costs no attempt.

import type { RuntimeError } from '#errors';
import { DEFAULT_RETRY, type RawPipeline } from '#descriptors/pipeline';
import type { TaskEnd, TaskError, TaskNotice } from '#machines/session.events';
import { type TaskIds, taskIds } from '#model/task';
import type { Pool, SubmittedTask } from '#local-hkube/pool-port';
import type { TaskOrder } from '#local-hkube/pool-task';
import { createTaskDataMaker, type RunFacts } from '#local-hkube/task-data';
import type { PlannedTask } from '#pipeline/plan';
import type { TaskData } from '#wire/task-data';

/** The pools by the names of their algorithms, as they are now: one may be replaced between two tasks. */
export interface Pools extends Pick<ReadonlyMap<string, Pool>, 'get' | 'keys'> {
  /** Why there is none for an algorithm that is known. */
  readonly refusalOf?: (algorithm: string) => RuntimeError | undefined;
}

/** A task has crashed and is tried again. */
export interface RetryNotice {
  readonly type: 'task.retried';
  /** With the number of the attempt that begins. */
  readonly task: TaskIds;
  readonly limit: number;
  /** Why the former attempt ended. */
  readonly error: TaskError;
}

/** Who waits for a task. */
export interface TaskEar {
  /** A worker has begun it; once an attempt. */
  onBegin(): void;
  onEnd(end: TaskEnd): void;
}

export interface RunTasks {
  start(task: PlannedTask, hears: TaskEar): void;
  stopAll(reason: string): void;
  hold(): void;
  /** Gives out what was held. */
  release(): void;
}

export interface RunTasksOptions extends Pick<TaskOrder, 'parent' | 'runSubPipeline' | 'runExecution' | 'noteMetrics'> {
  readonly pipeline: RawPipeline;
  readonly facts: RunFacts;
  readonly pools: Pools;
  /** `worker` is the name of where. */
  readonly onNotice: (worker: string, notice: TaskNotice) => void;
  readonly onRetry: (notice: RetryNotice) => void;
}

/** One try of a task. */
interface Attempt {
  readonly task: PlannedTask;
  readonly data: TaskData;
  readonly ear: TaskEar;
}

/** An attempt in a pool. */
interface Given {
  readonly submitted: SubmittedTask;
  readonly hasBegun: () => boolean;
  isTakenBack: boolean;
}

export function createRunTasks({ pipeline, facts, pools, onNotice, onRetry, ...order }: RunTasksOptions): RunTasks {
  const open = new Set<Given>();
  /** Null: they are given out. */
  let held: Attempt[] | null = null;
  const dataOf = createTaskDataMaker(pipeline, facts);
  let isOver = false;

  function give(attempt: Attempt): void {
    if (held) {
      held.push(attempt);
      return;
    }
    const { task, data, ear } = attempt;
    const { algorithmName } = task.node;
    const pool = pools.get(algorithmName);
    if (!pool) return ear.onEnd({ kind: 'failed', error: { message: wordsWithout(pools, algorithmName) } });
    let hasBegun = false;
    const notify = (worker: string, notice: TaskNotice): void => {
      // Those of its executions come this way, too.
      if (notice.type === 'task.started' && notice.task.taskId === data.taskId) {
        hasBegun = true;
        ear.onBegin();
      }
      onNotice(worker, notice);
    };
    const submitted = pool.submit({ ...order, data, notify });
    const given: Given = { submitted, hasBegun: () => hasBegun, isTakenBack: false };
    open.add(given);
    void submitted.ended.then((end) => {
      open.delete(given);
      if (end.kind === 'stopped' && given.isTakenBack && !isOver) give(attempt);
      else if (end.kind === 'crashed' && !isOver) giveAgain(attempt, end.error);
      else ear.onEnd(end);
    });
  }

  function giveAgain({ task, data, ear }: Attempt, error: TaskError): void {
    const attempts = (data.attempts ?? 0) + 1;
    const limit = task.node.retry?.limit ?? DEFAULT_RETRY.limit;
    if (attempts > limit) return ear.onEnd({ kind: 'failed', error: crashLoop(task, limit, error) });
    const next = { ...data, attempts };
    onRetry({ type: 'task.retried', task: taskIds(next), limit, error });
    give({ task, data: next, ear });
  }

  return {
    start: (task, ear) => {
      // An output node is no algorithm: it gives what it gets.
      if (task.node.kind === 'output') queueMicrotask(() => ear.onEnd({ kind: 'succeed', result: task.input }));
      else give({ task, data: dataOf(task), ear });
    },
    stopAll: (reason) => {
      isOver = true;
      for (const { submitted } of open) submitted.stop(reason);
    },
    hold: () => {
      held ??= [];
      for (const given of open) {
        if (given.hasBegun()) continue;
        given.isTakenBack = true;
        given.submitted.stop('the run is paused');
      }
    },
    release: () => {
      const waiting = held ?? [];
      held = null;
      for (const attempt of waiting) give(attempt);
    },
  };
}

/** It was there when the run began. */
const wordsWithout = (pools: Pools, algorithm: string): string =>
  pools.refusalOf?.(algorithm)?.message ?? `algorithm ${algorithm} Not Found`;

/** HKube's words, and what was behind them. */
function crashLoop({ node: { nodeName } }: PlannedTask, limit: number, { message, ...rest }: TaskError): TaskError {
  return { ...rest, message: `node ${nodeName} is in CrashLoopBackOff, attempts: ${limit}/${limit}: ${message}` };
}
