// The pipelines that a cluster has stored.

import * as z from 'zod/mini';
import type { Caller, CallOptions } from '#cluster/caller';

/** As HKube keeps it; of which the name is known for sure. */
export const StoredPipeline = z.looseObject({ name: z.string() });
export type StoredPipeline = Readonly<z.output<typeof StoredPipeline>>;

export interface Pipelines {
  list(options?: CallOptions): Promise<readonly StoredPipeline[]>;
}

export function pipelinesOf(caller: Caller): Pipelines {
  return {
    list: ({ signal } = {}) => caller.call({ path: ['store', 'pipelines'], answer: z.array(StoredPipeline), signal }),
  };
}
