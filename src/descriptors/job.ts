// What HKube's API says of a run beside its status, its result and its graph: how it is found, who has done what to it, and which runs
// have come of it.

import * as z from 'zod/mini';
import { RunStatus, RunSummary } from '#descriptors/run';

/** What a search looks at, and shows of a pipeline. It stays small: neither inputs nor the flow input are in it. */
export const JobFacets = z.object({
  kind: z.string(),
  experimentName: z.string(),
  priority: z.number(),
  /** How it was started: `raw`, `stored`, `algorithm`, with `internal`, `sub-pipeline`, `node`, `rerun`, `trigger`, `cron` beside. */
  types: z.array(z.string()),
  tags: z.optional(z.array(z.string())),
  /** The first hundred. */
  nodes: z.array(z.object({ nodeName: z.string(), algorithmName: z.string(), kind: z.string() })),
  /** Of all its nodes. */
  algorithms: z.array(z.string()),
});
export type JobFacets = Readonly<z.output<typeof JobFacets>>;

/** Who did it is not kept. */
export const AuditEntry = z.object({
  /** Milliseconds since 1970. */
  timestamp: z.number(),
  action: z.enum(['run', 'stop', 'pause', 'resume']),
});
export type AuditEntry = Readonly<z.output<typeof AuditEntry>>;

/** A run as the books have it. */
export const JobEntry = z.extend(RunSummary, {
  facets: z.optional(JobFacets),
  /** Its last status. */
  state: z.optional(RunStatus),
  auditTrail: z.optional(z.array(AuditEntry)),
});
export type JobEntry = Readonly<z.output<typeof JobEntry>>;

/** A run, and those that have come of it: `children` are of the same shape. */
export const JobTree = z.object({ name: z.string(), jobId: z.string(), children: z.array(z.looseObject({})) });
export type JobTree = z.output<typeof JobTree>;
