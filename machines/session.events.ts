// What the session chart hears, says and remembers. Types only.
// Events are named `<source>.<fact>`: link (the connection), wire (the algorithm's messages), task, scaleDown and exit (whoever
// drives the worker), stop, alive, bootstrap (the worker's own timers).

import type { Refusal } from '#machines/session.refusals';
import type { TaskIds } from '#model/task';
import type { Rejection } from '#wire/decoder';
import type { TaskData } from '#wire/task-data';

/** An error as a worker reports it: the algorithm's own words, or the worker's. */
export interface TaskError {
  readonly message: string;
  readonly code?: string;
  readonly details?: string;
}

/** How a task ended, from the worker's side. */
export type TaskEnd =
  | { readonly kind: 'succeed'; readonly result: unknown }
  /** The algorithm sent `errorMessage`, or the task could not be given to it. */
  | { readonly kind: 'failed'; readonly error: TaskError }
  | { readonly kind: 'stopped'; readonly reason: string }
  /**
   * The worker left without completing it: the algorithm went away, or broke the protocol, or failed under a policy that wants
   * another try. HKube's queue runs such a task again.
   */
  | { readonly kind: 'crashed'; readonly error: TaskError };

/** What HKube's worker goes by when a task fails or its algorithm is lost (protocol.md §3.5). */
export type RetryPolicy = 'Never' | 'Always' | 'OnError' | 'OnCrash';

/** A sub-pipeline that the algorithm asks for. `id` is the algorithm's own; whether `pipeline` is one, its runner finds out. */
export interface SubPipelineOrder {
  readonly kind: 'raw' | 'stored';
  readonly id: string;
  readonly pipeline: Readonly<Record<string, unknown>>;
  readonly includeResult: boolean;
  /** The carrier of the span that it goes below, where the algorithm says so. */
  readonly spanId?: unknown;
}

/** An execution that the algorithm asks for: another algorithm, run once. Whether there is such a one, its runner finds out. */
export interface ExecutionOrder {
  readonly id: string;
  readonly algorithmName: string;
  readonly input: readonly unknown[];
  readonly includeResult: boolean;
  /** As that of a sub-pipeline. */
  readonly spanId?: unknown;
}

export type SpanNews =
  | { readonly kind: 'started'; readonly name: string; readonly tags: Readonly<Record<string, unknown>> }
  | { readonly kind: 'finished'; readonly tags: Readonly<Record<string, unknown>>; readonly error: string | null };

export type SessionEvent =
  | { readonly type: 'link.opened' }
  | { readonly type: 'link.lost'; readonly code: number; readonly reason: string }
  /** What was to be sent cannot be: too large, or not encodable. */
  | { readonly type: 'link.refused'; readonly error: TaskError }
  | { readonly type: 'wire.initialized' }
  | { readonly type: 'wire.started' }
  | { readonly type: 'wire.done'; readonly result: unknown }
  | { readonly type: 'wire.stopped' }
  | { readonly type: 'wire.stopping' }
  | { readonly type: 'wire.failed'; readonly error: TaskError }
  | { readonly type: 'wire.progressed'; readonly progress: unknown }
  | { readonly type: 'wire.spanChanged'; readonly span: SpanNews }
  /** A span that HKube's worker crashes of. */
  | { readonly type: 'wire.spanUnnamable'; readonly refusal: Refusal }
  | { readonly type: 'wire.subPipelineRequested'; readonly order: SubPipelineOrder }
  | { readonly type: 'wire.subPipelineStopAsked'; readonly id: string; readonly reason: string | null }
  | { readonly type: 'wire.executionRequested'; readonly order: ExecutionOrder }
  | { readonly type: 'wire.executionStopAsked'; readonly id: string; readonly reason: string | null }
  | { readonly type: 'wire.alive' }
  /** A frame has come on a connection on which nothing was said yet. */
  | { readonly type: 'wire.spokeFirst' }
  /** Understood, and of no use to a worker. */
  | { readonly type: 'wire.ignored' }
  | { readonly type: 'wire.rejected'; readonly rejection: Rejection }
  /** It has been dealt with where it was heard. */
  | { readonly type: 'wire.refused'; readonly refusal: Refusal }
  /** HKube's worker crashes of it. */
  | { readonly type: 'wire.fatal'; readonly refusal: Refusal }
  /** HKube's worker takes the algorithm for lost. */
  | { readonly type: 'wire.disconnectSaid'; readonly refusal: Refusal }
  /** Something about a connection, not about a message. */
  | { readonly type: 'link.complained'; readonly refusal: Refusal }
  | { readonly type: 'bootstrap.over' }
  | { readonly type: 'task.assigned'; readonly data: TaskData }
  | { readonly type: 'task.stopAsked'; readonly reason: string }
  | { readonly type: 'task.ttlExpired' }
  | { readonly type: 'scaleDown.asked' }
  | { readonly type: 'exit.asked' }
  | { readonly type: 'alive.timedOut' }
  | { readonly type: 'stop.timedOut' }
  | { readonly type: 'stop.limitReached' };

