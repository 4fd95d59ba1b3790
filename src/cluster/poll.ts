// Asking until something is over: often at first, then less and less. What it costs HKube `pace` bounds.

import { RuntimeError } from '#errors';
import type { Cluster } from '#cluster/options';
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
  /** Between two questions. */
  readonly firstMs: number;
  readonly longestMs: number;
  /** So long no answer may come, whatever the reason: what was started goes on while an api-server is away. */
  readonly patienceMs: number;
}

const ofCluster: Rhythm = { firstMs: 250, longestMs: 1_000, patienceMs: 60_000 };
/** The runs of a local HKube are short, and end with it. */
const ofThisMachine: Rhythm = { firstMs: 20, longestMs: 100, patienceMs: 0 };

export function createPoll({ isHere }: Cluster, { after, now }: World): Poll {
  const { firstMs, longestMs, patienceMs } = isHere ? ofThisMachine : ofCluster;
  return async ({ look, isOver, onState, signal }) => {
    let heardAt = now();
    for (let ms = firstMs; ; ms = Math.min(ms * 1.5, longestMs)) {
      const state = await look().catch((error: unknown) => {
        if (!isPassing(error) || now() - heardAt >= patienceMs) throw error;
      });
      if (state !== undefined) {
        heardAt = now();
        onState?.(state);
        if (isOver(state)) return state;
      }
      await pause(ms, { after, signal });
    }
  };
}

/** It is not the question that is wrong. */
function isPassing(error: unknown): boolean {
  return error instanceof RuntimeError && (error.code === 'CANNOT_CONNECT' || error.code === 'REQUEST_FAILED');
}
