// The builds that make images of code.

import * as z from 'zod/mini';
import type { Caller, CallOptions } from '#cluster/caller';
import type { Poll } from '#cluster/poll';

export const BuildStatus = z.looseObject({
  buildId: z.string(),
  /** `pending`, `creating`, `active`, then `completed`, `failed` or `stopped`. */
  status: z.string(),
  /** In percent. */
  progress: z.nullish(z.number()),
  algorithmName: z.nullish(z.string()),
  algorithmImage: z.nullish(z.string()),
  /** `data` is the log, as far as it has come. */
  result: z.nullish(z.looseObject({ data: z.nullish(z.string()) })),
  error: z.nullish(z.string()),
  trace: z.nullish(z.string()),
  /** Milliseconds since 1970. */
  startTime: z.nullish(z.number()),
  endTime: z.nullish(z.number()),
});
export type BuildStatus = Readonly<z.output<typeof BuildStatus>>;

const over = new Set(['completed', 'failed', 'stopped']);

export const isBuildOver = ({ status }: BuildStatus): boolean => over.has(status);

export interface BuildFilter {
  readonly sort?: 'asc' | 'desc' | undefined;
  /** The field to sort by. */
  readonly order?: string | undefined;
  /** HKube's default is 1. */
  readonly limit?: number | undefined;
}

export interface Builds {
  status(buildId: string, options?: CallOptions): Promise<BuildStatus>;
  /** Resolves when it is over, however it ended; `onStatus` hears each status on the way, the last one too. */
  ended(buildId: string, options?: CallOptions & { onStatus?: (status: BuildStatus) => void }): Promise<BuildStatus>;
  list(algorithm: string, filter?: BuildFilter, options?: CallOptions): Promise<readonly BuildStatus[]>;
  /** Both reject with `INVALID_CALL` for one whose status does not allow it. */
  stop(buildId: string, options?: CallOptions): Promise<void>;
  rerun(buildId: string, options?: CallOptions): Promise<void>;
}

export function buildsOf(caller: Caller, poll: Poll): Builds {
  const status: Builds['status'] = (buildId, { signal } = {}) =>
    caller.call({ path: ['builds', 'status', buildId], answer: BuildStatus, signal });

  const command = async (word: 'stop' | 'rerun', buildId: string, { signal }: CallOptions = {}): Promise<void> => {
    await caller.call({ method: 'POST', path: ['builds', word], json: { buildId }, answer: z.unknown(), signal });
  };

  return {
    status,
    ended: (buildId, { onStatus, signal } = {}) =>
      poll({ look: () => status(buildId, { signal }), isOver: isBuildOver, onState: onStatus, signal }),
    list: (algorithm, { sort, order, limit } = {}, { signal } = {}) =>
      caller.call({
        path: ['builds', 'list', algorithm],
        query: { sort, order, limit },
        answer: z.array(BuildStatus),
        signal,
      }),
    stop: (buildId, options) => command('stop', buildId, options),
    rerun: (buildId, options) => command('rerun', buildId, options),
  };
}
