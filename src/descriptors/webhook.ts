// What HKube says of a webhook: whom it has told what, and what came of it.

import * as z from 'zod/mini';

export type WebhookKind = 'progress' | 'result';

export const WebhookRecord = z.object({
  jobId: z.string(),
  url: z.string(),
  /** `pending` as long as it is tried. */
  status: z.enum(['pending', 'completed']),
  /** Of the run, as it was told. */
  pipelineStatus: z.string(),
  /** When it is over. */
  responseStatus: z.optional(z.enum(['succeed', 'failed'])),
  /** The last answer; without a status code there was none, and the message says why. */
  httpResponse: z.optional(z.object({ statusCode: z.optional(z.number()), statusMessage: z.optional(z.string()) })),
  /** Milliseconds since 1970. */
  timestamp: z.number(),
});
export type WebhookRecord = Readonly<z.output<typeof WebhookRecord>>;

export const WebhookRecordsOfRun = z.object({
  jobId: z.string(),
  result: z.optional(WebhookRecord),
  progress: z.optional(WebhookRecord),
});
export type WebhookRecordsOfRun = Readonly<z.output<typeof WebhookRecordsOfRun>>;
