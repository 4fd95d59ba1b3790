// Long work that can be stopped: it passes `api.signal` on to whatever can be cancelled, and ends at once when that fires.

import { setTimeout as pause } from 'node:timers/promises';
import type { AlgorithmApi, Task } from 'algorithm-actor';

let temporary: string[] = [];

export async function start(
  { input: [steps = 60] }: Task<readonly [steps?: number]>,
  api: AlgorithmApi,
): Promise<string> {
  temporary = [];
  for (let step = 1; step <= steps; step += 1) {
    // Rejects when a stop is asked for. Timers, fetch, streams and child processes of Node take a signal; a loop of your own
    // says `api.signal.throwIfAborted()`. Nobody hears of the error: the answer to a stop is `stopped`, not a failure.
    await pause(1_000, undefined, { signal: api.signal });
    temporary.push(`part ${step}`);
    api.progress({ progress: Math.round((100 * step) / steps), details: `step ${step} of ${steps}` });
  }
  return `${steps} steps`;
}

/** Cleans up. HKube waits ten seconds for it; what takes longer is answered for, so that the worker survives. */
export function stop({ forceStop }: { readonly forceStop: boolean }, api: AlgorithmApi): void {
  // HKube reports no progress after a stop, but logs it.
  api.progress({ details: `${forceStop ? 'stopped' : 'scaled down'}, ${temporary.length} parts thrown away` });
  temporary = [];
}
