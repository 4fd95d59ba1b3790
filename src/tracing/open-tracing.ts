// Tracing by OpenTelemetry's SDK, which is loaded with this file and with nothing else (see `load-tracing`).

import type { TracerProvider } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import {
  defaultResource,
  detectResources,
  envDetector,
  type Resource,
  resourceFromAttributes,
} from '@opentelemetry/resources';
import {
  BatchSpanProcessor,
  type IdGenerator,
  NodeTracerProvider,
  RandomIdGenerator,
} from '@opentelemetry/sdk-trace-node';
import { packageVersion } from '#model/package-version';
import { within } from '#model/within';
import { createDelivery } from '#tracing/delivery';
import { readableSpan } from '#tracing/finished-span';
import { type IdGiver, tracerOver } from '#tracing/live-span';
import type { Tracer, Tracing, TracingLogger } from '#tracing/tracing';

export interface OpenTracingOptions {
  /** The service that this process is. */
  readonly service: string;
  /** Where the collector is; null leaves it to the standard variables. */
  readonly url: string | null;
  readonly logger: TracingLogger;
}

/** The scope of the spans that we make. */
const SCOPE = 'algorithm-actor';
/** More than the standard's 2,048: a handler that does not yield makes spans, and nothing is sent meanwhile. */
const QUEUE = 16_384;
/** The standard's. */
const BATCH = 512;

export interface OpenTracing extends Tracing {
  /** The provider of the service that this process is, for the author's libraries. */
  readonly provider: TracerProvider;
}

export function openTracing({ service, url, logger }: OpenTracingOptions): OpenTracing {
  let isClosed = false;
  const limit = positive(process.env.OTEL_BSP_MAX_QUEUE_SIZE) ?? QUEUE;
  // Batches of nothing would be sent for ever.
  const batch = Math.min(positive(process.env.OTEL_BSP_MAX_EXPORT_BATCH_SIZE) ?? BATCH, limit);
  const delivery = createDelivery(new OTLPTraceExporter(url === null ? {} : { url }), {
    to: url ?? endpointName(),
    limit,
    // What has not arrived by the end has been counted.
    logger: { debug: logger.debug, warn: (line) => (isClosed ? logger.debug(line) : logger.warn(line)) },
    batches: (exporter) => new BatchSpanProcessor(exporter, { maxQueueSize: limit, maxExportBatchSize: batch }),
  });
  const services = new Map<string, Service>();

  function serviceOf(name: string): Service {
    const known = services.get(name);
    if (known) return known;
    const ids = idsWithGiven();
    const resource = resourceOf(name);
    const provider = new NodeTracerProvider({ resource, idGenerator: ids, spanProcessors: [delivery] });
    const made = { resource, provider, tracer: tracerOver(provider.getTracer(SCOPE, packageVersion()), { ids }) };
    services.set(name, made);
    return made;
  }

  const own = serviceOf(service);
  return {
    provider: own.provider,
    tracer: (name) => serviceOf(name).tracer,
    take: (spans) => {
      for (const span of spans) delivery.onEnd(readableSpan(span, own.resource));
    },
    close: async (deadlineMs) => {
      await within(
        delivery.shutdown().catch(() => undefined),
        deadlineMs,
      );
      isClosed = true;
      if (delivery.lost > 0) logger.warn(`${delivery.lost} spans were lost on their way to ${url ?? endpointName()}`);
    },
  };
}

interface Service {
  readonly resource: Resource;
  readonly provider: NodeTracerProvider;
  readonly tracer: Tracer;
}

/** The SDK's ids, but for the spans that have theirs already. */
function idsWithGiven(): IdGenerator & IdGiver {
  const random = new RandomIdGenerator();
  return {
    nextSpanId: undefined,
    generateTraceId: () => random.generateTraceId(),
    generateSpanId() {
      const given = this.nextSpanId;
      this.nextSpanId = undefined;
      return given ?? random.generateSpanId();
    },
  };
}

/** The name of the service wins over the standard variables: one process may be several. */
function resourceOf(service: string): Resource {
  return defaultResource()
    .merge(detectResources({ detectors: [envDetector] }))
    .merge(resourceFromAttributes({ 'service.name': service, 'process.pid': process.pid }));
}

function endpointName(): string {
  const { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: traces, OTEL_EXPORTER_OTLP_ENDPOINT: all } = process.env;
  const endpoint = traces?.trim() || all?.trim() || 'http://localhost:4318';
  const { protocol, host, pathname } = new URL(endpoint);
  // Without what may be a secret in it.
  return `${protocol}//${host}${pathname}`;
}

function positive(text: string | undefined): number | undefined {
  const number = Number(text);
  return Number.isInteger(number) && number > 0 ? number : undefined;
}
