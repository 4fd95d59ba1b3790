// The data of a task as HKube's queue hands it to a worker (protocol.md §6): what is known of the run, the node and the item.

import { DEFAULT_RETRY, type RawPipeline } from '#descriptors/pipeline';
import { createTaskId } from '#local-hkube/ids';
import type { PlannedTask } from '#pipeline/plan';
import type { TaskData } from '#wire/task-data';

/** How the last run of the same pipeline ended. */
export interface LastRunResult {
  /** Milliseconds since 1970. */
  readonly timestamp: number;
  readonly status: string;
  /** In seconds. */
  readonly timeTook: number;
}

/** What the tasks of a run are told of it. */
export interface RunFacts {
  readonly jobId: string;
  /** Null in a run that is nobody's sub-pipeline. */
  readonly rootJobId: string | null;
  readonly lastRunResult: LastRunResult | null;
  /** The carrier of its span, or of what it was asked for by. */
  readonly spanId: unknown;
}

/** Makes the data of a run's tasks. */
export function createTaskDataMaker(
  { name, kind, priority }: RawPipeline,
  { jobId, rootJobId, lastRunResult, spanId }: RunFacts,
): (task: PlannedTask) => TaskData {
  const root = rootJobId === null ? {} : { rootJobId };
  return ({ node, parents, childs, savePaths, batchIndex, input }) => ({
    jobId,
    taskId: createTaskId(),
    nodeName: node.nodeName,
    algorithmName: node.algorithmName,
    pipelineName: name,
    input,
    flatInput: null,
    storage: {},
    useCache: false,
    batchIndex: batchIndex ?? 0,
    kind,
    parents,
    childs,
    ttl: node.ttl ?? 0,
    retry: node.retry ?? DEFAULT_RETRY,
    metrics: node.metrics ?? { tensorboard: true },
    priority,
    ...(node.spec && { spec: node.spec }),
    info: { extraData: node.extraData, savePaths, lastRunResult, ...root },
    status: 'creating',
    attempts: 0,
    entranceTime: Date.now(),
    spanId,
  });
}
