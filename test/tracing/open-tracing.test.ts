// The SDK with variables that it would not survive.

import { afterEach, expect, it, vi } from 'vitest';
import { openTracing } from '#tracing/open-tracing';
import { openCollector } from '#test/support/collector';

afterEach(() => {
  vi.unstubAllEnvs();
});

it.each(['0', '-1', 'many', '100000'])('batches of %s leave all the same', async (size) => {
  const { url, spans } = await openCollector().then((collector) => ({
    url: collector.url,
    spans: () => collector.spans,
  }));
  vi.stubEnv('OTEL_BSP_MAX_EXPORT_BATCH_SIZE', size);
  const warnings: string[] = [];
  const logger = { debug: () => undefined, warn: (line: string) => warnings.push(line) };
  const tracing = openTracing({ service: 'test', url, logger });
  for (let n = 0; n < 20; n++) tracing.tracer('test').open({ name: 'span', parent: null }).end();
  await tracing.close(5_000);
  expect(spans()).toHaveLength(20);
  expect(warnings).toEqual([]);
});
