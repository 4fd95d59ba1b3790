// The spans of an algorithm at a collector: HKube's span above, the hook and the handler, the author's spans, and those that the
// author's libraries make, in every place where handlers run.

import { afterEach, describe, expect, it, vi } from 'vitest';
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-node';
import { type AlgorithmApi, type AlgorithmOptions, createAlgorithmActor } from 'algorithm-actor';
import { loadEntry } from '#handlers/load-entry';
import { connectAlgorithm, connectEntry } from '#test/support/algorithm';
import { type Collector, openCollector } from '#test/support/collector';
import { fixture } from '#test/support/hosts';

const traced = await loadEntry(fixture('traced.mjs'));
const TRACE = 'c0ffee'.padStart(32, '0');
/** In nanoseconds: how far the clock of our spans may be from that of OpenTelemetry’s, which begins at whole milliseconds. */
const CLOCKS = 3_000_000n;
const HKUBE = { 'uber-trace-id': `c0ffee:${'a'.repeat(16)}:0:1` };
const WORKING = { 'uber-trace-id': `c0ffee:${'b'.repeat(16)}:0:1` };

const hosts = [
  { host: 'inline', connect: (options?: AlgorithmOptions) => connectAlgorithm(traced, options) },
  ...(['thread', 'process'] as const).map((isolation) => ({
    host: isolation,
    connect: (options?: AlgorithmOptions) => connectEntry({ entry: fixture('traced.mjs'), isolation, ...options }),
  })),
];

afterEach(() => {
  vi.unstubAllEnvs();
});

async function useCollector(): Promise<Collector> {
  const collector = await openCollector();
  for (const [name, value] of Object.entries(collector.env)) vi.stubEnv(name, value);
  vi.stubEnv('ALGORITHM_TYPE', 'traced');
  return collector;
}

async function begun(connect: (typeof hosts)[number]['connect'], play: string, options?: AlgorithmOptions) {
  const collector = await useCollector();
  const algorithm = await connect(options);
  const { connection } = algorithm;
  connection.send('initialize', { input: [play], jobId: 'j', taskId: 't', nodeName: 'n', spanId: HKUBE });
  await connection.next('initialized');
  connection.send('start', { spanId: WORKING });
  await connection.next('started');
  return { collector, ...algorithm };
}

/** The outline, once it is as expected. */
const expectOutline = (collector: Collector, outline: readonly string[]) =>
  expect.poll(() => collector.outline(), { timeout: 10_000 }).toEqual(outline);

