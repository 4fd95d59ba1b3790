// How spans leave: bounded, counted, and with words where they are lost. The exporter is the other side.

import { describe, expect, it } from 'vitest';
import { ExportResultCode } from '@opentelemetry/core';
import { BasicTracerProvider, BatchSpanProcessor, type SpanExporter } from '@opentelemetry/sdk-trace-node';
import { createDelivery } from '#tracing/delivery';

interface FakeExporter extends SpanExporter {
  readonly taken: number;
  /** What becomes of the next batches; `wait`: nothing, until `goOn`. */
  mood: 'take' | 'refuse' | 'wait';
  goOn(): void;
}

function fakeExporter(): FakeExporter {
  let taken = 0;
  let waiting: (() => void)[] = [];
  return {
    get taken() {
      return taken;
    },
    mood: 'take',
    export(spans, done) {
      const end = (): void => {
        if (this.mood === 'refuse')
          return done({ code: ExportResultCode.FAILED, error: new TypeError('no such host') });
        taken += spans.length;
        done({ code: ExportResultCode.SUCCESS });
      };
      if (this.mood === 'wait') waiting.push(end);
      else end();
    },
    goOn() {
      this.mood = 'take';
      for (const end of waiting.splice(0)) end();
      waiting = [];
    },
    shutdown: () => Promise.resolve(),
  };
}

function begin(limit: number) {
  const exporter = fakeExporter();
  const warnings: string[] = [];
  const delivery = createDelivery(exporter, {
    to: 'http://collector',
    limit,
    logger: { debug: () => undefined, warn: (message) => warnings.push(message) },
    batches: (one) =>
      new BatchSpanProcessor(one, { maxExportBatchSize: 10, maxQueueSize: limit, scheduledDelayMillis: 1 }),
  });
  const tracer = new BasicTracerProvider({ spanProcessors: [delivery] }).getTracer('test');
  const make = (count: number): void => {
    for (let n = 0; n < count; n++) tracer.startSpan(`span ${n}`).end();
  };
  return { exporter, delivery, make, warnings };
}

describe('delivery', () => {
  it('sends what there is', async () => {
    const { exporter, delivery, make, warnings } = begin(100);
    make(35);
    await delivery.forceFlush();
    expect(exporter.taken).toBe(35);
    expect(delivery.lost).toBe(0);
    expect(warnings).toEqual([]);
  });

  it('keeps no more than its limit while nobody takes any, and counts the rest', async () => {
    const { exporter, delivery, make, warnings } = begin(50);
    exporter.mood = 'wait';
    make(1_000);
    expect(warnings).toEqual([expect.stringMatching(/^spans are lost: 50 of them wait for http:\/\/collector/)]);
    exporter.goOn();
    await delivery.forceFlush();
    expect(exporter.taken).toBeLessThanOrEqual(60);
    expect(exporter.taken + delivery.lost).toBe(1_000);
  });

  it('says once that more come than are taken, however often some are taken', async () => {
    const { delivery, make, warnings } = begin(20);
    for (let round = 0; round < 5; round++) {
      make(100);
      await delivery.forceFlush();
    }
    expect(delivery.lost).toBeGreaterThan(0);
    expect(warnings).toHaveLength(1);
  });

  it('counts a batch that cannot be written, and goes on', async () => {
    const { exporter, delivery, make, warnings } = begin(100);
    const write = exporter.export.bind(exporter);
    exporter.export = () => {
      throw new TypeError('what span is that?');
    };
    make(10);
    await delivery.forceFlush().catch(() => undefined);
    exporter.export = write;
    make(10);
    await delivery.forceFlush();
    expect(warnings).toEqual([expect.stringContaining('what span is that?')]);
    expect([exporter.taken, delivery.lost]).toEqual([10, 10]);
  });

  it('says once that nobody takes them, and again after they were taken', async () => {
    const { exporter, delivery, make, warnings } = begin(100);
    exporter.mood = 'refuse';
    for (let round = 0; round < 3; round++) {
      make(10);
      await delivery.forceFlush().catch(() => undefined);
    }
    expect(warnings).toEqual([expect.stringMatching(/http:\/\/collector did not take them \(no such host\)/)]);
    expect(delivery.lost).toBe(30);
    exporter.mood = 'take';
    make(10);
    await delivery.forceFlush();
    exporter.mood = 'refuse';
    make(10);
    await delivery.forceFlush().catch(() => undefined);
    expect(warnings).toHaveLength(2);
    expect(delivery.lost).toBe(40);
  });
});
