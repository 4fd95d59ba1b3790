// Spans of Python handlers at a collector, and the parents that libraries find. OpenTelemetry's api is played by
// test/fixtures/hosts/python-path; the real one gives the same.

import { afterEach, describe, expect, it, vi } from 'vitest';
import { connectEntry } from '#test/support/algorithm';
import { openCollector } from '#test/support/collector';
import { fixture } from '#test/support/hosts';

const TRACE = 'c0ffee'.padStart(32, '0');
const WORKING = { 'uber-trace-id': `c0ffee:${'b'.repeat(16)}:0:1` };

afterEach(() => {
  vi.unstubAllEnvs();
});

interface LibrarySpan {
  readonly name: string;
  readonly trace: string;
  readonly parent: string;
}

const isSpan = (value: unknown): value is LibrarySpan =>
  typeof value === 'object' && value !== null && 'name' in value && 'parent' in value;

async function trace(entry: string) {
  const collector = await openCollector();
  for (const [name, value] of Object.entries({ ...collector.env, ALGORITHM_TYPE: 'snake' })) vi.stubEnv(name, value);
  const { connection } = await connectEntry({ entry: fixture(entry) });
  connection.send('initialize', { input: ['nothing'], jobId: 'j', taskId: 't', spanId: WORKING });
  await connection.next('initialized');
  connection.send('start', { spanId: WORKING });
  const { data } = await connection.next('done');
  await expect.poll(() => collector.spans.some(({ name }) => name === 'start')).toBe(true);
  return { collector, data };
}

describe('spans of Python', () => {
  it('form a tree, whatever runs beside', async () => {
    vi.stubEnv('PYTHONPATH', fixture('python-path'));
    const { collector, data } = await trace('traced.py');
    expect(collector.outline()).toEqual([
      'snake: init (consumer) (orphan)',
      'snake: start (consumer) (orphan)',
      '  snake: a',
      '    snake: a inner',
      '  snake: read',
      '  snake: threaded',
      // Below a library's span that the author's own exporter sends elsewhere.
      'snake: within (orphan)',
    ]);
    const spans = Array.isArray(data) ? data.filter(isSpan) : [];
    expect(new Set(spans.map((span) => span.trace))).toEqual(new Set([TRACE]));
    const ids = new Map(collector.spans.map(({ spanId, name }) => [spanId, name]));
    expect(spans.map(({ name, parent }) => [name, ids.get(parent)])).toEqual([
      ['before', 'start'],
      ['in read', 'read'],
      ['in a', 'a'],
      ['in a inner', 'a inner'],
      ['in a again', 'a'],
      ['around', 'start'],
      ['deep', 'within'],
    ]);
    expect(collector.span('within').parentSpanId).toBe('0000000000000006');
  });
});