describe.each(hosts)('$host: spans', ({ connect }) => {
  it('form one tree below those of HKube, libraries’ spans included', async () => {
    const { collector, connection, worker } = await begun(connect, 'everything');
    expect(await connection.next('done')).toMatchObject({ data: 'done' });
    await expectOutline(collector, [
      'traced: init (consumer) (orphan)',
      '  traced: in initialize (client)',
      'traced: start (consumer) (orphan)',
      '  traced: a',
      '    traced: a inner',
      '      traced: in a inner (client)',
      '    traced: in a (client)',
      '    traced: in a again (client)',
      '  traced: after (client)',
      '  traced: around',
      '    traced: within',
      '      traced: deep (client)',
      '  traced: b',
      '    traced: b inner',
      '      traced: in b inner (client)',
      '    traced: in b (client)',
      '    traced: in b again (client)',
      '  traced: before (client)',
      '  traced: read',
      '    traced: in read (client)',
    ]);
    expect(collector.problems).toEqual([]);
    expect(worker.faults).toEqual([]);
    expect(new Set(collector.spans.map(({ traceId }) => traceId))).toEqual(new Set([TRACE]));
    expect(collector.span('init').parentSpanId).toBe('a'.repeat(16));
    expect(collector.span('start').parentSpanId).toBe('b'.repeat(16));
    expect(collector.span('start').attributes).toEqual({ jobId: 'j', taskId: 't', nodeName: 'n', outcome: 'done' });
    const read = collector.span('read');
    expect(read.attributes).toEqual({ jobId: 'j', taskId: 't', nodeName: 'n', file: 'a.csv', lines: 2 });
    expect(collector.span('in read')).toMatchObject({
      scope: 'a-library',
      kind: 'client',
      attributes: { rows: 3 },
      events: [{ name: 'fetched', attributes: { bytes: 10 } }],
    });
    // The times are those of the author's code, wherever they are written down.
    expect(read.start).toBeLessThanOrEqual(collector.span('in read').start + CLOCKS);
    expect(read.end).toBeGreaterThanOrEqual(collector.span('in read').end - CLOCKS);
    expect(read.resource).toMatchObject({ 'service.name': 'traced', 'telemetry.sdk.language': 'nodejs' });
  });

  it('go to HKube as ever, and say who makes them', async () => {
    const { collector, connection } = await begun(connect, 'everything');
    await connection.next('done');
    const wire = connection.received.filter(({ command }) => command === 'startSpan' || command === 'finishSpan');
    expect(wire.slice(0, 2)).toEqual([
      { command: 'startSpan', data: { name: 'read', tags: { file: 'a.csv', 'uber-trace-id': expect.any(String) } } },
      { command: 'finishSpan', data: { tags: { lines: 2 } } },
    ]);
    await expect.poll(() => collector.spans.some(({ name }) => name === 'read')).toBe(true);
    const { spanId } = collector.span('read');
    expect(wire[0]).toMatchObject({ data: { tags: { 'uber-trace-id': `${TRACE}:${spanId}:0:1` } } });
  });

  it('end with a failure, and say so', async () => {
    const { collector, connection } = await begun(connect, 'fails');
    await connection.next('errorMessage');
    await expectOutline(collector, [
      'traced: init (consumer) (orphan)',
      '  traced: in initialize (client)',
      'traced: start (consumer) (orphan) ✗ it broke',
      '  traced: open ✗ it broke',
      '    traced: last (client)',
    ]);
    expect(collector.span('start')).toMatchObject({
      attributes: { error: true, errorMessage: 'it broke', outcome: 'failed' },
      events: [{ name: 'exception', attributes: { 'exception.message': 'it broke' } }],
    });
    expect(collector.span('open').attributes).toMatchObject({ unfinished: true, errorMessage: 'it broke' });
  });

  it('end with a stop', async () => {
    const { collector, connection } = await begun(connect, 'waits');
    await connection.next('progress');
    connection.send('stop', {});
    await connection.next('stopped');
    await expect.poll(() => collector.spans.some(({ name }) => name === 'start')).toBe(true);
    expect(collector.span('start').attributes).toMatchObject({ outcome: 'stopped' });
    expect(collector.span('waiting').attributes).toMatchObject({ unfinished: true });
  });

  it('are there for what a task asks HKube for', async () => {
    const { collector, connection } = await begun(connect, 'asks');
    const ids: string[] = [];
    for (const name of ['a', 'b']) {
      const { data } = await connection.next('startRawSubPipeline');
      expect(data).toMatchObject({ subPipeline: { name: `sub ${name}` } });
      const carrier: unknown = Reflect.get(Object(data), 'spanId');
      ids.push(String(Reflect.get(Object(carrier), 'uber-trace-id')).split(':')[1] ?? '');
      connection.send('subPipelineDone', {
        subPipelineId: String(Reflect.get(Object(data), 'subPipelineId')),
        response: [],
      });
    }
    const { data } = await connection.next('startAlgorithmExecution');
    expect(data).toMatchObject({ spanId: { 'uber-trace-id': expect.stringMatching(new RegExp(`^${TRACE}:`)) } });
    connection.send('algorithmExecutionDone', { execId: String(Reflect.get(Object(data), 'execId')), response: 1 });
    await connection.next('done');
    await expect.poll(() => collector.spans.some(({ name }) => name === 'start')).toBe(true);
    expect(ids).toEqual([collector.span('a').spanId, collector.span('b').spanId]);
  });

  it('are sent before the process leaves', async () => {
    const { collector, connection, actor } = await begun(connect, 'waits');
    vi.stubEnv('OTEL_BSP_SCHEDULE_DELAY', '60000');
    await connection.next('progress');
    const left = new Promise((resolve) => actor.subscribe({ complete: () => resolve(undefined) }));
    connection.send('exit', { exitCode: 0 });
    await left;
    expect(collector.span('start').attributes).toMatchObject({ outcome: 'interrupted' });
    expect(collector.span('waiting').attributes).toMatchObject({ unfinished: true });
  });

  it('that a library makes of nothing cost no task and no other span', async () => {
    const { collector, connection } = await begun(connect, 'careless');
    expect(await connection.next('done')).toMatchObject({ data: 'done' });
    await expectOutline(collector, [
      'traced: init (consumer) (orphan)',
      '  traced: in initialize (client)',
      'traced: start (consumer) (orphan)',
      expect.stringMatching(/^ {2}traced: {1,2}(\(client\))?$/),
      '  traced: 7',
      '  traced: sound (client)',
    ]);
  });

  it('of which no parent can be read begin a trace, with a warning', async () => {
    const collector = await useCollector();
    const { connection, logs } = await connect();
    for (const spanId of ['text', { 'uber-trace-id': 'nonsense' }, { 'uber-trace-id': 7 }, { traceparent: '00-zz' }]) {
      connection.send('initialize', { input: ['fails'], jobId: 'j', taskId: 't', spanId });
      await connection.next('initialized');
      connection.send('start', {});
      await connection.next('errorMessage');
    }
    await expect.poll(() => collector.spans.filter(({ name }) => name === 'start').length).toBe(4);
    expect(collector.spans.every(({ name, parentSpanId }) => name !== 'start' || parentSpanId === null)).toBe(true);
    expect(logs.filter((line) => line.includes('traced on its own'))).toHaveLength(1);
  });
});

