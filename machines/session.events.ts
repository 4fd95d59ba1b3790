// What the session chart hears, says and remembers. Types only.
// Events are named `<source>.<fact>`: link (the connection), wire (the algorithm's messages), task and exit (whoever drives the
// worker), stop and leave (the worker's own timers).

import type { TaskIds } from '#model/task';
import type { Rejection } from '#wire/decoder';
import type { RawSubPipeline, StoredSubPipeline } from '#wire/outgoing';
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
  /** The algorithm went away in mid-task, or broke the protocol so that a real worker would have given it up. */
  | { readonly kind: 'crashed'; readonly error: TaskError };

/** A sub-pipeline that the algorithm asks for. `id` is the algorithm's own. */
export type SubPipelineOrder =
  | { readonly kind: 'raw'; readonly id: string; readonly pipeline: RawSubPipeline; readonly includeResult: boolean }
  | {
      readonly kind: 'stored';
      readonly id: string;
      readonly pipeline: StoredSubPipeline;
      readonly includeResult: boolean;
    };

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
  | { readonly type: 'wire.subPipelineRequested'; readonly order: SubPipelineOrder }
  | { readonly type: 'wire.subPipelineStopAsked'; readonly id: string; readonly reason: string | null }
  | { readonly type: 'wire.rejected'; readonly rejection: Rejection }
  | { readonly type: 'task.assigned'; readonly data: TaskData }
  | { readonly type: 'task.stopAsked'; readonly reason: string }
  | { readonly type: 'exit.asked' }
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
  /** The algorithm did not leave when it was told to: whoever started it has to end it. */
  | { readonly type: 'session.expelled'; readonly reason: string }
  | { readonly type: 'frame.rejected'; readonly rejection: Rejection };

/** What the worker says of its own accord; `initialize` and `start` take their data from the context. */
export type SessionWord = 'initialize' | 'start' | 'stop' | 'exit';

export interface SessionContext {
  readonly connected: boolean;
  /** Counts the tasks of this worker. */
  readonly tasks: number;
  /** The current task, or the last one. */
  readonly task: TaskIds;
  /** What goes out with `initialize`; it leaves with the end of the task. */
  readonly data: TaskData | null;
  /** How the current task ended, where that is known and not told yet. */
  readonly end: TaskEnd | null;
  readonly stopReason: string;
  /** `stopping` still buys time. */
  readonly extendable: boolean;
  /** Why the algorithm has to go; null while it may stay. */
  readonly expelReason: string | null;
  /** The worker itself is leaving: no next task, no next algorithm. */
  readonly leaving: boolean;
  /** Frames that were not understood, or that had no place where they came. */
  readonly rejected: number;
}
