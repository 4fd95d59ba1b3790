// The algorithms that a cluster has stored.

import * as z from 'zod/mini';
import { RuntimeError } from '#errors';
import type { Caller, CallOptions } from '#cluster/caller';
import type { Upload } from '#cluster/multipart';

/** As HKube keeps it. */
export const StoredAlgorithm = z.looseObject({
  name: z.string(),
  version: z.nullish(z.string()),
  algorithmImage: z.nullish(z.string()),
  type: z.nullish(z.string()),
});
export type StoredAlgorithm = Readonly<z.output<typeof StoredAlgorithm>>;

/** What has come of an apply. */
const Applied = z.looseObject({
  /** Of the build that makes its image; absent if none was wanted. */
  buildId: z.nullish(z.string()),
  /** What was done, in HKube's words. */
  messages: z._default(z.array(z.string()), []),
  messagesCode: z._default(z.array(z.number()), []),
  algorithm: StoredAlgorithm,
});
export type Applied = Readonly<z.output<typeof Applied>>;

const Deleted = z.object({ message: z.string() });

export interface ApplyRequest {
  /** HKube's own fields: `cpu`, not `resources.cpu`. */
  readonly algorithm: Readonly<Record<string, unknown>> & { readonly name: string };
  /** Its code, as `.zip` or `.tar.gz` with the code's folder as its root. */
  readonly archive?: Upload | undefined;
  /** Makes it the current one, also if another version is. */
  readonly forceUpdate?: boolean | undefined;
  /** Builds, also if nothing has changed that wants it. */
  readonly forceBuild?: boolean | undefined;
}

export interface AlgorithmFilter {
  readonly name?: string | undefined;
  readonly limit?: number | undefined;
  readonly sort?: 'asc' | 'desc' | undefined;
}

export interface Algorithms {
  list(filter?: AlgorithmFilter, options?: CallOptions): Promise<readonly StoredAlgorithm[]>;
  get(name: string, options?: CallOptions): Promise<StoredAlgorithm>;
  apply(request: ApplyRequest, options?: CallOptions): Promise<Applied>;
  /**
   * Resolves with what was deleted, in HKube's words. Without `force` it rejects with `INVALID_CALL` as long as pipelines or
   * executions need it.
   */
  delete(name: string, options?: CallOptions & DeleteOptions): Promise<string>;
}

export interface DeleteOptions {
  readonly force?: boolean | undefined;
  /** Default: true. */
  readonly keepOldVersions?: boolean | undefined;
}

const PATH = ['store', 'algorithms'];

export function algorithmsOf(caller: Caller): Algorithms {
  const get: Algorithms['get'] = (name, { signal } = {}) =>
    caller.call({ path: [...PATH, name], answer: StoredAlgorithm, signal });

  /** An archive that is refused for want of a login would have to be sent twice: what costs nothing is asked first. */
  async function logInFirst(name: string, options: CallOptions): Promise<void> {
    try {
      await get(name, options);
    } catch (error) {
      if (!(error instanceof RuntimeError) || error.code !== 'NOT_FOUND') throw error;
    }
  }

  return {
    list: ({ name, limit, sort } = {}, { signal } = {}) =>
      caller.call({ path: PATH, query: { name, limit, sort }, answer: z.array(StoredAlgorithm), signal }),
    get,
    apply: async ({ algorithm, archive, forceUpdate, forceBuild }, { signal } = {}) => {
      if (archive && caller.isUntried) await logInFirst(algorithm.name, { signal });
      const form = {
        payload: JSON.stringify(algorithm),
        options: JSON.stringify({ forceUpdate, forceBuild }),
        ...(archive ? { file: archive } : {}),
      };
      return caller.call({ method: 'POST', path: [...PATH, 'apply'], form, answer: Applied, signal });
    },
    delete: async (name, { force, keepOldVersions, signal } = {}) => {
      const path = [...PATH, name];
      const query = { force, keepOldVersions };
      return (await caller.call({ method: 'DELETE', path, query, answer: Deleted, signal })).message;
    },
  };
}
