// Asking until something is over, within the five requests a second that HKube takes from an address: however many are followed by one
// client, their questions stand apart, so that one in five is left for other calls.

import { pause } from '#cluster/waiting';
import type { World } from '#cluster/world';

export interface Following<State> {
  readonly look: () => Promise<State>;
  readonly isOver: (state: State) => boolean;
  /** Each answer, also where it is as the one before. */
  readonly onState?: ((state: State) => void) | undefined;
  readonly signal: AbortSignal | undefined;
}

/** Resolves with the state that is over; rejects as `look` does, and with `ABORTED`. */
export type Poll = <State>(following: Following<State>) => Promise<State>;

interface Rhythm {
  /** Between two questions of one follower: at first, and at most. */
  readonly firstMs: number;
  readonly longestMs: number;
  /** Between two questions of all. */
  readonly apartMs: number;
}

const ofCluster: Rhythm = { firstMs: 250, longestMs: 1_000, apartMs: 250 };
/** A local HKube counts no requests, and its runs are short. */
const ofThisMachine: Rhythm = { firstMs: 20, longestMs: 500, apartMs: 0 };

export function createPoll(endpoint: string, { after, now }: World): Poll {
  const { firstMs, longestMs, apartMs } = isLoopback(endpoint) ? ofThisMachine : ofCluster;
  let nextAt = 0;

  /** The next question of all; in the order in which they are due. */
  async function turn(signal: AbortSignal | undefined): Promise<void> {
    const wait = Math.max(0, nextAt - now());
    nextAt = now() + wait + apartMs;
    if (wait > 0) await pause(wait, { after, signal });
  }

  return async ({ look, isOver, onState, signal }) => {
    for (let ms = 0; ; ms = Math.min(Math.max(ms * 1.5, firstMs), longestMs)) {
      if (ms > 0) await pause(ms, { after, signal });
      await turn(signal);
      const state = await look();
      onState?.(state);
      if (isOver(state)) return state;
    }
  };
}

function isLoopback(endpoint: string): boolean {
  const { hostname } = new URL(endpoint);
  return hostname === 'localhost' || hostname === '[::1]' || /^127\./.test(hostname);
}
