// What the workers of a pool are made of. On its own, because public types reach it: those of libraries that an installed copy does not
// have stay out of its reach.

import type { LocalInspection } from '#local-hkube/inspect';
import type { LocalLogger } from '#local-hkube/local-logger';
import type { LocalTracing } from '#local-hkube/local-tracing';
import type { Manners } from '#local-hkube/options';
import type { Faults } from '#worker/faults';

export interface WorkerParts {
  readonly algorithm: string;
  /** The first port for workers, or 0 for any. */
  readonly firstPort: number;
  readonly manners: Omit<Manners, 'faults'>;
  readonly faults: Faults;
  /** Who looks, and how an algorithm is run once more. */
  readonly inspection: LocalInspection | undefined;
  readonly tracing: LocalTracing | undefined;
  readonly logger: LocalLogger;
  readonly again: (algorithm: string, input: readonly unknown[]) => string;
}
