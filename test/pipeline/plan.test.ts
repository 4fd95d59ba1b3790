// The planning of runs: what is ready when, how batches and failures count, and what the result looks like.

import { describe, expect, it } from 'vitest';
import { createGraph } from '#pipeline/graph';
import { createPlan } from '#pipeline/plan';
import { type Answer, echo, fail, pipelineOf, play, run, succeed } from '#test/support/plan';
import { problemsOf } from '#test/support/problems';

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
    const { verdict } = run([{ nodeName: 'a' }, { nodeName: 'b', input: ['@a'] }], {}, () => fail('boom'));
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
    expect(counts).toEqual({ total: 4, creating: 0, active: 0, succeed: 4, failed: 0, skipped: 0 });
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
    const answer: Answer = (task) => (task.batchIndex === 2 ? fail('boom') : echo(task));
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
      () => fail('boom'),
    );
    expect(verdict).toEqual({ kind: 'failed', error, nodeName: 'n' });
  });
});

describe('a node that follows a batch item by item', () => {
  const nodes = [
    { nodeName: 'a', input: ['#[1...3]'] },
    { nodeName: 'b', input: ['#[x,y]'] },
    { nodeName: 'n', input: ['*@a', '*@b'] },
  ];
  /** Ends the tasks in this order. */
  const inOrder = (names: readonly string[]) => {
    const left = [...names];
    const started: Record<string, string[]> = {};
    const open: string[] = [];
    let last = 'begin';
    play(pipelineOf(nodes), {
      choose: () => {
        const next = left.shift() ?? '';
        last = next;
        const at = open.indexOf(next);
        open.splice(at, 1);
        return at;
      },
      onReady: (task) => {
        const name = `${task.node.nodeName}#${task.batchIndex ?? 0}`;
        open.push(name);
        (started[last] ??= []).push(name);
      },
    });
    return started;
  };

  it('starts each index once, when the item of each of the others is over, and no index with half of its items', () => {
    expect(inOrder(['a#2', 'b#1', 'a#3', 'a#1', 'b#2', 'n#1', 'n#2', 'n#3'])).toEqual({
      begin: ['a#1', 'a#2', 'a#3', 'b#1', 'b#2'],
      'a#3': ['n#3'],
      'a#1': ['n#1'],
      'b#2': ['n#2'],
    });
  });
});

it('a run that fails counts nothing as active that was never given out', () => {
  const nodes = [
    { nodeName: 'a', input: ['#[1,2]'] },
    { nodeName: 'n', input: ['*@a'] },
  ];
  const { counts, order } = run(nodes, { options: { batchTolerance: 0 } }, () => fail('boom'));
  expect(order).toEqual(['a#1', 'a#2']);
  expect(counts).toMatchObject({ creating: 1, active: 0, failed: 1 });
});

it('a task counts as active once a worker has begun it, and once, however often it is tried', () => {
  const pipeline = pipelineOf([
    { nodeName: 'a', input: ['#[1,2,3]'] },
    { nodeName: 'b', input: ['@a'] },
  ]);
  const plan = createPlan(pipeline, createGraph(pipeline));
  expect(plan.begin().counts).toMatchObject({ creating: 3, active: 0 });
  for (const batchIndex of [1, 1, 2]) plan.note({ nodeName: 'a', batchIndex });
  expect(plan.note({ nodeName: 'b', batchIndex: null })).toMatchObject({ total: 4, creating: 1, active: 2 });
  plan.settle({ nodeName: 'a', batchIndex: 1, end: succeed(1) });
  plan.settle({ nodeName: 'a', batchIndex: 3, end: fail('never begun') });
  expect(plan.nodes()).toEqual([
    {
      nodeName: 'a',
      algorithmName: 'x',
      status: null,
      batchInfo: { idle: 0, running: 1, completed: 2, errors: 1, total: 3 },
    },
    { nodeName: 'b', algorithmName: 'x', status: 'creating' },
  ]);
});

it('many mistakes of one node, and many followers of one batch, take no more than their number', () => {
  const followers = Array.from({ length: 20_000 }, (_, index) => ({ nodeName: `f${index}`, input: ['*@a'] }));
  const { counts } = run([{ nodeName: 'a', input: ['#[1]'] }, ...followers]);
  expect(counts.succeed).toBe(20_001);
  const wrong = { nodeName: 'n', input: Array.from({ length: 150_000 }, () => '*@single') };
  expect(problemsOf(() => createGraph(pipelineOf([{ nodeName: 'single' }, wrong])))).toContain('and 149950 more');
});
