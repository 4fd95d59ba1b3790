// What the client has of the world besides its sockets: time and chance. Tests hand in their own.

import { type After, afterRealTime } from '#model/after';

export interface World {
  readonly after: After;
  /** Milliseconds that only grow, since whenever: a clock that is set must not make anybody wait. */
  readonly now: () => number;
  /** From 0 to 1. */
  readonly chance: () => number;
}

export const realWorld: World = { after: afterRealTime, now: () => performance.now(), chance: () => Math.random() };
