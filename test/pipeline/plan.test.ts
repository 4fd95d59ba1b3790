// The planning of runs: what is ready when, how batches and failures count, and what the result looks like.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkPipeline } from '#descriptors/pipeline';
import { createGraph } from '#pipeline/graph';
import { createPlan, type PlannedTask, type SettledTask } from '#pipeline/plan';
import { problemsOf } from '#test/support/problems';

type NodeInput = { readonly nodeName: string; readonly input?: unknown[]; readonly [key: string]: unknown };

function pipelineOf(nodes: readonly NodeInput[], rest: Readonly<Record<string, unknown>> = {}) {
  return checkPipeline({ name: 'p', nodes: nodes.map((node) => ({ algorithmName: 'x', ...node })), ...rest }, 'p');
}

type Answer = (task: PlannedTask) => SettledTask['end'];
const succeed = (result: unknown): SettledTask['end'] => ({ kind: 'succeed', result });
const echo: Answer = ({ input }) => succeed(input.length === 1 ? input[0] : input);

/** Runs a pipeline to its end; tasks end in the order in which they became ready. */
function run(nodes: readonly NodeInput[], rest: Readonly<Record<string, unknown>> = {}, answer: Answer = echo) {
  const pipeline = pipelineOf(nodes, rest);
  const plan = createPlan(pipeline, createGraph(pipeline));
  let step = plan.begin();
  const order: string[] = [];
  const inputs: unknown[] = [];
  const queue = [...step.ready];
  for (let task = queue.shift(); task && step.verdict.kind === 'going'; task = queue.shift()) {
    order.push(task.batchIndex === null ? task.node.nodeName : `${task.node.nodeName}#${task.batchIndex}`);
    inputs.push(task.input);
    step = plan.settle({ nodeName: task.node.nodeName, batchIndex: task.batchIndex, end: answer(task) });
    queue.push(...step.ready);
  }
  const results = step.verdict.kind === 'completed' ? step.verdict.results : [];
  return { order, inputs, verdict: step.verdict, results, counts: step.counts };
}

describe('a run', () => {
  it('starts every node that waits for nothing, and each other one after its parents', () => {
    const diamond = [
      { nodeName: 'end', input: ['@left', '@right.v'] },
      { nodeName: 'left', input: ['@top.list.1'] },
      { nodeName: 'right', input: [{ v: '@top' }] },
      { nodeName: 'top', input: ['@flowInput.start'] },
    ];
    const { order, results } = run(diamond, { flowInput: { start: { list: [1, 2] } } });
    expect(order).toEqual(['top', 'left', 'right', 'end']);
    expect(results).toEqual([{ nodeName: 'end', algorithmName: 'x', result: [2, { list: [1, 2] }] }]);
  });

  it('lists sinks in order of declaration, and what asks to be included where HKube inserts it', () => {
    const { results } = run([
      { nodeName: 'a', input: ['@b', '@c'] },
      { nodeName: 'c', includeInResult: true },
      { nodeName: 'b', includeInResults: true },
      { nodeName: 'd' },
    ]);
    expect(results.map(({ nodeName }) => nodeName)).toEqual(['b', 'a', 'c', 'd']);
  });

  it('gives a path that leads nowhere as null, and a result that is undefined too', () => {
    const { results } = run([{ nodeName: 'a', input: ['@b.x.y'] }, { nodeName: 'b' }], {}, ({ node, input }) =>
      succeed(node.nodeName === 'b' ? undefined : input),
    );
    expect(results).toMatchObject([{ result: [null] }]);
  });

  it('keeps edges without data as order', () => {
    const { order } = run([{ nodeName: 'a' }, { nodeName: 'b' }], { edges: [{ source: 'b', target: 'a' }] });
    expect(order).toEqual(['b', 'a']);
  });

  it('fails with the first failure outside of a batch', () => {
    const { verdict } = run([{ nodeName: 'a' }, { nodeName: 'b', input: ['@a'] }], {}, () => ({
      kind: 'failed',
      error: 'boom',
    }));
    expect(verdict).toEqual({ kind: 'failed', error: 'boom', nodeName: 'a' });
  });

  it('counts its tasks', () => {
    const { counts } = run(
      [
        { nodeName: 'a', input: ['#@flowInput.l'] },
        { nodeName: 'b', input: ['@a'] },
      ],
      {
        flowInput: { l: [1, 2, 3] },
      },
    );
    expect(counts).toEqual({ total: 4, active: 0, succeed: 4, failed: 0, skipped: 0 });
  });
});

