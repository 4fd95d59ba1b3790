// How spans leave: in batches, from a bounded queue, and whoever runs this process hears once that some are lost.
//
//   D1. At most `limit` spans wait. What finds no room is dropped and counted, so a collector that is slow, or not there, costs no
//       task any time, and memory does not grow.
//   D2. An outage is told when it begins, a queue that is full once; how many spans it has cost, at the end.

import { TraceFlags } from '@opentelemetry/api';
import { type ExportResult, ExportResultCode } from '@opentelemetry/core';
import type { ReadableSpan, SpanExporter, SpanProcessor } from '@opentelemetry/sdk-trace-node';
import { RuntimeError } from '#errors';
import { describeFailure } from '#model/failure';
import { soundSpan } from '#tracing/finished-span';
import type { TracingLogger } from '#tracing/tracing';

interface DeliveryOptions {
  /** Where the spans go, for people. */
  readonly to: string;
  readonly limit: number;
  readonly logger: TracingLogger;
  /** The batches, over this exporter. */
  readonly batches: (exporter: SpanExporter) => SpanProcessor;
}

export function createDelivery(
  exporter: SpanExporter,
  { to, limit, logger, batches }: DeliveryOptions,
): SpanProcessor & { readonly lost: number } {
  let waiting = 0;
  let leaving = 0;
  let lost = 0;
  let isDown = false;
  /** For good: a collector that takes each batch may still be slower than those who make spans. */
  let hasBeenFull = false;

  function lose(count: number, why: string, isKnown: boolean): void {
    lost += count;
    if (!isKnown) logger.warn(`spans are lost: ${why}. Tasks go on; how many were lost is said at the end.`);
  }

  function refused(count: number, why: string): void {
    lose(count, `${to} did not take them${why === '' ? '' : ` (${why})`}`, isDown);
    isDown = true;
  }

  const batch = batches({
    export: (spans, done) => {
      waiting -= spans.length;
      leaving += spans.length;
      const end = (result: ExportResult): void => {
        leaving -= spans.length;
        if (result.code === ExportResultCode.SUCCESS) isDown = false;
        else refused(spans.length, result.error?.message ?? '');
        done(result);
      };
      try {
        exporter.export(spans, end);
      } catch (error) {
        // A span that cannot be written, of a library's.
        end({
          code: ExportResultCode.FAILED,
          error: new RuntimeError('NOT_ENCODABLE', describeFailure(error).message),
        });
      }
    },
    forceFlush: () => exporter.forceFlush?.() ?? Promise.resolve(),
    shutdown: () => exporter.shutdown(),
  });

  function take(span: ReadableSpan): void {
    if ((span.spanContext().traceFlags & TraceFlags.SAMPLED) === 0) return;
    if (waiting >= limit) {
      lose(1, `${limit} of them wait for ${to}, and more come`, hasBeenFull);
      hasBeenFull = true;
      return;
    }
    waiting += 1;
    batch.onEnd(soundSpan(span));
  }

  return {
    get lost() {
      return lost + waiting + leaving;
    },
    onStart: () => undefined,
    onEnd: take,
    forceFlush: () => batch.forceFlush(),
    shutdown: () => batch.shutdown(),
  };
}
