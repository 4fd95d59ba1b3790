// How a worker behaves, as those who ask for one may say it. Types only: they are part of the public ones, and stand apart from
// what is built of libraries that an installed copy does not have.

/** Whose part is played: HKube's worker, or the debug sidecar that a developer's algorithm connects to. */
export type WorkerProfile = 'worker' | 'debug';

/** How faithful a worker is. */
export interface WorkerManners {
  /** Default: worker. */
  readonly profile?: WorkerProfile | undefined;
  /** Tolerates what HKube's worker tolerates in DEV_MODE: wrong transitions, and lost connections. Default: false. */
  readonly lenient?: boolean | undefined;
  /** Begins a task again on the next connection when its connection was lost, instead of giving it up. Default: false. */
  readonly restarts?: boolean | undefined;
  /** From the connection until the worker can hear, in milliseconds; not in the debug profile. Default: 0. */
  readonly bootstrapMs?: number | undefined;
}
