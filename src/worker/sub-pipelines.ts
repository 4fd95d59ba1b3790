// The sub-pipelines of the task at hand: started through a port, and their ends told to the algorithm for as long as that task
// works.
//
//   B1. `subPipelineStarted` leaves before anything is started (protocol.md §3.5).
//   B2. What the algorithm has stopped, or has left behind, is stopped and never mentioned again.

import type { SubPipelineOrder } from '#machines/session.events';
import { describeFailure } from '#model/failure';
import type { TaskIds } from '#model/task';
import type { Message } from '#wire/encode';

/** How a sub-pipeline ended, as the algorithm is told. */
export type SubPipelineEnd =
  | { readonly kind: 'done'; readonly response: unknown }
  | { readonly kind: 'failed'; readonly error: string }
  | { readonly kind: 'stopped'; readonly reason: string };

/** A sub-pipeline on its way. `ended` never rejects. */
export interface SubPipelineRun {
  readonly ended: Promise<SubPipelineEnd>;
  stop(reason: string): void;
}

/** Starts a sub-pipeline for a task. What it throws is told to the algorithm as the sub-pipeline's error. */
export type RunSubPipeline = (order: SubPipelineOrder, parent: TaskIds) => SubPipelineRun;

export interface SubPipelines {
  run(order: SubPipelineOrder, parent: TaskIds): void;
  refuse(): void;
  stop(id: string, reason: string): void;
  stopAll(reason: string): void;
}

export function createSubPipelines(runSubPipeline: RunSubPipeline, send: (message: Message) => void): SubPipelines {
  const live = new Map<string, SubPipelineRun>();

  function fail(id: string, error: unknown): void {
    send({ command: 'subPipelineError', data: { subPipelineId: id, error: describeFailure(error).message } });
  }

  function tellEnd(id: string, end: SubPipelineEnd): void {
    switch (end.kind) {
      case 'done':
        return tellDone(id, end.response);
      case 'failed':
        return send({ command: 'subPipelineError', data: { subPipelineId: id, error: end.error } });
      case 'stopped':
        return send({ command: 'subPipelineStopped', data: { subPipelineId: id, reason: end.reason } });
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

  function run(order: SubPipelineOrder, parent: TaskIds): void {
    send({ command: 'subPipelineStarted', data: { subPipelineId: order.id } });
    let started: SubPipelineRun;
    try {
      started = runSubPipeline(order, parent);
    } catch (error) {
      return fail(order.id, error);
    }
    live.set(order.id, started);
    void started.ended.then((end) => {
      if (live.get(order.id) !== started) return;
      live.delete(order.id);
      const bare: SubPipelineEnd =
        end.kind === 'done' && !order.includeResult ? { kind: 'done', response: undefined } : end;
      tellEnd(order.id, bare);
    });
  }

  function stop(id: string, reason: string): void {
    const stopped = live.get(id);
    if (!stopped) return fail(id, `cannot stop subPipeline - not found: ${id}`);
    live.delete(id);
    stopped.stop(reason);
  }

  return {
    run,
    // The words of HKube's worker, literally.
    refuse: () => send({ command: 'subPipelineError', data: { error: 'No errors' } }),
    stop,
    stopAll: (reason) => {
      for (const [id, abandoned] of live) {
        live.delete(id);
        abandoned.stop(reason);
      }
    },
  };
}
