// The sub-pipelines of the task at hand: started through a port, and their ends told to the algorithm for as long as that task
// works.
//
//   B1. `subPipelineStarted` leaves before anything is started (protocol.md §2.1).
//   B2. What the algorithm has stopped, or has left behind, is stopped and never mentioned again.

import type { SubPipelineOrder } from '#machines/session.events';
import { describeFailure } from '#model/failure';
import type { TaskIds } from '#model/task';
import type { Message } from '#wire/encode';

/** How a sub-pipeline ended, as the algorithm is told. */
export type SubPipelineEnd =
  /** `storedAt`: where HKube keeps the result, for those who did not ask for it in the answer. */
  | { readonly kind: 'done'; readonly response: unknown; readonly storedAt: string }
  | { readonly kind: 'failed'; readonly error: string }
  | { readonly kind: 'stopped'; readonly reason: string };

/** A sub-pipeline on its way. `ended` never rejects. */
export interface SubPipelineRun {
  readonly ended: Promise<SubPipelineEnd>;
  stop(reason: string): void;
}

/** Starts a sub-pipeline for a task. What it throws is told to the algorithm as the sub-pipeline's error. */
export type RunSubPipeline = (order: SubPipelineOrder, parent: TaskIds) => SubPipelineRun;

/** A sub-pipeline that the algorithm waits for. */
interface Live {
  readonly order: SubPipelineOrder;
  readonly parent: TaskIds;
  run: SubPipelineRun | undefined;
}

export interface SubPipelines {
  run(order: SubPipelineOrder, parent: TaskIds): void;
  refuse(): void;
  stop(id: string, reason: string): void;
  stopAll(reason: string): void;
}

/** How the ends of sub-pipelines are told. `send` throws for what cannot be encoded, `answer` does not. */
export interface Teller {
  send(message: Message): void;
  answer(message: Message): void;
}

export function createSubPipelines(runSubPipeline: RunSubPipeline, { send, answer }: Teller): SubPipelines {
  // The algorithm may have given two of them the same id.
  const lives = new Set<Live>();

  function fail(id: string, error: unknown): void {
    answer({ command: 'subPipelineError', data: { subPipelineId: id, error: describeFailure(error).message } });
  }

  function tellEnd({ id, includeResult }: SubPipelineOrder, end: SubPipelineEnd): void {
    switch (end.kind) {
      case 'done':
        return tellDone(id, includeResult ? end.response : { storageInfo: { path: end.storedAt } });
      case 'failed':
        return fail(id, end.error);
      case 'stopped':
        return answer({ command: 'subPipelineStopped', data: { subPipelineId: id, reason: end.reason } });
    }
  }

  /** A response can be too large for a frame: then the algorithm hears that instead of nothing. */
  function tellDone(id: string, response: unknown): void {
    try {
      send({ command: 'subPipelineDone', data: { subPipelineId: id, response } });
    } catch (error) {
      fail(id, error);
    }
  }

  function begin(live: Live): void {
    const { order, parent } = live;
    if (!lives.has(live)) return;
    try {
      live.run = runSubPipeline(order, parent);
    } catch (error) {
      lives.delete(live);
      return fail(order.id, error);
    }
    void live.run.ended.then((end) => {
      if (lives.delete(live)) tellEnd(order, end);
    });
  }

  function run(order: SubPipelineOrder, parent: TaskIds): void {
    answer({ command: 'subPipelineStarted', data: { subPipelineId: order.id } });
    const live: Live = { order, parent, run: undefined };
    lives.add(live);
    // Not inside the chart's action: a run is a chart of its own.
    queueMicrotask(() => begin(live));
  }

  function stop(id: string, reason: string): void {
    const stopped = [...lives].find(({ order }) => order.id === id);
    if (!stopped) return fail(id, `cannot stop subPipeline - not found: ${id}`);
    lives.delete(stopped);
    stopped.run?.stop(reason);
  }

  return {
    run,
    // The words of HKube's worker, literally.
    refuse: () => answer({ command: 'subPipelineError', data: { error: 'No errors' } }),
    stop,
    stopAll: (reason) => {
      for (const abandoned of lives) {
        lives.delete(abandoned);
        abandoned.run?.stop(reason);
      }
    },
  };
}
