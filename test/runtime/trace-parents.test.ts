// Whose child a span is where the author's code stands in no span of its task, or in one that nobody makes.

import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { type Context, context, trace } from '@opentelemetry/api';
import { suppressTracing } from '@opentelemetry/core';
import type { AlgorithmApi, AlgorithmHandlers } from 'algorithm-actor';
import { connectAlgorithm } from '#test/support/algorithm';
import { type Collector, openCollector } from '#test/support/collector';

const carrier = (traceId: string) => ({ 'uber-trace-id': `${traceId}:${'a'.repeat(16)}:0:1` });
const library = trace.getTracer('a-library');
const query = (name: string): void => library.startSpan(name).end();
let collector: Collector;

beforeEach(async () => {
  collector = await openCollector();
  for (const [name, value] of Object.entries(collector.env)) vi.stubEnv(name, value);
  vi.stubEnv('ALGORITHM_TYPE', 'traced');
});

afterEach(() => {
  vi.unstubAllEnvs();
});

async function play(handlers: AlgorithmHandlers, traces: readonly string[] = ['c0ffee']) {
  const { connection } = await connectAlgorithm(handlers);
  for (const spanId of traces.map(carrier)) {
    connection.send('initialize', { input: [], jobId: 'j', taskId: 't', spanId });
    await connection.next('initialized');
    connection.send('start', { spanId });
    await connection.next('started');
    await connection.next('done');
  }
  return connection;
}

const expectOutline = (outline: readonly string[]) => expect.poll(() => collector.outline()).toEqual(outline);

it('no span is the parent that was opened in initialize, where none is made', async () => {
  const initialize = async (_: unknown, api: AlgorithmApi) => {
    await api.span('load', () => query('in a span'));
    api.startSpan('more');
    query('after startSpan');
    api.finishSpan();
  };
  await play({ initialize, start: () => 1 });
  await expectOutline([
    'traced: init (consumer) (orphan)',
    '  traced: after startSpan',
    '  traced: in a span',
    'traced: start (consumer) (orphan)',
  ]);
});

it('a library that is not traced, or begins a trace of its own, is no parent', async () => {
  const start = async (_: unknown, api: AlgorithmApi) => {
    const quiet = suppressTracing(context.active());
    await context.with(quiet, () => library.startActiveSpan('quiet', () => api.span('in quiet', () => 1)));
    await library.startActiveSpan('root', { root: true }, async (span) => {
      await api.span('in root', () => 1);
      span.end();
    });
  };
  await play({ start });
  await expectOutline([
    'traced: init (consumer) (orphan)',
    'traced: root',
    'traced: start (consumer) (orphan)',
    '  traced: in quiet',
    '  traced: in root',
  ]);
});

it.each([
  ['c0ffee', 'beef'],
  ['c0ffee', 'c0ffee'],
])('what is carried over from a task of trace %s into one of %s is no parent', async (...traces) => {
  let kept: Context | undefined;
  const start = async (_: unknown, api: AlgorithmApi) => {
    if (kept) return context.with(kept, () => api.span('later', () => query('in later')));
    library.startActiveSpan('kept', (span) => {
      kept = context.active();
      span.end();
    });
  };
  await play({ start }, traces);
  await expectOutline([
    'traced: init (consumer) (orphan)',
    'traced: init (consumer) (orphan)',
    'traced: start (consumer) (orphan)',
    '  traced: kept',
    'traced: start (consumer) (orphan)',
    '  traced: later',
    '    traced: in later',
  ]);
});

it('what the stop hook does is below the handler’s span', async () => {
  const start = async (_: unknown, api: AlgorithmApi) => {
    api.progress('waiting');
    await new Promise((resolve) => api.signal.addEventListener('abort', resolve));
  };
  const stop = async (_: unknown, api: AlgorithmApi) => {
    query('cleaned');
    api.startSpan('own');
    query('in own');
    api.finishSpan();
    await Promise.resolve();
  };
  const { connection } = await connectAlgorithm({ start, stop });
  connection.send('initialize', { input: [], jobId: 'j', taskId: 't', spanId: carrier('c0ffee') });
  await connection.next('initialized');
  connection.send('start', { spanId: carrier('c0ffee') });
  await connection.next('progress');
  connection.send('stop', {});
  await connection.next('stopped');
  await expectOutline([
    'traced: init (consumer) (orphan)',
    'traced: start (consumer) (orphan)',
    '  traced: cleaned',
    '  traced: own',
    '    traced: in own',
  ]);
});
