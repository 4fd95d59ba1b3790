// The `data` of `initialize`: the task as HKube describes it to an algorithm (and what `start` receives). Checked at the top
// only, once: a large `input` is never walked. Unknown fields are kept, because HKube adds fields between versions.

import * as z from 'zod/mini';

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
 * documentation shows `input` alone, so nothing but the types is demanded here; null means absent, because msgpack has no other
 * word for it. Times are in milliseconds, `ttl` in seconds.
 */
export const TaskData = z.looseObject({
  /** The arguments of the node, references resolved (storage v1). */
  input: z.pipe(
    z.nullish(anyArray),
    z.transform((input) => input ?? []),
  ),
  jobId: z.nullish(z.string()),
  taskId: z.nullish(z.string()),
  nodeName: z.nullish(z.string()),
  algorithmName: z.nullish(z.string()),
  pipelineName: z.nullish(z.string()),
  /** Counts up with each retry of the same task. */
  attempts: z.nullish(z.number()),
  /** 1-based in a batch, 0 or absent outside. */
  batchIndex: z.nullish(z.number()),
  kind: z.nullish(z.string()),
  parentNodeName: z.nullish(z.string()),
  execId: z.nullish(z.string()),
  parents: z.nullish(anyArray),
  childs: z.nullish(anyArray),
  ttl: z.nullish(z.number()),
  priority: z.nullish(z.number()),
  /** `extraData`, `savePaths`, `lastRunResult`, `rootJobId`. */
  info: z.nullish(anyRecord),
  metrics: z.nullish(anyRecord),
  retry: z.nullish(anyRecord),
  spec: z.optional(anything),
  storage: z.optional(anything),
  flatInput: z.optional(anything),
  useCache: z.nullish(z.boolean()),
  status: z.nullish(z.string()),
  entranceTime: z.nullish(z.number()),
  /** The carrier of the worker's span, `{"uber-trace-id": "…"}`. */
  spanId: z.optional(anything),
});
export type TaskData = z.output<typeof TaskData>;
