// What HKube's documents say of a run: how its tasks stand, and what its nodes have brought. Types only.

/** Tasks by what has become of them. A node that has not started counts as one. */
export interface TaskCounts {
  readonly total: number;
  readonly active: number;
  readonly succeed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** One element of a run's result. */
export interface NodeResult {
  readonly nodeName: string;
  readonly algorithmName: string;
  /** Counts from 1 in a batch; -1: the node was skipped, because its batch was empty. */
  readonly batchIndex?: number;
  readonly result?: unknown;
  /** Of an item whose failure was tolerated. */
  readonly error?: string;
}
