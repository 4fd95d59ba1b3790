// One worker of a pool, as it is shown. On its own, because it is public: types of libraries that an installed copy does not have
// stay out of its reach.

/** One worker of a pool, and whoever is there. */
export interface PoolWorker {
  readonly algorithm: string;
  /** Such as `word-count-1`. */
  readonly worker: string;
  /** Where an algorithm connects; null before the port is open. */
  readonly url: string | null;
  /** `starting`: no algorithm is connected. */
  readonly state: 'starting' | 'idle' | 'busy';
}
