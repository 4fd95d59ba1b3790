// Where an author's code stands in its trace. The context of OpenTelemetry goes with the code through every await; what is current in
// it changes with each span that the author opens and finishes.
//
//   C1. A scope is what runs below a span: a hook, the handler, the work of `api.span`. What `startSpan` opens in a scope is current
//       in that scope alone, so that work that overlaps is not mixed up.
//   C2. The span in the context stands for whatever is current: libraries ask it when they make a span of their own.

import {
  context,
  createContextKey,
  isSpanContextValid,
  ROOT_CONTEXT,
  type Span,
  type SpanContext,
  trace,
} from '@opentelemetry/api';
import { randomBytes } from 'node:crypto';
import type { TraceAddress } from '#model/trace-carrier';
import { spanAt } from '#tracing/live-span';
import type { TaskTrace } from '#model/task-trace';

const SCOPE = createContextKey('algorithm-actor: scope');
const ID_DIGITS = 16;
const POOL_BYTES = 2_048;

/** Finds the span of this id, where it lives in this process. */
export type FindSpan = (id: string) => Span | undefined;

export interface TaskTraceOptions {
  readonly find: FindSpan;
  /** Asked before a span is looked for. */
  readonly flush: () => void;
  /** What is done for the context of a task, besides. */
  readonly prepare?: ((given: typeof ROOT_CONTEXT) => typeof ROOT_CONTEXT) | undefined;
}

class Scope {
  readonly owner: object;
  readonly base: string;
  readonly opened: string[] = [];

  constructor(owner: object, base: string) {
    this.owner = owner;
    this.base = base;
  }

  get top(): string {
    return this.opened.at(-1) ?? this.base;
  }
}

/** C2. It ends nothing: the author's calls do. */
class CurrentSpan implements Span {
  readonly scope: Scope;
  readonly #find: (id: string) => Span;

  constructor(scope: Scope, find: (id: string) => Span) {
    this.scope = scope;
    this.#find = find;
  }

  get #span(): Span {
    return this.#find(this.scope.top);
  }

  spanContext(): SpanContext {
    return this.#span.spanContext();
  }

  setAttribute(...args: Parameters<Span['setAttribute']>): this {
    this.#span.setAttribute(...args);
    return this;
  }

  setAttributes(...args: Parameters<Span['setAttributes']>): this {
    this.#span.setAttributes(...args);
    return this;
  }

  addEvent(...args: Parameters<Span['addEvent']>): this {
    this.#span.addEvent(...args);
    return this;
  }

  addLink(...args: Parameters<Span['addLink']>): this {
    this.#span.addLink(...args);
    return this;
  }

  addLinks(...args: Parameters<Span['addLinks']>): this {
    this.#span.addLinks(...args);
    return this;
  }

  setStatus(...args: Parameters<Span['setStatus']>): this {
    this.#span.setStatus(...args);
    return this;
  }

  recordException(...args: Parameters<Span['recordException']>): void {
    this.#span.recordException(...args);
  }

  /** A span has the name that HKube knows it by. */
  updateName(): this {
    return this;
  }

  end(): void {
    // C2
  }

  isRecording(): boolean {
    return this.#span.isRecording();
  }
}

let pool = '';

/** The system's randomness is asked for many ids at once: it costs as much as for one. */
function nextId(): string {
  if (pool.length < ID_DIGITS) pool = randomBytes(POOL_BYTES).toString('hex');
  const id = pool.slice(0, ID_DIGITS);
  pool = pool.slice(ID_DIGITS);
  return id;
}

export function createTaskTrace({ find, flush, prepare }: TaskTraceOptions): TaskTrace {
  const owner = {};
  let hook: TraceAddress | undefined;
  let root: Scope | undefined;
  const scopes = new Map<string, Scope>();

  function spanOf(id: string): Span {
    flush();
    return find(id) ?? (hook ? spanAt({ ...hook, spanId: id }) : trace.wrapSpanContext(NOWHERE));
  }

  /** Of this task: a context may have been carried over from another. */
  function scopeHere(): Scope | undefined {
    const scope = context.active().getValue(SCOPE);
    return scope instanceof Scope && scope.owner === owner ? scope : root;
  }

  /** The span of a library in which this is, if it is one of this task's trace. */
  function librarySpan(): SpanContext | undefined {
    const active = context.active();
    const span = trace.getSpan(active);
    if (!span || span instanceof CurrentSpan) return undefined;
    const scope = active.getValue(SCOPE);
    const isCarriedOver = scope instanceof Scope && scope.owner !== owner;
    const found = span.spanContext();
    return !isCarriedOver && isSpanContextValid(found) && found.traceId === hook?.traceId ? found : undefined;
  }

  function runIn<Value>(scope: Scope, work: () => Value): Value {
    const base = trace.setSpan(ROOT_CONTEXT, new CurrentSpan(scope, spanOf)).setValue(SCOPE, scope);
    return context.with(prepare ? prepare(base) : base, work);
  }

  return {
    nextId,
    current: () => librarySpan()?.spanId ?? scopeHere()?.top,
    opened: (id: string) => {
      const scope = scopeHere();
      scope?.opened.push(id);
      if (scope) scopes.set(id, scope);
    },
    ended: (id: string) => {
      const scope = scopes.get(id);
      scopes.delete(id);
      const index = scope?.opened.lastIndexOf(id) ?? -1;
      if (index >= 0) scope?.opened.splice(index, 1);
    },
    run: <Value>(address: TraceAddress, work: () => Value): Value => {
      hook = address;
      root = new Scope(owner, address.spanId);
      return runIn(root, work);
    },
    beside: <Value>(work: () => Value): Value => (root ? runIn(root, work) : work()),
    within: <Value>(id: string, work: () => Value): Value => runIn(new Scope(owner, id), work),
  };
}

const NOWHERE: SpanContext = { traceId: '0'.repeat(32), spanId: '0'.repeat(16), traceFlags: 0 };
