// The global side of OpenTelemetry: libraries know no other. Registered once a process, and only where the author has not done so.
//
//   G1. Several algorithms may live in one process: a span goes to the provider of the task in whose context it is made.

import {
  type Context,
  context,
  createContextKey,
  propagation,
  INVALID_SPAN_CONTEXT,
  type Span,
  type SpanOptions,
  trace,
  type Tracer,
  type TracerOptions,
  type TracerProvider,
} from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { isRegistered } from '#tracing/settings';

const PROVIDER = createContextKey('algorithm-actor: provider');

/** Those that are open, the oldest first. */
const open = new Set<TracerProvider>();

const router: TracerProvider = { getTracer: (name, version, options) => new RoutedTracer({ name, version, options }) };

interface Scope {
  readonly name: string;
  readonly version: string | undefined;
  readonly options: TracerOptions | undefined;
}

class RoutedTracer implements Tracer {
  readonly #scope: Scope;

  constructor(scope: Scope) {
    this.#scope = scope;
  }

  startSpan(name: string, options?: SpanOptions, at: Context = context.active()): Span {
    return this.#tracerIn(at)?.startSpan(name, options, at) ?? trace.wrapSpanContext(INVALID_SPAN_CONTEXT);
  }

  startActiveSpan<Work extends (span: Span) => unknown>(name: string, work: Work): ReturnType<Work>;
  startActiveSpan<Work extends (span: Span) => unknown>(
    name: string,
    options: SpanOptions,
    work: Work,
  ): ReturnType<Work>;
  startActiveSpan<Work extends (span: Span) => unknown>(
    name: string,
    options: SpanOptions,
    at: Context,
    work: Work,
  ): ReturnType<Work>;
  startActiveSpan<Work extends (span: Span) => ReturnType<Work>>(
    name: string,
    ...rest: [Work] | [SpanOptions, Work] | [SpanOptions, Context, Work]
  ): ReturnType<Work> {
    const [options, at, work] =
      rest.length === 1
        ? [{}, context.active(), rest[0]]
        : rest.length === 2
          ? [rest[0], context.active(), rest[1]]
          : rest;
    const span = this.startSpan(name, options, at);
    return context.with(trace.setSpan(at, span), work, undefined, span);
  }

  /** Asked each time: a library keeps its tracer longer than a task lasts. */
  #tracerIn(at: Context): Tracer | undefined {
    const named = at.getValue(PROVIDER);
    const [first] = open;
    const provider = [...open].find((one) => one === named) ?? first;
    const { name, version, options } = this.#scope;
    return provider?.getTracer(name, version, options);
  }
}

/** Whether the author has registered a provider. */
export function hasOwnProvider(): boolean {
  return isRegistered('trace') && !(trace.getTracer('algorithm-actor') instanceof RoutedTracer);
}

/** Libraries find the context from now on, and a provider, as long as this one is open. The function that is returned closes it. */
export function register(provider: TracerProvider): () => void {
  if (!isRegistered('context')) context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  if (!isRegistered('propagation')) propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  if (!isRegistered('trace')) trace.setGlobalTracerProvider(router);
  open.add(provider);
  return () => void open.delete(provider);
}

/** The context of what this provider's tasks do. */
export const routedTo =
  (provider: TracerProvider) =>
  (base: Context): Context =>
    base.setValue(PROVIDER, provider);
