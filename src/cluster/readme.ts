// The readme of an algorithm, which HKube's dashboard shows.

import { Readable } from 'node:stream';
import * as z from 'zod/mini';
import type { Caller, CallOptions } from '#cluster/caller';

export interface Readme {
  /** As Markdown; rejects with `NOT_FOUND` for an algorithm that has none. */
  get(algorithm: string, options?: CallOptions): Promise<string>;
  /** In place of the one that is there, if there is one. */
  put(algorithm: string, markdown: string, options?: CallOptions): Promise<void>;
  delete(algorithm: string, options?: CallOptions): Promise<void>;
}

const Answer = z.looseObject({ readme: z.string() });

const PATH = ['readme', 'algorithms'];
/** As the form names it, and the file too. */
const FILE = 'README.md';

export function readmeOf(caller: Caller): Readme {
  return {
    get: async (algorithm, { signal } = {}) =>
      (await caller.call({ path: [...PATH, algorithm], answer: Answer, signal })).readme,
    put: async (algorithm, markdown, { signal } = {}) => {
      const form = { [FILE]: { fileName: FILE, open: () => Readable.from([Buffer.from(markdown)]) } };
      await caller.call({ method: 'PUT', path: [...PATH, algorithm], form, answer: z.unknown(), signal });
    },
    delete: async (algorithm, { signal } = {}) => {
      await caller.call({ method: 'DELETE', path: [...PATH, algorithm], answer: z.unknown(), signal });
    },
  };
}
