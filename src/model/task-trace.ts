// What the api of a task knows of tracing, wherever its handlers run: whose spans are current, so that those that the author's
// libraries make find their parents. Types only; without tracing there is none of it.

import type { TraceAddress } from '#model/trace-carrier';

export interface TaskTrace {
  /** The id of the author's next span: 16 hex digits. */
  nextId(): string;
  /** The id of the span that is current where this is asked; undefined: nobody knows. */
  current(): string | undefined;
  /** From here on this span is current where it was opened, and in what is called from there. */
  opened(id: string): void;
  ended(id: string): void;
  /** Runs a hook or the handler below the span that was made for it. */
  run<Value>(hook: TraceAddress, work: () => Value): Value;
  /** Runs what comes besides, a stop hook, where the hook or handler stands. */
  beside<Value>(work: () => Value): Value;
  /** Runs work in which this span is current, and there alone. */
  within<Value>(id: string, work: () => Value): Value;
}

/** Begins the trace of a task. `flush`: what the api has been told reaches whoever makes the spans. */
export type TraceTask = (flush: () => void) => TaskTrace;
