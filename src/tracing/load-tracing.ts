// Loads OpenTelemetry's SDK, when somebody wants spans and not before: it takes longer to load than all the rest.

import type { AlgorithmTracingOptions } from '#tracing/algorithm-tracing';
import type { OpenTracingOptions } from '#tracing/open-tracing';
import type { FinishedSpan } from '#model/finished-span';
import type { TraceTask } from '#model/task-trace';
import type { AlgorithmTracing, Tracing } from '#tracing/tracing';

export async function loadTracing(options: OpenTracingOptions): Promise<Tracing> {
  const { openTracing } = await import('#tracing/open-tracing');
  return openTracing(options);
}

export async function loadAlgorithmTracing(options: AlgorithmTracingOptions): Promise<AlgorithmTracing | undefined> {
  const { openAlgorithmTracing } = await import('#tracing/algorithm-tracing');
  return openAlgorithmTracing(options);
}

export async function loadIsolateTracing(send: (spans: readonly FinishedSpan[]) => void): Promise<TraceTask> {
  const { traceIsolate } = await import('#tracing/isolate-tracing');
  return traceIsolate(send);
}
