// Spans that travel: what the libraries of an author have finished in an isolate becomes plain data there, and a span again where the
// exporter is.

import {
  type Attributes,
  type HrTime,
  type SpanContext,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
} from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-node';
import { attributesOf } from '#tracing/attributes';
import type { FinishedSpan } from '#model/finished-span';

const NS_PER_MS = 1_000_000;
const MS_PER_S = 1_000;

/** Also of a time that a library has made of nothing. */
function millis([seconds, nanos]: HrTime, otherwise: number): number {
  const ms = seconds * MS_PER_S + nanos / NS_PER_MS;
  return Number.isFinite(ms) ? ms : otherwise;
}

/** Libraries without types give what they like; the SDK passes it on. No encoding has a place for NUL in a name. */
const text = (value: unknown): string => (typeof value === 'string' ? value : describeName(value)).replaceAll('\0', '');
const isText = (value: unknown): boolean => typeof value === 'string';
const number = (value: unknown): number => (typeof value === 'number' ? value : 0);
const describeName = (value: unknown): string => (typeof value === 'number' ? String(value) : '');

function hrTime(ms: number): HrTime {
  const seconds = Math.floor(ms / MS_PER_S);
  return [seconds, Math.round((ms - seconds * MS_PER_S) * NS_PER_MS)];
}

/** What is not there has no place in JSON. */
function plain(attributes: Attributes | undefined): FinishedSpan['attributes'] {
  return Object.fromEntries(
    Object.entries(attributes ?? {}).flatMap(([name, value]) =>
      value === undefined ? [] : [[text(name), Array.isArray(value) ? value.map((item) => item ?? null) : value]],
    ),
  );
}

export function finishedSpan(span: ReadableSpan): FinishedSpan {
  const { traceId, spanId, traceFlags } = span.spanContext();
  const { name, kind, status, instrumentationScope: scope } = span;
  const now = Date.now();
  const start = millis(span.startTime, now);
  return {
    ...{ name: text(name), kind: number(kind), traceId, spanId, flags: traceFlags },
    parentSpanId: span.parentSpanContext?.spanId ?? null,
    start,
    end: millis(span.endTime, start),
    status: { code: number(status.code), ...(status.message !== undefined && { message: text(status.message) }) },
    attributes: plain(span.attributes),
    events: span.events.map((event) => ({
      name: text(event.name),
      at: millis(event.time, start),
      attributes: plain(event.attributes),
    })),
    links: span.links.filter(isSoundLink).map(({ context, attributes }) => ({
      traceId: context.traceId,
      spanId: context.spanId,
      attributes: plain(attributes),
    })),
    scope: { name: text(scope.name), ...(scope.version !== undefined && { version: text(scope.version) }) },
  };
}

/** The span, or its like, where a library has made it of what cannot be written: its whole batch would be lost. */
export function soundSpan(span: ReadableSpan): ReadableSpan {
  const { name, instrumentationScope: scope, events, links } = span;
  const isSound =
    isText(name) && isText(scope.name) && events.every((event) => isText(event.name)) && links.every(isSoundLink);
  return isSound ? span : readableSpan(finishedSpan(span), span.resource);
}

function isSoundLink({ context }: ReadableSpan['links'][number]): boolean {
  const given: unknown = context;
  return (
    typeof given === 'object' &&
    given !== null &&
    isText(Reflect.get(given, 'traceId')) &&
    isText(Reflect.get(given, 'spanId'))
  );
}

/** The span again, for the service with this resource. */
export function readableSpan(finished: FinishedSpan, resource: ReadableSpan['resource']): ReadableSpan {
  const { name, traceId, spanId, parentSpanId, flags, start, end, scope } = finished;
  const context: SpanContext = { traceId, spanId, traceFlags: flags };
  return {
    ...{ name, resource },
    kind: KINDS[finished.kind] ?? SpanKind.INTERNAL,
    spanContext: () => context,
    ...(parentSpanId !== null && { parentSpanContext: { traceId, spanId: parentSpanId, traceFlags: flags } }),
    startTime: hrTime(start),
    endTime: hrTime(end),
    duration: hrTime(end - start),
    ended: true,
    status: {
      code: STATUS_CODES[finished.status.code] ?? SpanStatusCode.UNSET,
      ...(finished.status.message !== undefined && { message: finished.status.message }),
    },
    attributes: attributesOf(finished.attributes),
    events: finished.events.map((event) => ({
      name: event.name,
      time: hrTime(event.at),
      attributes: attributesOf(event.attributes),
    })),
    links: finished.links.map((link) => ({
      context: { traceId: link.traceId, spanId: link.spanId, traceFlags: TraceFlags.SAMPLED },
      attributes: attributesOf(link.attributes),
    })),
    instrumentationScope: scope,
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
  };
}

/** By their numbers in OpenTelemetry's api. */
const KINDS = [SpanKind.INTERNAL, SpanKind.SERVER, SpanKind.CLIENT, SpanKind.PRODUCER, SpanKind.CONSUMER];
const STATUS_CODES = [SpanStatusCode.UNSET, SpanStatusCode.OK, SpanStatusCode.ERROR];
