// What has become of the webhooks of a run: HKube posts its progress and its result where the pipeline wants them.

import * as z from 'zod/mini';
import type { Caller, CallOptions } from '#cluster/caller';

export const WebhookDelivery = z.looseObject({
  jobId: z.string(),
  url: z.string(),
  /** `succeed` or `failed`; absent as long as it is tried. */
  responseStatus: z.nullish(z.string()),
  /** Of the run, when it was told. */
  pipelineStatus: z.nullish(z.string()),
  httpResponse: z.nullish(z.looseObject({ statusCode: z.nullish(z.number()), statusMessage: z.nullish(z.string()) })),
  /** Milliseconds since 1970. */
  timestamp: z.nullish(z.number()),
});
export type WebhookDelivery = Readonly<z.output<typeof WebhookDelivery>>;

/** Each rejects with `NOT_FOUND` for a run that has no such webhook, or has not told it anything yet. */
export interface Webhooks {
  /** The latest progress. */
  status(jobId: string, options?: CallOptions): Promise<WebhookDelivery>;
  result(jobId: string, options?: CallOptions): Promise<WebhookDelivery>;
}

export function webhooksOf(caller: Caller): Webhooks {
  const delivery =
    (kind: 'status' | 'results') =>
    (jobId: string, { signal }: CallOptions = {}) =>
      caller.call({ path: ['webhooks', kind, jobId], answer: WebhookDelivery, signal });
  return { status: delivery('status'), result: delivery('results') };
}
