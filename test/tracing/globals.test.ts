// What libraries find of OpenTelemetry in this process, and what is left of it when its algorithms have left.

import { diag, DiagLogLevel, trace } from '@opentelemetry/api';
import { expect, it, onTestFinished } from 'vitest';
import { createTraces } from '#runtime/traces';
import { keepLogs } from '#test/support/algorithm';
import { openCollector } from '#test/support/collector';

const isHeard = (): boolean => trace.getTracer('a library').startSpan('a span').isRecording();

async function begin() {
  const { url } = await openCollector();
  const { logger } = keepLogs();
  return createTraces({ source: { kind: 'otlp', url }, service: 's', isInline: true, logger });
}

it('one that has left before it was loaded is heard no more', async () => {
  const traces = await begin();
  await traces.end(1_000);
  await traces.ready;
  expect(isHeard()).toBe(false);
});

it('several in one process are registered once, and the last to leave ends it', async () => {
  const complaints: string[] = [];
  const complain = (message: string): number => complaints.push(message);
  const silent = (): void => undefined;
  const logger = { error: complain, warn: complain, info: silent, debug: silent, verbose: silent };
  diag.setLogger(logger, DiagLogLevel.WARN);
  onTestFinished(() => diag.disable());
  const [one, other] = [await begin(), await begin()];
  await Promise.all([one.ready, other.ready]);
  await one.end(1_000);
  expect(isHeard()).toBe(true);
  await other.end(1_000);
  expect(isHeard()).toBe(false);
  expect(complaints).toEqual([]);
});
