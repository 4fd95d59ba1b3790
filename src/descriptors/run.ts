// What HKube's documents say of a run: its status, its nodes, its result. Whoever reads one that comes from outside checks it here.

import * as z from 'zod/mini';

/** Tasks by what has become of them. A node that has not started counts as one. */
export interface TaskCounts {
  readonly total: number;
  /** Given out, and waiting for a worker. */
  readonly creating: number;
  readonly active: number;
  readonly succeed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** One element of a run's result. */
export const NodeResult = z.object({
  nodeName: z.string(),
  algorithmName: z.string(),
  /** Counts from 1 in a batch; -1: the node was skipped, because its batch was empty. */
  batchIndex: z.optional(z.number()),
  result: z.optional(z.unknown()),
  /** Of an item whose failure was tolerated. */
  error: z.optional(z.string()),
  /** In place of a result that is too large for the document; no run of local HKube has that. */
  info: z.optional(z.unknown()),
});
export type NodeResult = Readonly<z.output<typeof NodeResult>>;

const head = {
  jobId: z.string(),
  /** The pipeline's name. */
  pipeline: z.string(),
  /** Milliseconds since 1970, as `timestamp`. */
  startTime: z.number(),
  timestamp: z.number(),
  /** In seconds. */
  timeTook: z.number(),
};

/** The result document of a run that is over: what HKube answers to `GET /exec/results/{jobId}`. */
export const RunDocument = z.discriminatedUnion('status', [
  z.object({ ...head, status: z.literal('completed'), data: z.readonly(z.array(NodeResult)) }),
  z.object({
    ...head,
    status: z.literal('failed'),
    error: z.string(),
    /** The node that failed; empty where it was none of them. */
    nodeName: z._default(z.string(), ''),
  }),
  z.object({ ...head, status: z.literal('stopped'), reason: z._default(z.string(), '') }),
]);
export type RunDocument = Readonly<z.output<typeof RunDocument>>;

/** How far a run has come, as HKube words it. */
const Progress = z.object({
  /** Tasks that have ended, in percent of all that are known. */
  progress: z.number(),
  /** `33.33% completed, 4 succeed, 2 active` */
  details: z.string(),
  states: z.record(z.string(), z.number()),
});

/** The status of a run: what HKube answers to `GET /exec/status/{jobId}`. */
export const RunStatus = z.object({
  jobId: z.string(),
  timestamp: z.number(),
  pipeline: z.string(),
  status: z.string(),
  level: z.optional(z.string()),
  data: z.optional(Progress),
  error: z.optional(z.string()),
  nodeName: z.optional(z.string()),
  reason: z.optional(z.string()),
});
export type RunStatus = Readonly<z.output<typeof RunStatus>>;

/** One node of a running pipeline, and how its tasks stand: what HKube's graph says of it. */
const GraphNodeState = z.object({
  nodeName: z.string(),
  algorithmName: z.string(),
  /** Of a batch: null, `batchInfo` says it. */
  status: z.nullish(z.string()),
  batchInfo: z.optional(
    z.object({
      idle: z.number(),
      running: z.number(),
      /** Of these, `errors` have failed. */
      completed: z.number(),
      errors: z.number(),
      total: z.number(),
    }),
  ),
  /** Where the files are that its tasks have written below ALGO_METRICS_DIR; absent if they have written none. */
  metricsPath: z.optional(
    z.object({ tensorboard: z.object({ path: z.nullable(z.string()), error: z.optional(z.string()) }) }),
  ),
});
export type GraphNodeState = Readonly<z.output<typeof GraphNodeState>>;

/** The nodes of a run: what HKube answers to `GET /graph/parsed/{jobId}`. */
export const RunGraph = z.object({
  jobId: z.string(),
  timestamp: z.number(),
  nodes: z.array(GraphNodeState),
  edges: z.array(z.object({ from: z.string(), to: z.string() })),
});
export type RunGraph = Readonly<z.output<typeof RunGraph>>;

/** A run in a list. */
export const RunSummary = z.object({
  jobId: z.string(),
  pipeline: z.string(),
  status: z.string(),
  startTime: z.number(),
  /** In seconds; of a run that is over. */
  timeTook: z.optional(z.number()),
});
export type RunSummary = Readonly<z.output<typeof RunSummary>>;

const over = new Set(['completed', 'failed', 'stopped']);

export const isOver = (status: string): boolean => over.has(status);
