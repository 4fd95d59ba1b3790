// Executions: a task runs another algorithm once. That is a task of its own, given to the pool of that algorithm beside those of
// the run, which knows nothing of it: a failed execution fails nothing but itself. It ends, at the latest, with the task that asked.

import { RuntimeError } from '#errors';
import type { ExecutionOrder, TaskEnd } from '#machines/session.events';
import { createTaskId } from '#local-hkube/ids';
import type { PoolTask } from '#local-hkube/pool-task';
import type { Pools } from '#local-hkube/run-tasks';
import type { ChildEnd, ChildRun } from '#worker/children';
import type { TaskData } from '#wire/task-data';

/** Gives the execution that `parent` asks for to its pool. What it throws is told to the algorithm. */
export function runExecution(pools: Pools, order: ExecutionOrder, parent: PoolTask): ChildRun {
  const { algorithmName } = order;
  const pool = pools.get(algorithmName);
  // The words of HKube's worker, literally.
  if (!pool)
    throw (
      pools.refusalOf?.(algorithmName) ??
      new RuntimeError('INVALID_CALL', `Algorithm named '${algorithmName}' does not exist`)
    );
  const data = executionData(order, parent.order.data);
  // Whom it tells of itself, and what it may ask for in turn, is as with its parent.
  const { ended, stop } = pool.submit({ ...parent.order, data, parent });
  return { ended: ended.then((end) => executionEnd(end, data)), stop };
}

/** The data of its parent, with what is its own (protocol.md §5). */
function executionData({ id, algorithmName, input, spanId }: ExecutionOrder, parent: TaskData): TaskData {
  const { nodeName } = parent;
  const info = Object.entries(parent.info ?? {}).filter(([name]) => name !== 'extraData');
  return {
    ...parent,
    taskId: createTaskId(),
    execId: id,
    nodeName: `${nodeName ?? ''}:${algorithmName}`,
    parentNodeName: nodeName,
    algorithmName,
    input,
    flatInput: null,
    storage: {},
    batchIndex: 0,
    parents: [],
    childs: [],
    ttl: 0,
    retry: { policy: 'Never' },
    info: Object.fromEntries(info),
    status: 'creating',
    attempts: 0,
    entranceTime: Date.now(),
    spanId: spanId ?? parent.spanId,
  };
}

function executionEnd(end: TaskEnd, { jobId, taskId }: TaskData): ChildEnd {
  switch (end.kind) {
    case 'succeed':
      return { kind: 'done', response: end.result, storedAt: `local-hkube/${jobId ?? ''}/${taskId ?? ''}` };
    case 'failed':
    case 'crashed':
      return { kind: 'failed', error: end.error.message };
    case 'stopped':
      return end;
  }
}
