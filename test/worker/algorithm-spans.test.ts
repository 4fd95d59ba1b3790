// What a worker makes of `startSpan` and `finishSpan`, with an algorithm that is none of our code.

import { describe, expect, it } from 'vitest';
import { connectFakeAlgorithm } from '#test/support/fake-algorithm';
import { carrier, openTraces, startTracing, TRACE, traced } from '#test/support/traced-worker';
import { startWorker } from '#test/support/worker';

describe('the spans of an algorithm', () => {
  it('take tags of every kind, and those of the task win', async () => {
    const { algorithm, end, collector, sent } = await startTracing();
    const many = Object.fromEntries(Array.from({ length: 300 }, (_, n) => [`t${n}`, n]));
    const tags = { list: ['a', 'b'], mixed: [1, 'a'], object: { a: { b: 1 } }, nothing: null, yes: true };
    algorithm.say('startSpan', { name: 'kinds', tags: { ...tags, taskId: 'mine', huge: 'x'.repeat(1_000_000) } });
    algorithm.say('finishSpan', { tags: { text: 'end' } });
    algorithm.say('startSpan', { name: 'many', tags: many });
    algorithm.say('finishSpan');
    algorithm.say('startSpan', { name: 'n'.repeat(100_000) });
    algorithm.say('finishSpan');
    algorithm.say('done');
    await end;
    await sent();
    expect(collector.problems).toEqual([]);
    const { attributes, service } = collector.span('kinds');
    expect(service).toBe('square');
    expect(attributes).toMatchObject({ list: ['a', 'b'], yes: true, text: 'end', jobId: 'job', taskId: 'task' });
    expect(attributes).toMatchObject({ mixed: '[1,"a"]', object: '{"a":{"b":1}}', nothing: 'null' });
    expect(attributes.huge).toBe('x'.repeat(10_000));
    expect(collector.span('many').attributes).toMatchObject({ jobId: 'job', taskId: 'task', t0: 0 });
    expect(collector.spans.every(({ name }) => name.length <= 1_000)).toBe(true);
  });

  it('take numbers that JSON does not know', async () => {
    const { collector, options, sent } = await openTraces();
    const { worker } = await startWorker(options);
    const algorithm = await connectFakeAlgorithm(worker.url, '?encoding=bson');
    await worker.ready();
    const end = worker.run(traced);
    await algorithm.begin();
    algorithm.say('startSpan', { name: 'odd', tags: { nan: NaN, infinite: -Infinity, when: new Date(0) } });
    algorithm.say('finishSpan');
    algorithm.say('done');
    await end;
    await sent();
    expect(collector.problems).toEqual([]);
    const when = '"1970-01-01T00:00:00.000Z"';
    expect(collector.span('odd').attributes).toMatchObject({ nan: NaN, infinite: -Infinity, when });
  });

  it('that were never finished are closed with the task, tagged, and named once', async () => {
    const { algorithm, end, collector, warnings, sent } = await startTracing();
    for (const name of ['one', 'two']) algorithm.say('startSpan', { name });
    algorithm.say('done');
    await end;
    await sent();
    expect(collector.span('one').attributes).toMatchObject({ unfinished: true });
    expect(collector.span('two')).toMatchObject({
      attributes: { unfinished: true },
      parentSpanId: collector.span('one').spanId,
    });
    expect(warnings).toEqual([
      expect.stringMatching(/^task task of node "n" has left 2 spans open: "two", "one"\. HKube’s/),
    ]);
  });

  it('that are finished too often are ignored, with one warning a task', async () => {
    const { algorithm, end, collector, warnings, sent } = await startTracing();
    algorithm.say('finishSpan');
    algorithm.say('finishSpan', { error: 'x' });
    algorithm.say('startSpan', { name: 'fine' });
    algorithm.say('finishSpan');
    algorithm.say('done');
    await end;
    await sent();
    expect(warnings).toEqual([expect.stringContaining('none is open')]);
    expect(collector.span('fine').status.code).toBe('unset');
  });

  it('that are opened without end cost no more than a thousand', async () => {
    const { algorithm, end, collector, warnings, sent } = await startTracing();
    for (let n = 0; n < 1_500; n++) algorithm.say('startSpan', { name: 's' });
    for (let n = 0; n < 1_500; n++) algorithm.say('finishSpan');
    algorithm.say('startSpan', { name: 'after' });
    algorithm.say('finishSpan');
    algorithm.say('done');
    await end;
    await sent();
    expect(collector.spans.filter(({ name }) => name === 's')).toHaveLength(1_000);
    expect(collector.span('after').parentSpanId).toBe(collector.span('working').spanId);
    expect(warnings).toEqual([expect.stringContaining('1000 spans are open at once')]);
  });

  it('that its own process exports are not made twice, and stand for what is current', async () => {
    const { algorithm, end, asked, collector, warnings, sent } = await startTracing();
    const spanId = 'c'.repeat(16);
    algorithm.say('startSpan', { name: 'elsewhere', tags: { 'uber-trace-id': carrier(TRACE, spanId) } });
    algorithm.say('startSpan', { name: 'foreign', tags: { 'uber-trace-id': carrier('d'.repeat(32), spanId) } });
    algorithm.say('finishSpan');
    algorithm.say('startSpan', { name: 'odd', tags: { 'uber-trace-id': 'no carrier' } });
    algorithm.say('finishSpan');
    algorithm.say('startStoredSubPipeline', { subPipelineId: '1', subPipeline: { name: 'p' } });
    await algorithm.next('subPipelineStarted');
    await expect.poll(() => asked.length).toBe(1);
    asked[0]?.end({ kind: 'done', response: 1, storedAt: 'p' });
    await algorithm.next('subPipelineDone');
    algorithm.say('done');
    await end;
    await sent();
    expect(collector.spans.some(({ name }) => name === 'elsewhere')).toBe(false);
    for (const name of ['foreign', 'odd', 'subpipeline p start invoked'])
      expect(collector.span(name)).toMatchObject({ traceId: TRACE, parentSpanId: spanId });
    expect(warnings).toEqual([]);
  });
});
