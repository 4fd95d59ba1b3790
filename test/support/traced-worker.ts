// Workers that trace to a collector, for tests.

import { afterEach } from 'vitest';
import { openTracing } from '#tracing/open-tracing';
import { openCollector } from '#test/support/collector';
import { startWorking, task } from '#test/support/worker';
import type { WorkerOptions } from '#worker/create-worker';

export const TRACE = 'a'.repeat(32);
/** A task in that trace. */
export const traced = { ...task, algorithmName: 'square', spanId: { 'uber-trace-id': `${TRACE}:b:0:1` } };
export const carrier = (traceId: string, spanId: string): string => `${traceId}:${spanId}:0:1`;

const closers: (() => Promise<void>)[] = [];

/** The options by which a worker traces, and what it says of that. `sent` resolves when all has arrived at the collector. */
export async function openTraces() {
  const collector = await openCollector();
  const warnings: string[] = [];
  const log = { warn: (line: string) => void warnings.push(line), debug: () => undefined };
  const tracing = openTracing({ service: 'local-hkube', url: collector.url, logger: log });
  const sent = (): Promise<void> => tracing.close(2_000);
  closers.push(sent);
  return { collector, warnings, sent, options: { tracing, log } };
}

/** A worker that has the task in `working`. */
export async function startTracing(options: Partial<WorkerOptions> = {}) {
  const traces = await openTraces();
  return { ...traces, ...(await startWorking({ ...options, ...traces.options }, traced)) };
}

afterEach(async () => {
  await Promise.all(closers.splice(0).map((close) => close()));
});
