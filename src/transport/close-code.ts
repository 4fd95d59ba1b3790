// What a close code means for the connection: one table, so that whether to try again is decided once (L9).

export type AfterClose =
  | { readonly kind: 'reopen'; readonly atLeastMs: number }
  /** Nobody will serve this process: it has to end, with the reason. */
  | { readonly kind: 'end'; readonly reason: string };

const BUSY_WAIT_MS = 1_000;
/** A line broke without a word: a worker that saw the new connection before the end of the old one would lose both. */
const SETTLE_MS = 20;

/** Codes that mean something of their own; every other one opens again after the usual wait. */
const meanings: ReadonlyMap<number, AfterClose> = new Map<number, AfterClose>([
  [1006, { kind: 'reopen', atLeastMs: SETTLE_MS }],
  [1013, { kind: 'reopen', atLeastMs: BUSY_WAIT_MS }],
  [4001, { kind: 'end', reason: 'another algorithm is connected to this worker already (close code 4001)' }],
]);

export function afterClose(code: number): AfterClose {
  return meanings.get(code) ?? { kind: 'reopen', atLeastMs: 0 };
}
