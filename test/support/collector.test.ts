// The fake collector, tried with the exporter that is used: what it reads is what was said.

import { expect, it } from 'vitest';
import { openTracing } from '#tracing/open-tracing';
import { openCollector } from '#test/support/collector';
import { keepLog } from '#test/support/in-process';

it('reads spans of several services, with their attributes, events and ends, as trees', async () => {
  const collector = await openCollector();
  const tracing = openTracing({ service: 'one', url: collector.url, logger: keepLog() });
  const tags = { text: 'a', half: 0.5, minus: -3, list: [1, 2], yes: true, no: false, empty: '', jobId: 'abc' };
  const root = tracing.tracer('one').open({ name: 'root', parent: null, kind: 'producer', tags });
  const below = tracing.tracer('two').open({ name: 'below', parent: root.address, tags: { jobId: 'abc' } });
  below.fail({ message: 'boom', code: 'Broken' });
  below.end();
  root.end();
  await tracing.close(2_000);

  expect(collector.problems).toEqual([]);
  expect(collector.tree()).toEqual([
    {
      service: 'one',
      name: 'root',
      kind: 'producer',
      attributes: { ...tags, jobId: 'jobId 1' },
      children: [
        {
          service: 'two',
          name: 'below',
          kind: 'internal',
          attributes: { error: true, errorMessage: 'boom', 'error.type': 'Broken', jobId: 'jobId 1' },
          error: 'boom',
          events: ['exception'],
          children: [],
        },
      ],
    },
  ]);
  expect(collector.outline()).toEqual(['one: root (producer)', '  two: below ✗ boom']);
  const { traceId, spanId, start, end } = collector.span('below');
  expect({ traceId, spanId, isSampled: true }).toEqual(below.address);
  expect(end).toBeGreaterThanOrEqual(start);
});
