// What can be asked of a pool. Types only.

import type { TaskEnd } from '#machines/session.events';
import type { TaskOrder } from '#local-hkube/pool-task';
import type { PoolWorker } from '#local-hkube/pool-worker';
import type { Fault } from '#worker/faults';

/** A task that was given to a pool. `ended` never rejects. */
export interface SubmittedTask {
  readonly ended: Promise<TaskEnd>;
  stop(reason: string): void;
}

export interface Pool {
  /** Resolves when the hot workers have an algorithm; rejects with `CANNOT_LAUNCH` or `CANNOT_CONNECT`. */
  start(): Promise<void>;
  submit(order: TaskOrder): SubmittedTask;
  /** Its workers misbehave once more. */
  inject(fault: Fault): void;
  /** Its algorithms finish what they have in hand and leave; others are launched. */
  scaleDown(): void;
  /** Its algorithms are ended and launched again; what they had in hand is given out again, and no attempt is counted. */
  restart(): void;
  workers(): PoolWorker[];
  /** How many tasks wait for one of them. */
  readonly waiting: number;
  /** No more tasks are given to it: what it has in hand, and what waits, is brought to its end. Resolves when it has stopped. */
  drain(): Promise<void>;
  stop(): Promise<void>;
}
