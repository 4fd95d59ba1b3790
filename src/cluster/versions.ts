// The versions of an algorithm: what each change and each build of it has left.

import * as z from 'zod/mini';
import { StoredAlgorithm } from '#cluster/algorithms';
import type { Caller, CallOptions } from '#cluster/caller';

export const Version = z.looseObject({
  /** Ten characters, by which it is asked for. */
  version: z.string(),
  name: z.string(),
  semver: z.nullish(z.string()),
  versionAlias: z.nullish(z.string()),
  /** Milliseconds since 1970. */
  created: z.nullish(z.number()),
  createdBy: z.nullish(z.string()),
  /** As it was then. */
  algorithm: z.nullish(StoredAlgorithm),
});
export type Version = Readonly<z.output<typeof Version>>;

export interface Versions {
  list(algorithm: string, options?: CallOptions): Promise<readonly Version[]>;
  get(algorithm: string, version: string, options?: CallOptions): Promise<Version>;
  /** Makes it the current one. Without `force` it rejects with `INVALID_CALL` while running pipelines have the algorithm. */
  apply(algorithm: string, version: string, options?: CallOptions & { readonly force?: boolean }): Promise<void>;
  /** Rejects with `INVALID_CALL` for the current one. */
  delete(algorithm: string, version: string, options?: CallOptions): Promise<void>;
}

const PATH = ['versions', 'algorithms'];

export function versionsOf(caller: Caller): Versions {
  return {
    list: (algorithm, { signal } = {}) => caller.call({ path: [...PATH, algorithm], answer: z.array(Version), signal }),
    get: (algorithm, version, { signal } = {}) =>
      caller.call({ path: [...PATH, algorithm, version], answer: Version, signal }),
    apply: async (name, version, { force, signal } = {}) => {
      const json = { name, version, force };
      await caller.call({ method: 'POST', path: [...PATH, 'apply'], json, answer: z.unknown(), signal });
    },
    delete: async (algorithm, version, { signal } = {}) => {
      await caller.call({ method: 'DELETE', path: [...PATH, algorithm, version], answer: z.unknown(), signal });
    },
  };
}
