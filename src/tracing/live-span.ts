// Spans of OpenTelemetry as the other rooms hold them, and the tracer that makes them.

import {
  type Context,
  INVALID_SPAN_CONTEXT,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
  TraceFlags,
  type Tracer as OtelTracer,
} from '@opentelemetry/api';
import { preciseNow } from '#model/precise-now';
import type { TraceAddress } from '#model/trace-carrier';
import { attributesOf } from '#tracing/attributes';
import type { LiveSpan, SpanFailure, SpanOpening, Tracer } from '#tracing/tracing';

const KINDS = {
  internal: SpanKind.INTERNAL,
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER,
  client: SpanKind.CLIENT,
} as const;

/** In characters. A collector refuses a batch that is too large, with all that is in it. */
const LONGEST_NAME = 1_000;

/** Hears what a provider of the author's, or a processor of his, has thrown: no task fails for its traces. */
type OnTrouble = (error: unknown) => void;

/** A class, so that `otelOf` knows its own. */
class OtelSpan implements LiveSpan {
  readonly name: string;
  readonly address: TraceAddress;
  readonly otel: Span;
  readonly #onTrouble: OnTrouble;

  constructor(name: string, otel: Span, onTrouble: OnTrouble) {
    const { traceId, spanId, traceFlags } = otel.spanContext();
    this.name = name;
    this.otel = otel;
    this.#onTrouble = onTrouble;
    this.address = { traceId, spanId, isSampled: (traceFlags & TraceFlags.SAMPLED) !== 0 };
  }

  tag(tags: Readonly<Record<string, unknown>>): void {
    try {
      this.otel.setAttributes(attributesOf(tags));
    } catch (error) {
      this.#onTrouble(error);
    }
  }

  fail({ message, code, details }: SpanFailure): void {
    try {
      this.otel.setStatus({ code: SpanStatusCode.ERROR, message });
      this.otel.setAttributes({
        ...{ error: true, errorMessage: message },
        ...(code !== undefined && { 'error.type': code }),
      });
      this.otel.recordException({
        message,
        ...(code !== undefined && { name: code }),
        ...(details !== undefined && { stack: details }),
      });
    } catch (error) {
      this.#onTrouble(error);
    }
  }

  end(at = preciseNow()): void {
    try {
      this.otel.end(at);
    } catch (error) {
      this.#onTrouble(error);
    }
  }
}

/** Lets the next span have an id that was given before it was made. */
export interface IdGiver {
  nextSpanId: string | undefined;
}

export interface TracerOptions {
  /** None, if the provider has ids of its own. */
  readonly ids?: IdGiver;
  readonly onTrouble?: OnTrouble;
}

export function tracerOver(otel: OtelTracer, { ids, onTrouble = () => undefined }: TracerOptions = {}): Tracer {
  return {
    open: ({ name, parent, id, kind = 'internal', tags, at = preciseNow() }: SpanOpening): LiveSpan => {
      if (ids) ids.nextSpanId = id;
      const shown = name.slice(0, LONGEST_NAME);
      const options = { kind: KINDS[kind], attributes: attributesOf(tags), startTime: at };
      try {
        return new OtelSpan(name, otel.startSpan(shown, options, parent ? contextOf(parent) : ROOT_CONTEXT), onTrouble);
      } catch (error) {
        onTrouble(error);
        // What is opened below it goes where it would have been.
        return new OtelSpan(name, parent ? spanAt(parent) : NOWHERE, onTrouble);
      }
    },
  };
}

const NOWHERE = trace.wrapSpanContext(INVALID_SPAN_CONTEXT);

/** The span of OpenTelemetry behind a live one. */
export function otelOf(live: LiveSpan | undefined): Span | undefined {
  return live instanceof OtelSpan ? live.otel : undefined;
}

/** A span of which only the ids are known. */
export function spanAt({ traceId, spanId, isSampled }: TraceAddress): Span {
  const traceFlags = isSampled ? TraceFlags.SAMPLED : TraceFlags.NONE;
  return trace.wrapSpanContext({ traceId, spanId, traceFlags, isRemote: true });
}

/** Many spans have the same parent, and a context is a copy of another. */
const contexts = new WeakMap<TraceAddress, Context>();

function contextOf(address: TraceAddress): Context {
  const known = contexts.get(address);
  if (known) return known;
  const made = trace.setSpan(ROOT_CONTEXT, spanAt(address));
  contexts.set(address, made);
  return made;
}
