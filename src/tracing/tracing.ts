// What the other rooms know of tracing: spans that live beside the charts and end in a collector. Types only, so that nobody
// loads an SDK for them.

import type { TracerProvider } from '@opentelemetry/api';
import type { TraceTask } from '#model/task-trace';
import type { TraceAddress } from '#model/trace-carrier';
import type { FinishedSpan } from '#model/finished-span';
import type { TracingSettings } from '#tracing/settings';

export type { TracerProvider };

export interface SpanOpening {
  readonly name: string;
  /** Null: it begins a trace. */
  readonly parent: TraceAddress | null;
  /** Its id, where it was given before the span was made: 16 hex digits. A provider of the author has ids of its own. */
  readonly id?: string | undefined;
  /** Default: `internal`. */
  readonly kind?: 'internal' | 'producer' | 'consumer' | 'client' | undefined;
  readonly tags?: Readonly<Record<string, unknown>> | undefined;
  /** When it began, in milliseconds since 1970. Default: now. */
  readonly at?: number | undefined;
}

/** Why a span has failed. */
export interface SpanFailure {
  readonly message: string;
  readonly code?: string | undefined;
  readonly details?: string | undefined;
}

/** A span that is open. What comes after its end changes nothing. */
export interface LiveSpan {
  readonly name: string;
  readonly address: TraceAddress;
  tag(tags: Readonly<Record<string, unknown>>): void;
  /** Marks it as failed, as HKube's tracer does, and as OpenTelemetry does. */
  fail(failure: SpanFailure): void;
  /** `at`: milliseconds since 1970. Default: now. */
  end(at?: number): void;
}

/** Makes the spans of one service. */
export interface Tracer {
  open(opening: SpanOpening): LiveSpan;
}

/** Where the spans of this process go. */
export interface Tracing {
  /** The tracer of a service, by the name under which people find it. */
  tracer(service: string): Tracer;
  /** Takes spans that somebody else has finished, for the service that this process is. */
  take(spans: readonly FinishedSpan[]): void;
  /** Sends what waits, and lets go of all. It takes no longer than this, whatever the collector does. */
  close(deadlineMs: number): Promise<void>;
}

/** Where the spans of an algorithm go: what its process finds out before anything is loaded. */
export type TraceSource =
  | TracingSettings
  /** Somebody has registered a provider for the libraries of this process. */
  | { readonly kind: 'ambient' }
  | { readonly kind: 'provider'; readonly provider: TracerProvider };

/** Finds a span by the id that the author's call gave it. */
export type FindLiveSpan = (id: string) => LiveSpan | undefined;

/** Where the spans of an algorithm go. */
export interface AlgorithmTracing extends Pick<Tracing, 'take' | 'close'> {
  readonly tracer: Tracer;
  /** Traces the tasks of handlers that run in this process. */
  readonly traceTask: (find: FindLiveSpan) => TraceTask;
}

/** Words for whoever runs this process. */
export interface TracingLogger {
  debug(message: string): void;
  warn(message: string): void;
}
