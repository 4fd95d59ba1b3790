// A local HKube that can be looked at: its runs and sessions, its pools, and the algorithms of other processes, which dial in.

import { createInspection, type OpenInspection } from '#inspector/inspection';
import type { InspectOptions } from '#inspector/options';
import type { Probe } from '#inspector/probe';
import { tapLogger } from '#inspector/tap-logger';
import type { LocalLogger } from '#local-hkube/local-logger';

export interface LocalInspection {
  readonly probe: Probe;
  /** The same log, seen in the inspector, too. */
  readonly logger: LocalLogger;
  /** What a person opens; null before it is open. */
  readonly link: string | null;
  /** What the algorithm of this worker dials; null before it is open. */
  dialOf(worker: string): string | null;
  /** Rejects with `INVALID_OPTIONS` if it cannot be served. */
  open(): Promise<void>;
  close(): Promise<void>;
}

export function inspectLocal(options: InspectOptions, logger: LocalLogger): LocalInspection {
  const { probe, open } = createInspection({
    ...{ role: 'local-hkube', title: 'local HKube', acts: true, options },
    onProblem: logger.warn,
  });
  let opened: OpenInspection | undefined;
  return {
    probe,
    logger: tapLogger(logger, probe),
    get link() {
      return opened?.link ?? null;
    },
    dialOf: (worker) => {
      const dial = options.connect ?? opened?.dial;
      if (dial === undefined || dial === null) return null;
      const address = new URL(dial);
      address.searchParams.set('worker', worker);
      return address.href;
    },
    open: async () => {
      opened = await open();
    },
    close: async () => opened?.close(),
  };
}