/** News of a task. */
export type TaskNotice =
  | { readonly type: 'task.started'; readonly task: TaskIds }
  | { readonly type: 'task.progressed'; readonly task: TaskIds; readonly progress: unknown }
  | { readonly type: 'task.ended'; readonly task: TaskIds; readonly end: TaskEnd }
  | { readonly type: 'span.changed'; readonly task: TaskIds; readonly span: SpanNews };

/** What a worker tells whoever drives it. */
export type SessionNotice =
  | TaskNotice
  | { readonly type: 'link.opened' }
  | { readonly type: 'link.lost'; readonly code: number; readonly reason: string }
  /** An algorithm is connected and has no task. */
  | { readonly type: 'session.ready' }
  /** The algorithm was told to leave. Null: because the worker itself leaves. */
  | { readonly type: 'session.exiting'; readonly reason: string | null }
  /** The algorithm did not leave, or was cut off: whoever started it has to end it. */
  | { readonly type: 'session.expelled'; readonly reason: string }
  /** The algorithm did something that HKube's worker does not put up with. */
  | { readonly type: 'session.refused'; readonly task: TaskIds | null; readonly refusal: Refusal }
  | { readonly type: 'frame.rejected'; readonly rejection: Rejection };

/** What the worker says of its own accord; `initialize` and `start` take their data from the context. */
export type SessionWord = 'initialize' | 'start' | 'stop' | 'exit';

/** How strict the worker is, and how slow. */
export interface SessionInput {
  /** Takes what HKube's worker takes in DEV_MODE: wrong transitions are ignored, and a lost connection costs no task. */
  readonly lenient: boolean;
  /** A task whose connection was lost is begun again on the next one. Lenient workers do that anyway. */
  readonly restarts: boolean;
  /** How long it takes from the connection until the worker hears, in milliseconds. */
  readonly bootstrapMs: number;
}

/** Why a task is being stopped. */
export type StopCause =
  { readonly kind: 'asked'; readonly reason: string } | { readonly kind: 'ttl' } | { readonly kind: 'scaleDown' };

export interface SessionContext extends SessionInput {
  readonly connected: boolean;
  /** Counts the tasks of this worker. */
  readonly tasks: number;
  /** The current task, or the last one. */
  readonly task: TaskIds;
  /** What goes out with `initialize`; it leaves with the end of the task. */
  readonly data: TaskData | null;
  readonly policy: RetryPolicy;
  /** How the current task ended, where that is known and not told yet. */
  readonly end: TaskEnd | null;
  /** Null: nobody has asked. */
  readonly stopCause: StopCause | null;
  /** A stop is not ten minutes old: `stopping` buys time. */
  readonly extendable: boolean;
  /** Why the algorithm has to go; null while it may stay. */
  readonly expelReason: string | null;
  /** The worker itself is leaving: no next task, no next algorithm. */
  readonly leaving: boolean;
  /** Frames that were not understood, or that had no place where they came. */
  readonly rejected: number;
}
