// Where an algorithm lives: how it reaches its worker, and whose time its timers go by. In production there is one world; the
// test kit makes others.

import type { ActorOptions, AnyActorLogic } from 'xstate';
import { type After, afterRealTime } from '#model/after';
import { openMetrics, type OpenMetrics } from '#runtime/metrics';
import { openSocket } from '#transport/socket';

export interface World {
  readonly openSocket: typeof openSocket;
  readonly after: After;
  /** Where the scalars of its tasks go. */
  readonly openMetrics: OpenMetrics;
}

export const realWorld: World = { openSocket, after: afterRealTime, openMetrics };

type Clock = NonNullable<ActorOptions<AnyActorLogic>['clock']>;

/** The same time, as charts want it. */
export function clockOf(after: After): Clock {
  return {
    setTimeout: (work: () => void, ms) => after(ms, work),
    clearTimeout: (forget: () => void) => forget(),
  };
}
