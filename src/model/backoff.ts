// How long to wait before trying again. Pure: chance comes as an argument.

export interface Backoff {
  readonly minMs: number;
  readonly maxMs: number;
}

/**
 * Full jitter: anywhere between nothing and a ceiling that doubles with each attempt (from 0) up to `maxMs`. Many algorithms
 * that lose one node at once spread out instead of coming back together. `chance` is 0 to 1.
 */
export function backoffDelay({ minMs, maxMs }: Backoff, attempt: number, chance: number): number {
  const ceiling = Math.min(maxMs, minMs * 2 ** Math.min(attempt, 30));
  return Math.round(ceiling * chance);
}