describe('a batch', () => {
  const flowInput = { list: ['a', 'b', 'c'], short: [1, 2], none: [], text: 'x', same: { k: 1 } };

  it('makes one task an item, numbered from 1, and an array for its children', () => {
    const { order, results } = run(
      [
        { nodeName: 'n', input: [{ item: '#@flowInput.list', same: '@flowInput.same' }] },
        { nodeName: 'all', input: ['@n.item'] },
      ],
      { flowInput },
    );
    expect(order).toEqual(['n#1', 'n#2', 'n#3', 'all']);
    expect(results).toEqual([{ nodeName: 'all', algorithmName: 'x', result: ['a', 'b', 'c'] }]);
  });

  it('is listed item by item where it is a sink', () => {
    expect(run([{ nodeName: 'n', input: ['#@flowInput.short'] }], { flowInput }).results).toEqual([
      { nodeName: 'n', algorithmName: 'x', batchIndex: 1, result: 1 },
      { nodeName: 'n', algorithmName: 'x', batchIndex: 2, result: 2 },
    ]);
  });

  it('takes several lists in step, the longest counts; or every combination, the first slowest', () => {
    const input = ['#@flowInput.list', '#@flowInput.short'];
    expect(run([{ nodeName: 'n', input }], { flowInput }).inputs).toEqual([
      ['a', 1],
      ['b', 2],
      ['c', null],
    ]);
    const cartesian = run([{ nodeName: 'n', input, batchOperation: 'cartesian' }], { flowInput }).inputs;
    expect(cartesian.slice(0, 3)).toEqual([
      ['a', 1],
      ['a', 2],
      ['b', 1],
    ]);
    expect(cartesian).toHaveLength(6);
  });

  it.each(['none', 'text'])('over %s is skipped: its children get [] and run', (what) => {
    const nodes = [
      { nodeName: 'n', input: [`#@flowInput.${what}`] },
      { nodeName: 'after', input: ['@n', '@n.x'] },
    ];
    expect(run(nodes, { flowInput })).toMatchObject({
      order: ['after'],
      results: [{ nodeName: 'after', result: [[], []] }],
      counts: { total: 2, skipped: 1, succeed: 1 },
    });
    expect(run(nodes.slice(0, 1), { flowInput }).results).toEqual([
      { nodeName: 'n', algorithmName: 'x', batchIndex: -1 },
    ]);
  });

  it('goes on with failures below the tolerance, and its children get the others', () => {
    const answer: Answer = (task) => (task.batchIndex === 2 ? { kind: 'failed', error: 'boom' } : echo(task));
    const nodes = [
      { nodeName: 'n', input: ['#@flowInput.list'], includeInResult: true },
      { nodeName: 'after', input: ['@n'] },
    ];
    expect(run(nodes, { flowInput }, answer).results).toMatchObject([
      { batchIndex: 1, result: 'a' },
      { batchIndex: 2, error: 'boom' },
      { batchIndex: 3, result: 'c' },
      { nodeName: 'after', result: ['a', 'c'] },
    ]);
  });

  it.each([
    [60, '2/3 (67%) failed tasks, batch tolerance is 60%, error: boom'],
    [0, '1/3 (33%) failed tasks, batch tolerance is 0%, error: boom'],
    [100, '3/3 (100%) failed tasks, batch tolerance is 100%, error: boom'],
  ])('fails its run from a tolerance of %i%% on', (batchTolerance, error) => {
    const { verdict } = run(
      [{ nodeName: 'n', input: ['#@flowInput.list'] }],
      { flowInput, options: { batchTolerance } },
      () => ({
        kind: 'failed',
        error: 'boom',
      }),
    );
    expect(verdict).toEqual({ kind: 'failed', error, nodeName: 'n' });
  });
});

