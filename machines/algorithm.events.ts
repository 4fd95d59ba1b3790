// What the algorithm chart hears, says and remembers. Types only.
// Events are named `<source>.<fact>`: link (the connection), wire (the worker's messages), handler and api (the author's side).

import type { ApiCall } from '#model/api-call';
import type { Failure } from '#model/failure';
import type { Json } from '#model/json';
import type { SpanFrame } from '#model/span-stack';
import type { TaskIds, TaskOutcome } from '#model/task';
import type { Frame } from '#wire/codec';
import type { RawFrame, Rejection } from '#wire/decoder';
import type { TaskData } from '#wire/task-data';

export type AlgorithmEvent =
  | { readonly type: 'link.opened'; readonly connection: number }
  /** `owed`: the outcome was decided and never handed to an open socket. */
  | { readonly type: 'link.lost'; readonly code: number; readonly reason: string; readonly owed: boolean }
  | { readonly type: 'link.refused'; readonly reason: string }
  /** `frame`: the message itself, for handlers that run elsewhere; a large input is only there. */
  | { readonly type: 'wire.initialize'; readonly data: TaskData; readonly frame?: RawFrame }
  | { readonly type: 'wire.start'; readonly spanId?: unknown }
  | { readonly type: 'wire.stop'; readonly force: boolean }
  | { readonly type: 'wire.exit'; readonly code: number }
  | { readonly type: 'wire.rejected'; readonly rejection: Rejection }
  | { readonly type: 'wire.initializeRejected'; readonly rejection: Rejection; readonly failure: Failure }
  | { readonly type: 'wire.startRejected'; readonly rejection: Rejection; readonly failure: Failure }
  | { readonly type: 'handler.initialized'; readonly run: number }
  /** `frame` is the whole `done` message, encoded: what cannot be encoded has come as `handler.failed`. */
  | { readonly type: 'handler.returned'; readonly run: number; readonly frame: Frame }
  | { readonly type: 'handler.failed'; readonly run: number; readonly failure: Failure }
  | { readonly type: 'handler.stopped'; readonly run: number }
  | { readonly type: 'handler.left' }
  | { readonly type: 'handler.unloadable'; readonly failure: Failure }
  | { readonly type: 'api.called'; readonly run: number; readonly calls: readonly ApiCall[] }
  | { readonly type: 'stop.pulse' }
  | { readonly type: 'grace.over' }
  | { readonly type: 'shutdown'; readonly code?: number };

/** What the chart tells the host of the author's handlers. */
export type HandlerCommand =
  | {
      readonly type: 'initialize';
      readonly run: number;
      readonly data: TaskData;
      readonly frame?: RawFrame | undefined;
    }
  /** `carrier`: of HKube's span, as it came. */
  | { readonly type: 'start'; readonly run: number; readonly carrier: unknown }
  | { readonly type: 'stop'; readonly run: number; readonly force: boolean }
  | { readonly type: 'abandon' }
  | { readonly type: 'exit'; readonly code: number };

/** What the public actor emits; subscribe with `actor.on(type, …)`. */
export type AlgorithmEmitted =
  | { readonly type: 'task.started'; readonly task: TaskIds }
  | { readonly type: 'task.progressed'; readonly task: TaskIds; readonly progress: Json }
  | {
      readonly type: 'task.ended';
      readonly task: TaskIds;
      readonly outcome: TaskOutcome;
      readonly failure: Failure | null;
    }
  | { readonly type: 'frame.rejected'; readonly rejection: Rejection }
  | { readonly type: 'link.opened'; readonly connection: number }
  | { readonly type: 'link.lost'; readonly code: number; readonly reason: string };

export interface AlgorithmContext {
  readonly stopGraceMs: number;
  readonly resumeGraceMs: number;
  readonly connected: boolean;
  /** Counts the connections of this process. */
  readonly connection: number;
  /** The connection on which the host last asked for the current task. */
  readonly askedOn: number;
  /** Counts the tasks of this process; 0 before the first. */
  readonly run: number;
  /** The current task, or the last one. */
  readonly task: TaskIds;
  /** What came with `initialize`, but for an input that is only in its frame; it leaves with the outcome. */
  readonly data: TaskData | null;
  /** `start` has been asked of the current task. */
  readonly startAsked: boolean;
  /** Of HKube's span for what it has asked for last, as it came with `initialize` or `start`. */
  readonly carrier: unknown;
  readonly outcome: TaskOutcome | null;
  readonly spans: readonly SpanFrame[];
  readonly progress: Json;
  readonly exitCode: number;
  /** Frames that were not understood. */
  readonly rejected: number;
  /** Words that came too late or twice. */
  readonly dropped: number;
}

export interface AlgorithmInput {
  /** How long a stop or an exit may take, in milliseconds. */
  readonly stopGraceMs: number;
  /** How long a silent host is waited for after a reconnect, in milliseconds. */
  readonly resumeGraceMs: number;
}

export interface AlgorithmOutput {
  /** The exit code that the host, or whoever shut the actor down, asked for. */
  readonly code: number;
}
