// The algorithm of today, as `run` would start it against this worker.

import { createLogger } from '#handlers/logger';
import { createAlgorithmActor } from '#runtime/create-algorithm-actor';
import type { Played } from '#replay/replay';

export interface Entry {
  readonly url: string;
  readonly entry: string;
  readonly python?: string | undefined;
}

/** Throws `INVALID_ENTRY`, `INVALID_OPTIONS`, as `createAlgorithmActor` does. */
export function startEntry({ url, entry, python }: Entry): Played {
  const actor = createAlgorithmActor({
    ...{ url, entry, encoding: 'json', storage: 'v1', signals: false },
    ...(python !== undefined && { python }),
    // Who connects to whom is our affair.
    logger: createLogger((line) => process.stderr.write(line), 'warn'),
    reconnect: { minMs: 1, maxMs: 50 },
  });
  let hasLeft = false;
  const leave = (): void => {
    hasLeft = true;
  };
  actor.subscribe({ complete: leave, error: leave });
  actor.start();
  return {
    get hasLeft() {
      return hasLeft;
    },
    stop: () => {
      if (!hasLeft) actor.stop();
    },
  };
}