describe('a graph that cannot be run', () => {
  const graph = (nodes: readonly NodeInput[], rest = {}) => problemsOf(() => createGraph(pipelineOf(nodes, rest)));

  it('is refused with every reason at once', () => {
    const problems = graph([
      { nodeName: 'a', input: ['@nobody', '@flowInput.gone', '#@a'] },
      { nodeName: 'a' },
      { nodeName: 'flowInput' },
    ]);
    expect(problems).toContain('found duplicate node "a"');
    expect(problems).toContain('pipeline "p" has invalid reserved name "flowInput"');
    expect(problems).toContain('node "a" is depend on node "nobody" which is not exists');
    expect(problems).toContain('unable to find flowInput.gone');
    expect(problems).toContain('a batch over a node’s result is not built yet');
  });

  it.each([
    [[{ nodeName: 'a', input: ['@a'] }], 'a -> a'],
    [
      [
        { nodeName: 'top' },
        { nodeName: 'b', input: ['@c', '@top'] },
        { nodeName: 'c', input: ['@b'] },
        { nodeName: 'below', input: ['@c'] },
      ],
      /b -> c -> b|c -> b -> c/,
    ],
  ])('because of a cycle is refused with the cycle', (nodes, cycle) => {
    const problems = graph(nodes);
    expect(problems).toContain('cyclic nodes are not allowed on batch pipeline');
    expect(problems).toMatch(cycle);
  });

  it('has levels in which each node stands below its parents otherwise', () => {
    const { levels } = createGraph(
      pipelineOf([{ nodeName: 'c', input: ['@a', '@b'] }, { nodeName: 'b', input: ['@a'] }, { nodeName: 'a' }]),
    );
    expect(levels).toEqual([['a'], ['b'], ['c']]);
  });
});

describe('any acyclic pipeline', () => {
  // Node i refers to some of the nodes before it; some are batches, some of those empty; the declaration is shuffled.
  const pipelines = fc
    .array(fc.record({ parents: fc.array(fc.nat()), batch: fc.option(fc.nat(3)) }), { minLength: 1, maxLength: 25 })
    .chain((drafts) => {
      const nodes = drafts.map(({ parents, batch }, index) => ({
        nodeName: `n${index}`,
        input: [
          ...(index === 0 ? [] : parents.map((parent) => `@n${parent % index}`)),
          ...(batch === null ? [] : [`#@flowInput.l${batch}`]),
        ],
      }));
      return fc.shuffledSubarray(nodes, { minLength: nodes.length });
    });
  const flowInput = { l0: [], l1: [1], l2: [1, 2], l3: [1, 2, 3] };

  it('ends, runs each task once, and no node before its parents', () => {
    fc.assert(
      fc.property(pipelines, fc.infiniteStream(fc.nat()), (nodes, choices) => {
        const pipeline = pipelineOf(nodes, { flowInput });
        const graph = createGraph(pipeline);
        const plan = createPlan(pipeline, graph);
        let step = plan.begin();
        const open = [...step.ready];
        const started = new Set<string>();
        const left = new Map<string, number>();
        const begin = (tasks: readonly PlannedTask[]): void => {
          for (const { node, batchIndex, parents } of tasks) {
            const key = `${node.nodeName}#${batchIndex ?? 0}`;
            expect(started.has(key)).toBe(false);
            started.add(key);
            left.set(node.nodeName, (left.get(node.nodeName) ?? 0) + 1);
            for (const parent of parents) expect(left.get(parent) ?? 0).toBe(0);
          }
        };
        begin(step.ready);
        while (open.length > 0) {
          expect(step.verdict.kind).toBe('going');
          const [task] = open.splice((choices.next().value ?? 0) % open.length, 1);
          if (!task) break;
          const { nodeName } = task.node;
          left.set(nodeName, (left.get(nodeName) ?? 0) - 1);
          step = plan.settle({ nodeName, batchIndex: task.batchIndex, end: succeed(1) });
          begin(step.ready);
          open.push(...step.ready);
        }
        expect(step.verdict.kind).toBe('completed');
        expect(step.counts).toMatchObject({ active: 0, succeed: started.size });
      }),
    );
  });
});
