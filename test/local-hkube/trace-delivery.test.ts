// Traces never cost a run anything: without a collector, with one that is slow or refuses, and where nobody wants them.

import { afterEach, describe, expect, it, vi } from 'vitest';
import type { RunDocument } from '#descriptors/run';
import { readCarrier } from '#model/trace-carrier';
import { openCollector } from '#test/support/collector';
import { askSub, pipelineOf, startTraced, startUntraced } from '#test/support/traced';

afterEach(() => {
  vi.unstubAllEnvs();
});

/** The exporter tries again for so long before it gives up. */
const SOON = { OTEL_EXPORTER_OTLP_TRACES_TIMEOUT: '200' };
const lossesIn = (lines: readonly string[]): string[] => lines.filter((line) => /spans (are|were) lost/.test(line));
const numberIn = (line: string | undefined): number => Number(/^\d+/.exec(line ?? '')?.[0]);

describe('a collector that takes nothing', () => {
  it('because it is not there: the run goes on, there is one warning, and the count at the end', async () => {
    const gone = await openCollector();
    await gone.close();
    const { hkube, logger } = await startTraced({ a: () => 1 }, { env: { ...gone.env, ...SOON } });
    for (let n = 0; n < 3; n++)
      expect(await hkube.runRaw(pipelineOf('p', 'a')).done).toMatchObject({ status: 'completed' });
    await expect.poll(() => lossesIn(logger.lines)).toHaveLength(1);
    await hkube.runRaw(pipelineOf('p', 'a')).done;
    await hkube.stop();
    const [first, last, ...more] = lossesIn(logger.lines);
    expect(first).toMatch(/^spans are lost: http:\/\/127\.0\.0\.1:\d+\/v1\/traces did not take them \(/);
    expect(last).toMatch(/^\d+ spans were lost on their way to http:/);
    // Six spans a run: the run, the wait, the attempt, three states.
    expect(numberIn(last)).toBe(4 * 6);
    expect(more).toEqual([]);
  });

  it('because it refuses (503): as if it were not there', async () => {
    const { hkube, collector, logger } = await startTraced({ a: () => 1 });
    collector.behave(503);
    expect(await hkube.runRaw(pipelineOf('p', 'a')).done).toMatchObject({ status: 'completed' });
    await expect.poll(() => collector.requests).toBeGreaterThan(0);
    await hkube.stop();
    // The exporter has not given up yet.
    expect(lossesIn(logger.lines)).toEqual([expect.stringMatching(/^6 spans were lost on their way to http:/)]);
  });

  it('because it never answers: the run goes on, memory is bounded, and the end comes within two seconds', async () => {
    const env = {
      OTEL_EXPORTER_OTLP_TIMEOUT: '60000',
      OTEL_BSP_MAX_QUEUE_SIZE: '50',
      OTEL_BSP_MAX_EXPORT_BATCH_SIZE: '10',
    };
    const script = {
      a: (algorithm: { say(command: string, data?: unknown): void }) => {
        for (let n = 0; n < 500; n++) {
          algorithm.say('startSpan', { name: 's' });
          algorithm.say('finishSpan');
        }
        return 1;
      },
    };
    const { hkube, collector, logger } = await startTraced(script, { env });
    collector.behave('hang');
    expect(await hkube.runRaw(pipelineOf('p', 'a')).done).toMatchObject({ status: 'completed' });
    const begun = performance.now();
    await hkube.stop();
    expect(performance.now() - begun).toBeLessThan(20_000);
    const [first, last, ...more] = lossesIn(logger.lines);
    expect(first).toMatch(/^spans are lost: 50 of them wait for http:/);
    expect(numberIn(last)).toBeGreaterThan(400);
    expect(more).toEqual([]);
  });

  it('and then takes them again', async () => {
    const { hkube, collector } = await startTraced({ a: () => 1 });
    collector.behave(400);
    await hkube.runRaw(pipelineOf('p', 'a')).done;
    await expect.poll(() => collector.requests).toBeGreaterThan(0);
    collector.behave('take');
    await hkube.runRaw(pipelineOf('later', 'a')).done;
    await hkube.stop();
    expect(collector.outline()).toContain('local-hkube: run pipeline');
  });
});

describe('where nobody wants spans', () => {
  /** The carriers that tasks were given, in order. */
  async function carriersOf(run: (scripts: Parameters<typeof startUntraced>[0]) => Promise<void>) {
    const carriers: unknown[] = [];
    await run({
      a: async (algorithm, { spanId }) => {
        carriers.push(spanId);
        await askSub(algorithm, 'x', { subPipeline: pipelineOf('sub', 'b') });
        await askSub(algorithm, 'y', {
          subPipeline: pipelineOf('sub', 'b'),
          spanId: { 'uber-trace-id': 'abc:def:0:1' },
        });
        algorithm.say('startAlgorithmExecution', { execId: 'e', algorithmName: 'b', input: [] });
        await algorithm.next('algorithmExecutionDone');
        return 1;
      },
      b: (_, { spanId }) => {
        carriers.push(spanId);
        return 1;
      },
    });
    return carriers.map(readCarrier);
  }

  it('tasks have a carrier that lets an algorithm record, and what they ask for stays in their trace', async () => {
    let document: RunDocument | undefined;
    const [parent, sub, named, execution, ...more] = await carriersOf(async (scripts) => {
      const { hkube } = await startUntraced(scripts);
      document = await hkube.runRaw(pipelineOf('p', 'a')).done;
    });
    expect(document?.status).toBe('completed');
    expect(parent).toMatchObject({ traceId: expect.stringMatching(/^[\da-f]{32}$/), isSampled: true });
    expect(sub).toEqual(parent);
    expect(named).toEqual({ traceId: 'abc'.padStart(32, '0'), spanId: 'def'.padStart(16, '0'), isSampled: true });
    expect(execution).toEqual(parent);
    expect(more).toEqual([]);
  });

  it('each run has a trace of its own', async () => {
    const seen: unknown[] = [];
    const { hkube } = await startUntraced({ a: (_, { spanId }) => void seen.push(spanId) });
    for (let n = 0; n < 2; n++) await hkube.runRaw(pipelineOf('p', 'a')).done;
    const [one, other] = seen.map(readCarrier);
    expect(one).not.toEqual(other);
  });

  it('one that is asked for in a way that is not built in is told so, once', async () => {
    const { hkube, logger } = await startUntraced({ a: () => 1 }, { OTEL_TRACES_EXPORTER: 'zipkin' });
    await hkube.runRaw(pipelineOf('p', 'a')).done;
    const said = logger.lines.filter((line) => line.startsWith('nothing is traced'));
    expect(said).toEqual([expect.stringContaining('OTEL_TRACES_EXPORTER=zipkin is not built in')]);
  });
});
