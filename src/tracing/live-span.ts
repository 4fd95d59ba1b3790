// Spans of OpenTelemetry as the other rooms hold them, and the tracer that makes them.

import {
  type Context,
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

/** A class, so that `otelOf` knows its own. */
class OtelSpan implements LiveSpan {
  readonly name: string;
  readonly address: TraceAddress;
  readonly otel: Span;

  constructor(name: string, otel: Span) {
    const { traceId, spanId, traceFlags } = otel.spanContext();
    this.name = name;
    this.otel = otel;
    this.address = { traceId, spanId, isSampled: (traceFlags & TraceFlags.SAMPLED) !== 0 };
  }

  tag(tags: Readonly<Record<string, unknown>>): void {
    this.otel.setAttributes(attributesOf(tags));
  }

  fail({ message, code, details }: SpanFailure): void {
    this.otel.setStatus({ code: SpanStatusCode.ERROR, message });
    this.otel.setAttributes({ error: true, errorMessage: message, ...(code !== undefined && { 'error.type': code }) });
    this.otel.recordException({
      message,
      ...(code !== undefined && { name: code }),
      ...(details !== undefined && { stack: details }),
    });
  }

  end(at = preciseNow()): void {
    this.otel.end(at);
  }
}

/** Lets the next span have an id that was given before it was made. */
export interface IdGiver {
  nextSpanId: string | undefined;
}

/** `ids`: none, if the provider has ids of its own. */
export function tracerOver(otel: OtelTracer, ids?: IdGiver): Tracer {
  return {
    open: ({ name, parent, id, kind = 'internal', tags, at = preciseNow() }: SpanOpening): LiveSpan => {
      if (ids) ids.nextSpanId = id;
      const options = { kind: KINDS[kind], attributes: attributesOf(tags), startTime: at };
      return new OtelSpan(name, otel.startSpan(name, options, parent ? contextOf(parent) : ROOT_CONTEXT));
    },
  };
}

/** The span of OpenTelemetry behind a live one. */
export function otelOf(live: LiveSpan | undefined): Span | undefined {
  return live instanceof OtelSpan ? live.otel : undefined;
}

/** A span of which only the ids are known. */
export function spanAt({ traceId, spanId, isSampled }: TraceAddress): Span {
  const traceFlags = isSampled ? TraceFlags.SAMPLED : TraceFlags.NONE;
  return trace.wrapSpanContext({ traceId, spanId, traceFlags, isRemote: true });
}

const contextOf = (address: TraceAddress): Context => trace.setSpan(ROOT_CONTEXT, spanAt(address));
