// A pipeline as HKube's API stores it: the document, and what is known of its storing.

import * as z from 'zod/mini';
import { RawPipeline } from '#descriptors/pipeline';

export const StoredPipeline = z.extend(RawPipeline, {
  /** Milliseconds since 1970. Of one that lies in a folder nobody knows when it was stored. */
  created: z.optional(z.number()),
  modified: z.optional(z.number()),
  version: z.optional(z.string()),
  auditTrail: z.optional(z.array(z.looseObject({ timestamp: z.number(), version: z.optional(z.string()) }))),
});
export type StoredPipeline = z.output<typeof StoredPipeline>;
