// Where an algorithm lives: how it reaches its worker, and whose time its timers go by. In production there is one world; the
// test kit makes others.

import type { ActorOptions, AnyActorLogic } from 'xstate';
import { type After, afterRealTime } from '#model/after';
import { openSocket } from '#transport/socket';

export interface World {
  readonly openSocket: typeof openSocket;
  readonly after: After;
}

export const realWorld: World = { openSocket, after: afterRealTime };

type Clock = NonNullable<ActorOptions<AnyActorLogic>['clock']>;

/** The same time, as charts want it. */
export function clockOf(after: After): Clock {
  return {
    setTimeout: (work: () => void, ms) => after(ms, work),
    clearTimeout: (forget: () => void) => forget(),
  };
}
