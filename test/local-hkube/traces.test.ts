// The trace of a run as a collector gets it, whatever the algorithms are: runs, queue, attempts, states, and what algorithms ask for.

import { afterEach, describe, expect, it, vi } from 'vitest';
import { askSub, pipelineOf, SAID, startTraced } from '#test/support/traced';

afterEach(() => {
  vi.unstubAllEnvs();
});

const attempt = (algorithm: string, ...working: string[]): string[] => [
  'local-hkube: producer (producer)',
  `  worker: ${algorithm} start (consumer)`,
  '    worker: init',
  '    worker: results',
  '    worker: working',
  ...working.map((line) => `      ${line}`),
];
const indented = (...lines: string[]): string[] => lines.map((line) => `  ${line}`);

describe('the trace of a run', () => {
  it('has the run, its wait, the attempt, its states and its spans', async () => {
    const { hkube, collector } = await startTraced({
      count: (algorithm) => {
        algorithm.say('startSpan', { name: 'read', tags: { file: 'a.txt', jobId: 'mine', n: 1 } });
        algorithm.say('startSpan', { name: 'parse' });
        algorithm.say('finishSpan', { error: { message: 'no such word' } });
        algorithm.say('finishSpan', { tags: { words: 3 } });
        algorithm.say('startSpan', { name: 'again' });
        algorithm.say('finishSpan');
        return 3;
      },
    });
    const { status } = await hkube.runRaw(pipelineOf('p', 'count')).done;
    expect(status).toBe('completed');
    await hkube.stop();

    expect(collector.problems).toEqual([]);
    const working = ['count: again', 'count: read', '  count: parse ✗ no such word'];
    expect(collector.outline()).toEqual(['local-hkube: run pipeline', ...indented(...attempt('count', ...working))]);
    const task = { jobId: 'jobId 1', taskId: 'taskId 1' };
    expect(collector.tree()).toMatchObject([
      {
        attributes: { jobId: 'jobId 1', name: 'p', status: 'completed' },
        children: [
          {
            attributes: { jobId: 'jobId 1' },
            children: [
              {
                attributes: task,
                children: [
                  { name: 'init', attributes: task },
                  { name: 'results', attributes: task },
                  {
                    name: 'working',
                    attributes: task,
                    children: [
                      { name: 'again', attributes: task },
                      {
                        name: 'read',
                        attributes: { ...task, file: 'a.txt', n: 1, words: 3 },
                        children: [{ attributes: { ...task, error: true, errorMessage: 'no such word' } }],
                      },
                    ],
                  },
                ],
              },
            ],
          },
        ],
      },
    ]);
  });

  it('goes on in sub-pipelines, three deep, through several algorithms', async () => {
    const deeper = async (algorithm: Parameters<typeof askSub>[0], below: string): Promise<unknown> => {
      algorithm.say('startSpan', { name: `ask ${below}` });
      const answer = await askSub(algorithm, 'x', { subPipeline: pipelineOf(`to-${below}`, below) });
      algorithm.say('finishSpan');
      return answer;
    };
    const { hkube, collector } = await startTraced({
      a: (algorithm) => deeper(algorithm, 'b'),
      b: (algorithm) => deeper(algorithm, 'c'),
      c: () => 1,
    });
    await hkube.runRaw(pipelineOf('p', 'a')).done;
    await hkube.stop();

    const sub = (below: string, ...inside: string[]): string[] => [
      `worker: subpipeline to-${below} start invoked`,
      '  local-hkube: run pipeline',
      ...inside.map((line) => `    ${line}`),
    ];
    const asking = (name: string, below: string, ...inside: string[]): string[] =>
      attempt(name, `${name}: ask ${below}`, ...indented(...sub(below, ...inside)));
    expect(collector.outline()).toEqual([
      'local-hkube: run pipeline',
      ...indented(...asking('a', 'b', ...asking('b', 'c', ...attempt('c')))),
    ]);
    expect(new Set(collector.spans.map(({ traceId }) => traceId)).size).toBe(1);
    const invoked = collector.span('subpipeline to-b start invoked').attributes;
    expect(invoked).toMatchObject({ subPipelineId: 'x', subPipelineJobId: expect.any(String), status: 'completed' });
    const jobs = collector.spans
      .filter(({ name }) => name === 'run pipeline')
      .map(({ attributes }) => attributes.jobId);
    expect(jobs).toContain(invoked.subPipelineJobId);
  });

  it('goes below the span that a request names', async () => {
    const { hkube, collector } = await startTraced({
      a: async (algorithm, { spanId }) => {
        algorithm.say('startSpan', { name: 'other' });
        await askSub(algorithm, 'x', { subPipeline: pipelineOf('sub', 'b'), spanId });
        algorithm.say('finishSpan');
        return 1;
      },
      b: () => 1,
    });
    await hkube.runRaw(pipelineOf('p', 'a')).done;
    await hkube.stop();
    const init = collector.spans.find(
      ({ spanId }) => spanId === collector.span('subpipeline sub start invoked').parentSpanId,
    );
    expect(init?.name).toBe('init');
  });

  it('has executions, below what asked for them', async () => {
    const { hkube, collector } = await startTraced({
      a: async (algorithm) => {
        algorithm.say('startAlgorithmExecution', { execId: '1', algorithmName: 'b', input: [], includeResult: true });
        await algorithm.next('algorithmExecutionDone');
        algorithm.say('startAlgorithmExecution', { execId: '2', algorithmName: 'nobody', input: [] });
        await algorithm.next('algorithmExecutionError');
        return 1;
      },
      b: () => 1,
    });
    await hkube.runRaw(pipelineOf('p', 'a')).done;
    await hkube.stop();
    const executing = ['worker: n:a executing b', ...indented(...attempt('b'))];
    const refused = "worker: n:a executing nobody ✗ Algorithm named 'nobody' does not exist";
    expect(collector.outline()).toEqual([
      'local-hkube: run pipeline',
      ...indented(...attempt('a', ...executing, refused)),
    ]);
  });
});

