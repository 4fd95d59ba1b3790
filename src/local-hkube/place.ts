// A place of a pool: a slot, and what it does at the moment. Types only.

import type { RuntimeError } from '#errors';
import type { PoolTask } from '#local-hkube/pool-task';
import type { PoolWorker } from '#local-hkube/pool-worker';
import type { Slot } from '#local-hkube/slot';

/** A slot and what it does. `extra`: it was added by T2. */
export interface Place {
  readonly slot: Slot;
  readonly extra: boolean;
  state: PoolWorker['state'];
  task: PoolTask | null;
  /** Its algorithm was ended on purpose, and this task, which it had in hand, is not to blame. */
  spared: PoolTask | null;
  idleTimer: NodeJS.Timeout | undefined;
  /** Whoever waits for it to be ready, waits no longer. */
  readonly abandon: (reason: RuntimeError) => void;
}
