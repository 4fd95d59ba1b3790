// The sub-pipelines of the task at hand, in the words of the wire.
//
//   B1. `subPipelineStarted` leaves before anything is started (protocol.md §2.1).

import type { SubPipelineOrder } from '#machines/session.events';
import type { TaskIds } from '#model/task';
import { type ChildEnd, type ChildRun, createChildren, type Teller } from '#worker/children';

/** How a sub-pipeline ended, as the algorithm is told. */
export type SubPipelineEnd = ChildEnd;
/** A sub-pipeline on its way. `ended` never rejects. */
export type SubPipelineRun = ChildRun;

/** Starts a sub-pipeline for a task. What it throws is told to the algorithm as the sub-pipeline's error. */
export type RunSubPipeline = (order: SubPipelineOrder, parent: TaskIds) => SubPipelineRun;

export interface SubPipelines {
  run(order: SubPipelineOrder, parent: TaskIds): void;
  refuse(): void;
  stop(id: string, reason: string): void;
  stopAll(reason: string): void;
}

export function createSubPipelines(runSubPipeline: RunSubPipeline, teller: Teller): SubPipelines {
  const { answer } = teller;
  const children = createChildren(runSubPipeline, teller, {
    done: (subPipelineId, response) => ({ command: 'subPipelineDone', data: { subPipelineId, response } }),
    failed: (subPipelineId, error) => ({ command: 'subPipelineError', data: { subPipelineId, error } }),
    stopped: (subPipelineId, reason) => ({ command: 'subPipelineStopped', data: { subPipelineId, reason } }),
  });

  return {
    run: (order, parent) => {
      answer({ command: 'subPipelineStarted', data: { subPipelineId: order.id } });
      children.run(order, parent);
    },
    // The words of HKube's worker, literally.
    refuse: () => answer({ command: 'subPipelineError', data: { error: 'No errors' } }),
    stop: (id, reason) => {
      if (!children.stop(id, reason)) children.fail(id, `cannot stop subPipeline - not found: ${id}`);
    },
    stopAll: children.stopAll,
  };
}
