// Launches algorithms in this process, through the public runtime, so that local HKube is tested without child processes.

import { toPromise } from 'xstate';
import { createAlgorithmActor } from '#runtime/create-algorithm-actor';
import type { AlgorithmHandlers } from '#handlers/algorithm-handlers';
import type { Launch } from '#local-hkube/launch';
import type { LocalLogger } from '#local-hkube/local-logger';

const silent: LocalLogger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

/** A logger that keeps its lines. */
export function keepLog(): LocalLogger & { readonly lines: string[] } {
  const lines: string[] = [];
  const keep = (line: string): void => {
    lines.push(line);
  };
  return { lines, debug: keep, info: keep, warn: keep, error: keep };
}

/** A launcher for these handlers, by entry. `launched` has the endpoints' workers in order. */
export function launchInProcess(entries: Readonly<Record<string, AlgorithmHandlers>>): {
  readonly launch: Launch;
  readonly launched: string[];
  /** Into which their algorithms write, in the same order. */
  readonly folders: string[];
} {
  const launched: string[] = [];
  const folders: string[] = [];
  const launch: Launch = ({ entry }, { url, worker, metricsDir }) => {
    launched.push(worker);
    folders.push(metricsDir ?? '');
    const handlers = entries[entry ?? ''] ?? { start: () => `no such entry: ${entry}` };
    const actor = createAlgorithmActor(handlers, {
      ...{ url, encoding: 'json', signals: false, logger: silent },
      ...(metricsDir !== null && { metricsDir }),
    });
    const left = toPromise(actor).then(() => ({ how: 'it has left', tail: '' }));
    actor.start();
    return {
      ended: left,
      stop: async () => {
        if (actor.getSnapshot().status === 'active') actor.send({ type: 'shutdown' });
        await left;
      },
    };
  };
  return { launch, launched, folders };
}
