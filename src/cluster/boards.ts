// Boards: TensorBoard in the cluster, on what tasks have measured.

import * as z from 'zod/mini';
import { Board, type BoardRequest } from '#descriptors/board';
import type { Caller, CallOptions } from '#cluster/caller';

export interface Boards {
  /** Resolves with the id of the board. */
  start(scope: BoardRequest, options?: CallOptions): Promise<string>;
  get(id: string, options?: CallOptions): Promise<Board>;
  list(options?: CallOptions): Promise<readonly Board[]>;
  delete(id: string, options?: CallOptions): Promise<void>;
}

const PATH = ['boards', 'tensors'];
const Started = z.looseObject({ id: z.string() });
const Kept = z.looseObject(Board.shape);

export function boardsOf(caller: Caller): Boards {
  return {
    start: async (scope, { signal } = {}) =>
      (await caller.call({ method: 'POST', path: PATH, json: scope, answer: Started, signal })).id,
    get: (id, { signal } = {}) => caller.call({ path: [...PATH, id], answer: Kept, signal }),
    list: ({ signal } = {}) => caller.call({ path: PATH, answer: z.array(Kept), signal }),
    delete: async (id, { signal } = {}) => {
      await caller.call({ method: 'DELETE', path: [...PATH, id], answer: z.unknown(), signal });
    },
  };
}
