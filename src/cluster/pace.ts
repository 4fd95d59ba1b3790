// How fast a client asks: HKube takes five requests a second from an address, and answers 429 to the sixth. Whoever is early waits here
// for a turn, in order. A local HKube counts no requests.

import type { Cluster } from '#cluster/options';
import { pause } from '#cluster/waiting';
import type { World } from '#cluster/world';

const REQUESTS = 5;
/** A little more than a second: what left apart may arrive closer together. */
const WINDOW_MS = 1_100;

/** Resolves when the next request may go; rejects with `ABORTED`. */
export type Pace = (signal: AbortSignal | undefined) => Promise<void>;

export function createPace({ isHere }: Cluster, { after, now }: World): Pace {
  /** When the last ones went, or will go. */
  const turns: number[] = [];
  return async (signal) => {
    if (isHere) return;
    const first = turns.length < REQUESTS ? undefined : turns.shift();
    const turn = Math.max(now(), (first ?? -Infinity) + WINDOW_MS);
    turns.push(turn);
    if (turn > now()) await pause(turn - now(), { after, signal });
  };
}