describe('what goes wrong', () => {
  it('is in the trace: a crash, the next attempt, a failure, and what it costs the run', async () => {
    let attempts = 0;
    const { hkube, collector, logger } = await startTraced({
      a: (algorithm) => {
        attempts += 1;
        algorithm.say('startSpan', { name: 'half' });
        if (attempts > 1) {
          algorithm.fail('boom');
          return SAID;
        }
        return algorithm.roundTrip().then(() => {
          algorithm.drop();
          return SAID;
        });
      },
    });
    const { status } = await hkube.runRaw(pipelineOf('p', 'a')).done;
    expect(status).toBe('failed');
    await hkube.stop();

    const lost = /^ {4}worker: a start \(consumer\) ✗ The algorithm's connection was lost/;
    const outline = collector.outline();
    expect(outline[0]).toBe('local-hkube: run pipeline ✗ boom');
    expect(outline.filter((line) => line.includes('producer'))).toHaveLength(2);
    expect(outline.filter((line) => lost.test(line))).toHaveLength(1);
    expect(outline).toContain('    worker: a start (consumer) ✗ boom');
    const halves = collector.spans.filter(({ name }) => name === 'half');
    expect(halves.map(({ attributes }) => attributes.unfinished)).toEqual([true, true]);
    // The one that crashed was interrupted.
    expect(logger.lines.filter((line) => line.includes('finish each span before the outcome'))).toEqual([
      expect.stringMatching(/^a-1: task \w{8} of node "n" has left a span open: "half"\. HKube’s worker never closes/),
    ]);
  });

  it('is in the trace: stops, of tasks that run and of tasks that wait', async () => {
    let begun: () => void = () => undefined;
    const working = new Promise<void>((resolve) => (begun = resolve));
    const { hkube, collector } = await startTraced({
      a: async (algorithm) => {
        begun();
        await algorithm.next('stop');
        algorithm.say('stopped');
        return SAID;
      },
    });
    const nodes = [1, 2].map((n) => ({ nodeName: `n${n}`, algorithmName: 'a', input: [] }));
    const run = hkube.runRaw({ name: 'p', nodes });
    await working;
    run.stop('by hand');
    await run.done;
    await hkube.stop();
    expect(collector.outline()).toEqual([
      'local-hkube: run pipeline',
      '  local-hkube: producer (producer)',
      '  local-hkube: producer (producer)',
      '    worker: a start (consumer)',
      '      worker: init',
      '      worker: results',
      '      worker: stop',
      '      worker: working',
    ]);
    const stopped = { status: 'stopped', reason: 'by hand' };
    expect(collector.span('a start').attributes).toMatchObject(stopped);
    expect(collector.span('run pipeline').attributes).toMatchObject(stopped);
    const producers = collector.spans.filter(({ name }) => name === 'producer');
    expect(producers.filter(({ attributes }) => attributes.reason === 'by hand')).toHaveLength(1);
  });

  it('is in the trace: a task that is given out again, because its process was ended', async () => {
    let begun: () => void = () => undefined;
    const working = new Promise<void>((resolve) => (begun = resolve));
    let tries = 0;
    const { hkube, collector } = await startTraced({
      a: async (algorithm) => {
        tries += 1;
        if (tries > 1) return 1;
        begun();
        await algorithm.closed;
        return SAID;
      },
    });
    const run = hkube.runRaw(pipelineOf('p', 'a'));
    await working;
    hkube.restart('a');
    expect(await run.done).toMatchObject({ status: 'completed' });
    await hkube.stop();
    const attempts = collector.spans.filter(({ name }) => name === 'a start');
    expect(attempts.map(({ status }) => status.code)).toEqual(['error', 'unset']);
    const producers = collector.spans.filter(({ name }) => name === 'producer').map(({ spanId }) => spanId);
    expect(attempts.map(({ parentSpanId }) => parentSpanId)).toEqual(producers);
  });

  it('is in the trace: sub-pipelines that cannot be, and that are left behind', async () => {
    const { hkube, collector } = await startTraced({
      a: async (algorithm) => {
        algorithm.say('startStoredSubPipeline', { subPipelineId: '1', subPipeline: { name: 'none' } });
        await algorithm.next('subPipelineError');
        algorithm.say('startRawSubPipeline', { subPipelineId: '2', subPipeline: pipelineOf('long', 'b') });
        await algorithm.next('subPipelineStarted');
        return 1;
      },
      b: async (algorithm) => {
        await algorithm.next('stop');
        algorithm.say('stopped');
        return SAID;
      },
    });
    await hkube.runRaw(pipelineOf('p', 'a')).done;
    await hkube.stop();
    expect(collector.span('subpipeline none start invoked')).toMatchObject({
      status: { code: 'error', message: expect.stringContaining('pipeline none Not Found') },
      attributes: { status: 'failed' },
    });
    expect(collector.span('subpipeline long start invoked').attributes).toMatchObject({
      status: 'stopped',
      reason: 'the task that asked for it is over',
    });
    expect(collector.spans.every(({ end, start }) => end >= start)).toBe(true);
  });
});