describe.each(hosts.slice(1))('$host: a crash', ({ connect }) => {
  it('leaves the spans that were open, failed', async () => {
    const { collector, connection } = await begun(connect, 'crashes');
    await connection.next('errorMessage');
    await expect.poll(() => collector.spans.some(({ name }) => name === 'start')).toBe(true);
    expect(collector.span('fatal')).toMatchObject({
      status: { code: 'error' },
      attributes: { step: 1, unfinished: true },
    });
    expect(collector.span('start').status.code).toBe('error');
  });
});

describe('two algorithms in one process', () => {
  it('have each their own libraries’ spans', async () => {
    const collector = await useCollector();
    const one = await connectAlgorithm(traced);
    vi.stubEnv('ALGORITHM_TYPE', 'other');
    const other = await connectAlgorithm(traced);
    await Promise.all(
      [one, other].map(async ({ connection }) => {
        connection.send('initialize', { input: ['everything'], spanId: HKUBE });
        await connection.next('initialized');
        connection.send('start', {});
        await connection.next('done');
      }),
    );
    await expect.poll(() => collector.spans.filter(({ name }) => name === 'start').length).toBe(2);
    const servicesOf = (name: string) =>
      collector.spans.filter((span) => span.name === name).map((span) => span.service);
    expect(servicesOf('deep').toSorted()).toEqual(['other', 'traced']);
    const services = new Map(collector.spans.map(({ spanId, service }) => [spanId, service]));
    for (const { parentSpanId, service } of collector.spans)
      expect(services.get(parentSpanId ?? '') ?? service).toBe(service);
  });
});

describe('a provider of the author', () => {
  it('takes the spans, with ids of its own', async () => {
    const exporter = new InMemorySpanExporter();
    const tracerProvider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
    const { connection } = await connectAlgorithm(traced, { tracerProvider });
    connection.send('initialize', { input: ['everything'], jobId: 'j', taskId: 't', spanId: HKUBE });
    await connection.next('initialized');
    connection.send('start', { spanId: WORKING });
    await connection.next('done');
    const spans = exporter.getFinishedSpans();
    const named = (name: string) => spans.find((span) => span.name === name);
    const parentOf = (name: string) =>
      spans.find((span) => span.spanContext().spanId === named(name)?.parentSpanContext?.spanId)?.name;
    expect(parentOf('in read')).toBe('read');
    expect(parentOf('in a inner')).toBe('a inner');
    expect(parentOf('a inner')).toBe('a');
    expect(parentOf('deep')).toBe('within');
    expect(parentOf('within')).toBe('around');
    expect(named('start')?.parentSpanContext?.spanId).toBe('b'.repeat(16));
  });

  const broken = (): never => {
    throw new TypeError('it is broken');
  };
  const done = () => Promise.resolve();
  it.each([
    { what: 'makes no tracer', tracerProvider: { getTracer: broken } },
    { what: 'makes no span', tracerProvider: { getTracer: () => ({ startSpan: broken, startActiveSpan: broken }) } },
    {
      what: 'has a processor that throws',
      tracerProvider: new BasicTracerProvider({
        spanProcessors: [{ onStart: () => undefined, onEnd: broken, forceFlush: done, shutdown: done }],
      }),
    },
  ])('that $what costs no task', async ({ tracerProvider }) => {
    const start = async (_: unknown, api: AlgorithmApi) => {
      api.startSpan('open');
      return api.span('around', { a: 1 }, () => 'done');
    };
    const { connection, logs } = await connectAlgorithm({ start }, { tracerProvider });
    for (const taskId of ['t', 'u']) {
      connection.send('initialize', { input: [], jobId: 'j', taskId, spanId: HKUBE });
      await connection.next('initialized');
      connection.send('start', { spanId: WORKING });
      expect(await connection.next('done')).toMatchObject({ data: 'done' });
    }
    expect(logs.filter((line) => line.includes('it is broken'))).toHaveLength(1);
  });

  it('is refused where it cannot go', () => {
    const tracerProvider = new BasicTracerProvider();
    expect(() => createAlgorithmActor({ entry: fixture('traced.mjs'), tracerProvider })).toThrow(
      /tracerProvider.*thread/,
    );
    const wrong: object = { tracerProvider: { getTracer: 1 } };
    expect(() => createAlgorithmActor({ start: () => 1 }, wrong)).toThrow(/tracerProvider: expected a TracerProvider/);
  });
});
