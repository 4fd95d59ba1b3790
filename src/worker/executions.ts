// The executions of the task at hand, other algorithms that it runs, in the words of the wire. HKube has none for one that was
// stopped by somebody else: that is an error.

import type { ExecutionOrder } from '#machines/session.events';
import type { TaskIds } from '#model/task';
import { type ChildRun, createChildren, type Teller } from '#worker/children';

/** Starts an algorithm for a task. What it throws is told to the algorithm that asked as the execution's error. */
export type RunExecution = (order: ExecutionOrder, parent: TaskIds) => ChildRun;

export interface Executions {
  run(order: ExecutionOrder, parent: TaskIds): void;
  refuse(id: string): void;
  stop(id: string, reason: string): void;
  stopAll(reason: string): void;
}

export function createExecutions(runExecution: RunExecution, teller: Teller): Executions {
  const children = createChildren(runExecution, teller, {
    done: (execId, response) => ({ command: 'algorithmExecutionDone', data: { execId, response } }),
    failed: (execId, error) => ({ command: 'algorithmExecutionError', data: { execId, error } }),
    stopped: (execId, reason) => ({
      command: 'algorithmExecutionError',
      data: { execId, error: `the execution was stopped: ${reason}` },
    }),
  });

  return {
    run: children.run,
    // The words of HKube's worker, literally; so are those below.
    refuse: (id) => children.fail(id, 'execution cannot start in this state'),
    stop: (id, reason) => {
      if (!children.stop(id, reason)) children.fail(id, `unable to find execId ${id}`);
    },
    stopAll: children.stopAll,
  };
}
