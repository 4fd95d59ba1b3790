// The `data` of `initialize`: the task as HKube describes it to an algorithm (and what `start` receives). Checked at the top
// only, once: a large `input` is never walked. Unknown fields are kept, because HKube adds fields between versions.

import * as z from 'zod';

const anything = z.unknown();
const anyArray = z.custom<readonly unknown[]>((value) => Array.isArray(value), {
  message: 'Invalid input: expected array',
});
const anyRecord = z.custom<Readonly<Record<string, unknown>>>(
  (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
  { message: 'Invalid input: expected object' },
);

/**
 * The task. A real worker always sends `jobId`, `taskId`, `nodeName`, `algorithmName`, `pipelineName` and `input`; the public
 * documentation shows `input` alone, so nothing but the types is demanded here. Times are in milliseconds, `ttl` in seconds.
 */
export const TaskData = z.looseObject({
  /** The arguments of the node, references resolved (storage v1). */
  input: anyArray.default(() => []),
  jobId: z.string().optional(),
  taskId: z.string().optional(),
  nodeName: z.string().optional(),
  algorithmName: z.string().optional(),
  pipelineName: z.string().optional(),
  /** Counts up with each retry of the same task. */
  attempts: z.number().optional(),
  /** 1-based in a batch, 0 or absent outside. */
  batchIndex: z.number().nullish(),
  kind: z.string().nullish(),
  parentNodeName: z.string().nullish(),
  execId: z.string().nullish(),
  parents: anyArray.nullish(),
  childs: anyArray.nullish(),
  ttl: z.number().nullish(),
  priority: z.number().nullish(),
  /** `extraData`, `savePaths`, `lastRunResult`, `rootJobId`. */
  info: anyRecord.nullish(),
  metrics: anyRecord.nullish(),
  retry: anyRecord.nullish(),
  spec: anything.optional(),
  storage: anything.optional(),
  flatInput: anything.optional(),
  useCache: z.boolean().nullish(),
  status: z.string().nullish(),
  entranceTime: z.number().nullish(),
  /** The carrier of the worker's span, `{"uber-trace-id": "…"}`. */
  spanId: anything.optional(),
});
export type TaskData = z.output<typeof TaskData>;
