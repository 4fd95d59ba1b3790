// The spans of one worker's tasks, with an algorithm that is none of our code: what states and carriers make of them.

import { describe, expect, it } from 'vitest';
import type { Collector } from '#test/support/collector';
import { connectFakeAlgorithm } from '#test/support/fake-algorithm';
import { carrier, openTraces, startTracing, TRACE, traced } from '#test/support/traced-worker';
import { heard, startWorker, startWorking } from '#test/support/worker';

function statesOf(collector: Collector): string[] {
  const attempt = collector.span('square start');
  const states = collector.spans.filter(({ parentSpanId }) => parentSpanId === attempt.spanId);
  return states.toSorted((one, other) => Number(one.start - other.start)).map(({ name }) => name);
}

describe('the spans of an attempt', () => {
  it('hang below the carrier of the task, and what the worker says carries the span of its state', async () => {
    const { collector, options, sent } = await openTraces();
    const { worker } = await startWorker(options);
    const algorithm = await connectFakeAlgorithm(worker.url);
    await worker.ready();
    const end = worker.run(traced);
    const initialize = await algorithm.next('initialize');
    algorithm.say('initialized');
    const start = await algorithm.next('start');
    algorithm.say('done', 1);
    await end;
    await sent();
    const attempt = collector.span('square start');
    expect(attempt).toMatchObject({ traceId: TRACE, parentSpanId: '000000000000000b', service: 'worker' });
    const carrierOf = (name: string) => ({ 'uber-trace-id': carrier(TRACE, collector.span(name).spanId) });
    expect(initialize).toMatchObject({ data: { spanId: carrierOf('init'), input: ['x'] } });
    expect(start).toEqual({ command: 'start', data: { spanId: carrierOf('working') } });
    expect(statesOf(collector)).toEqual(['init', 'working', 'results']);
    const results = collector.span('results');
    expect(results.end).toBe(results.start);
    expect(results.start).toBe(collector.span('working').end);
    expect(results.end).toBe(attempt.end);
  });

  it('are one a task', async () => {
    const { worker, algorithm, end, collector, sent } = await startTracing();
    algorithm.say('done');
    await end;
    await worker.ready();
    const next = worker.run({ ...traced, taskId: 'next' });
    await algorithm.begin();
    algorithm.fail('boom');
    await next;
    await sent();
    const attempts = collector.spans.filter(({ name }) => name === 'square start');
    expect(attempts.map(({ attributes, status }) => [attributes.taskId, status.code])).toEqual([
      ['task', 'unset'],
      ['next', 'error'],
    ]);
  });

  it('have the states of a stop, of a watchdog that ends, and of a connection that comes back', async () => {
    const stopped = await startTracing();
    stopped.worker.stop('by hand');
    await stopped.algorithm.next('stop');
    stopped.algorithm.say('done');
    await stopped.end;
    await stopped.sent();
    expect(statesOf(stopped.collector)).toEqual(['init', 'working', 'stop', 'results']);

    const hanging = await startTracing();
    hanging.algorithm.say('alive');
    await heard(hanging.algorithm);
    hanging.clock.increment(10_000);
    await hanging.worker.close();
    await hanging.sent();
    expect(statesOf(hanging.collector)).toEqual(['init', 'working', 'error', 'results']);
    expect(hanging.collector.span('square start').status).toEqual({
      code: 'error',
      message: 'The worker was closed while the task ran.',
    });

    const away = await startTracing({ restarts: true });
    away.algorithm.drop();
    await expect.poll(() => away.worker.state).toBe('away');
    const again = await connectFakeAlgorithm(away.worker.url);
    await again.begin();
    again.say('done');
    await away.end;
    await away.sent();
    expect(statesOf(away.collector)).toEqual(['init', 'working', 'away', 'init', 'working', 'results']);
  });

  it('are told to a developer by the debug sidecar, which has no state but one', async () => {
    const { collector, options, sent } = await openTraces();
    const { worker } = await startWorker({ ...options, profile: 'debug' });
    const algorithm = await connectFakeAlgorithm(worker.url, '?encoding=json');
    await worker.ready();
    const end = worker.run(traced);
    const [initialize, start] = [await algorithm.next('initialize'), await algorithm.next('start')];
    algorithm.say('done', 1);
    await end;
    await sent();
    expect(statesOf(collector)).toEqual(['working', 'results']);
    const spanId = { 'uber-trace-id': carrier(TRACE, collector.span('working').spanId) };
    expect([initialize, start]).toMatchObject([{ data: { spanId } }, { data: { spanId } }]);
  });

  it('begin a trace where the task has no carrier', async () => {
    const { collector, options, sent } = await openTraces();
    const { worker } = await startWorker(options);
    const algorithm = await connectFakeAlgorithm(worker.url);
    await worker.ready();
    const end = worker.run({ input: [] });
    await algorithm.begin();
    algorithm.say('done');
    await end;
    await sent();
    expect(collector.span('algorithm start')).toMatchObject({ parentSpanId: null, attributes: {} });
  });
});

