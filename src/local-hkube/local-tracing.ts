// Where the spans of a local HKube go: to the collector that the standard variables name. Without them nothing is loaded.

import { describeFailure } from '#model/failure';
import type { LocalLogger } from '#local-hkube/local-logger';
import { loadTracing } from '#tracing/load-tracing';
import { tracingSettings } from '#tracing/settings';
import type { Tracing } from '#tracing/tracing';

export interface LocalTracing {
  /** Undefined: not open yet, or it cannot be. */
  readonly current: Tracing | undefined;
  /** Never rejects: nothing fails for its traces. */
  open(): Promise<void>;
  /** Sends what waits, for two seconds at most. */
  close(): Promise<void>;
}

/** The service of the spans of runs and of the queue. */
export const LOCAL_HKUBE = 'local-hkube';
const FLUSH_MS = 2_000;

/** Undefined: nobody wants spans. */
export function traceLocal(
  env: Readonly<Record<string, string | undefined>>,
  logger: LocalLogger,
): LocalTracing | undefined {
  const settings = tracingSettings(env);
  if (settings.kind === 'off') {
    if (settings.problem !== null) logger.warn(settings.problem);
    return undefined;
  }
  let current: Tracing | undefined;
  return {
    get current() {
      return current;
    },
    open: async () => {
      try {
        current = await loadTracing({ service: LOCAL_HKUBE, url: settings.url, logger });
      } catch (error) {
        logger.warn(`nothing is traced: ${describeFailure(error).message}`);
      }
    },
    close: async () => {
      const closing = current;
      current = undefined;
      await closing?.close(FLUSH_MS);
    },
  };
}
