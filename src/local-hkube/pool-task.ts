// A task on its way through a pool: it waits, runs on a worker, ends. And the queue in which it waits.
//
//   Q1. Taking and adding cost the number of nesting levels, not the number of tasks that wait.
//   Q2. `queuedBelow` of a task counts the tasks of the same pool that wait and that it waits for, at any depth.

import type { ExecutionOrder, SubPipelineOrder, TaskEnd, TaskNotice } from '#machines/session.events';
import type { ChildRun } from '#worker/children';
import type { KeptMetrics } from '#local-hkube/metrics';
import type { ResolvedAlgorithm } from '#local-hkube/options';
import type { SubPipelineRun } from '#worker/sub-pipelines';
import type { TaskData } from '#wire/task-data';

/** A task as the pool is given it. */
export interface TaskOrder {
  readonly data: TaskData;
  /** The task whose sub-pipeline this one belongs to, or that runs it as an execution. */
  readonly parent: PoolTask | null;
  /** Hears what the algorithm says while it runs; `worker` is the name of where. */
  notify(worker: string, notice: TaskNotice): void;
  /** Hears where is kept what the task of this data has written, before its end. */
  noteMetrics(data: TaskData, kept: KeptMetrics): void;
  /** Starts a sub-pipeline that `task`, which was made of this order, asks for. */
  runSubPipeline(order: SubPipelineOrder, task: PoolTask): SubPipelineRun;
  /** Starts an execution that it asks for. */
  runExecution(order: ExecutionOrder, task: PoolTask): ChildRun;
}

export interface PoolTask {
  readonly order: TaskOrder;
  /** The algorithm, and so the pool. */
  readonly algorithm: string;
  /** How many tasks stand above it. */
  readonly depth: number;
  queuedBelow: number;
  state: 'queued' | 'running' | 'over';
  end(end: TaskEnd): void;
  stop(reason: string): void;
}

interface Entry {
  readonly task: PoolTask;
  readonly turn: number;
}

/** First come, first served within a level of nesting. */
interface Level {
  /** What was taken has left its place. */
  entries: (Entry | undefined)[];
  next: number;
}

export interface TaskQueue {
  readonly size: number;
  add(task: PoolTask): void;
  /** Takes the task that has waited longest. */
  takeOldest(): PoolTask | undefined;
  /** Takes the oldest of the most deeply nested tasks. */
  takeDeepest(): PoolTask | undefined;
  /** The task is no longer wanted. */
  remove(task: PoolTask): void;
}

const COMPACT_AT = 1_024;

export function createTaskQueue(): TaskQueue {
  const levels: Level[] = [];
  let size = 0;
  let turns = 0;

  /** Skips what was removed. A task and its data are let go at once, their places by and by. */
  function head(level: Level): Entry | undefined {
    while (level.entries[level.next]?.task.state === 'over') drop(level);
    if (level.next > COMPACT_AT && level.next * 2 > level.entries.length) {
      level.entries = level.entries.slice(level.next);
      level.next = 0;
    }
    return level.entries[level.next];
  }

  function drop(level: Level): void {
    level.entries[level.next] = undefined;
    level.next += 1;
  }

  function left({ algorithm, order }: PoolTask, change: 1 | -1): void {
    size += change;
    for (let above = order.parent; above !== null; above = above.order.parent)
      if (above.algorithm === algorithm) above.queuedBelow += change;
  }

  function take(level: Level | undefined): PoolTask | undefined {
    const entry = level && head(level);
    if (!level || !entry) return undefined;
    drop(level);
    left(entry.task, -1);
    return entry.task;
  }

  return {
    get size() {
      return size;
    },
    add: (task) => {
      while (levels.length <= task.depth) levels.push({ entries: [], next: 0 });
      levels[task.depth]?.entries.push({ task, turn: (turns += 1) });
      left(task, 1);
    },
    takeOldest: () => {
      let oldest: Level | undefined;
      let turn = Infinity;
      for (const level of levels) {
        const entry = head(level);
        if (!entry || entry.turn > turn) continue;
        oldest = level;
        turn = entry.turn;
      }
      return take(oldest);
    },
    takeDeepest: () => take(levels.findLast((level) => head(level) !== undefined)),
    remove: (task) => {
      task.state = 'over';
      left(task, -1);
    },
  };
}

/** Why a task had to fail that waits for itself, in the end. */
export function deadlockWords(
  { name, maxWorkers }: Pick<ResolvedAlgorithm, 'name' | 'maxWorkers'>,
  open: number,
): string {
  return (
    `all ${open} workers of algorithm "${name}" run tasks that wait for further tasks of it, and the limit of ` +
    `${maxWorkers} workers is reached: raise maxWorkers, or nest less deeply`
  );
}