describe('a carrier', () => {
  it('that cannot be read costs one warning a worker, and the open span is taken', async () => {
    const { algorithm, end, asked, executions, collector, warnings, sent } = await startTracing();
    algorithm.say('startSpan', { name: 'open' });
    for (const [index, spanId] of ['text', { 'uber-trace-id': 'zz' }, { 'uber-trace-id': 3 }, []].entries())
      algorithm.say('startStoredSubPipeline', {
        subPipelineId: `${index}`,
        subPipeline: { name: `p${index}` },
        spanId,
      });
    algorithm.say('startAlgorithmExecution', {
      execId: 'e',
      algorithmName: 'x',
      spanId: { 'uber-trace-id': '0:0:0:1' },
    });
    await expect.poll(() => asked.length + executions.length).toBe(5);
    algorithm.say('finishSpan');
    for (const { end: endIt } of [...asked, ...executions]) endIt({ kind: 'done', response: 1, storedAt: '' });
    await algorithm.next('algorithmExecutionDone');
    algorithm.say('done');
    await end;
    await sent();
    const { spanId } = collector.span('open');
    const children = collector.spans.filter(({ parentSpanId }) => parentSpanId === spanId).map(({ name }) => name);
    expect(children.toSorted()).toEqual([
      'n:square executing x',
      ...[0, 1, 2, 3].map((index) => `subpipeline p${index} start invoked`),
    ]);
    expect(warnings).toEqual([expect.stringMatching(/^spanId: expected an object, got string\. /)]);
  });

  it('that cannot be read is left out where nothing is traced, and one that can is passed on', async () => {
    const warnings: string[] = [];
    const log = { warn: (line: string) => void warnings.push(line), debug: () => undefined };
    const { algorithm, asked } = await startWorking({ log });
    const spanId = { 'uber-trace-id': '1:2:0:1' };
    algorithm.say('startStoredSubPipeline', { subPipelineId: '1', subPipeline: { name: 'p' }, spanId });
    algorithm.say('startStoredSubPipeline', { subPipelineId: '2', subPipeline: { name: 'p' }, spanId: 'x' });
    algorithm.say('startStoredSubPipeline', { subPipelineId: '3', subPipeline: { name: 'p' } });
    algorithm.say('finishSpan');
    await expect.poll(() => asked.length).toBe(3);
    await heard(algorithm);
    expect(asked.map(({ order }) => order.spanId)).toEqual([
      { 'uber-trace-id': carrier(`${'0'.repeat(31)}1`, `${'0'.repeat(15)}2`) },
      undefined,
      undefined,
    ]);
    expect(warnings).toEqual([
      expect.stringContaining('spanId: expected an object'),
      expect.stringContaining('none is open'),
    ]);
  });
});
