// Tracing of an algorithm: its own spans, and those of the libraries that its handlers use in this process.

import { trace, type TracerProvider } from '@opentelemetry/api';
import { describeFailure } from '#model/failure';
import { packageVersion } from '#model/package-version';
import { within } from '#model/within';
import { hasOwnProvider, register, routedTo } from '#tracing/globals';
import { otelOf, tracerOver } from '#tracing/live-span';
import { openTracing } from '#tracing/open-tracing';
import { createTaskTrace } from '#tracing/task-trace';
import type { AlgorithmTracing, FindLiveSpan, TraceSource, TracingLogger } from '#tracing/tracing';

export interface AlgorithmTracingOptions {
  readonly source: Exclude<TraceSource, { kind: 'off' }>;
  /** Whether the handlers run in this process. */
  readonly isInline: boolean;
  readonly service: string;
  readonly logger: TracingLogger;
}

const SCOPE = 'algorithm-actor';

/** Undefined: there is nobody to take spans, after all. */
export function openAlgorithmTracing(options: AlgorithmTracingOptions): AlgorithmTracing | undefined {
  const { source, isInline } = options;
  if (source.kind === 'provider') return tracingOf(source.provider, options);
  if (isInline && hasOwnProvider()) return tracingOf(trace.getTracerProvider(), options);
  return source.kind === 'otlp' ? tracingTo(source.url, options) : undefined;
}

function tracingTo(url: string | null, { isInline, service, logger }: AlgorithmTracingOptions): AlgorithmTracing {
  const { provider, tracer, take, close } = openTracing({ url, service, logger });
  const leave = isInline ? register(provider) : undefined;
  return {
    tracer: tracer(service),
    take,
    traceTask: tasksOf(provider),
    close: async (deadlineMs) => {
      leave?.();
      await close(deadlineMs);
    },
  };
}

/** What the author made, the author ends; all that it holds is sent when the algorithm leaves. */
function tracingOf(provider: TracerProvider, { isInline, logger }: AlgorithmTracingOptions): AlgorithmTracing {
  const tracer = tracerOver(provider.getTracer(SCOPE, packageVersion()), { onTrouble: onceIn(logger) });
  const leave = isInline ? register(provider) : undefined;
  return {
    tracer,
    take: () => undefined,
    traceTask: tasksOf(provider),
    close: async (deadlineMs) => {
      leave?.();
      await within(flushed(provider), deadlineMs);
    },
  };
}

/** It may throw at each span. */
function onceIn(logger: TracingLogger): (error: unknown) => void {
  let hasWarned = false;
  return (error) => {
    if (!hasWarned)
      logger.warn(`the tracer provider threw, and spans may be missing: ${describeFailure(error).message}`);
    hasWarned = true;
  };
}

const tasksOf = (provider: TracerProvider) => {
  const prepare = routedTo(provider);
  return (find: FindLiveSpan) => (flush: () => void) =>
    createTaskTrace({ find: (id) => otelOf(find(id)), flush, prepare });
};

/** The api's type does not know it, and every SDK has it. */
async function flushed(provider: TracerProvider): Promise<void> {
  const flush: unknown = Reflect.get(provider, 'forceFlush');
  try {
    if (typeof flush === 'function') await Reflect.apply(flush, provider, []);
  } catch {
    // Its own logger has said so.
  }
}
