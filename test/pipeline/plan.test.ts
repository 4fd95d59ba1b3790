// The planning of runs: what is ready when, how batches and failures count, and what the result looks like.

import { describe, expect, it } from 'vitest';
import { createGraph } from '#pipeline/graph';
import { type Answer, echo, fail, type NodeInput, pipelineOf, play, run, succeed } from '#test/support/plan';
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

describe('a graph that cannot be run', () => {
  const graph = (nodes: readonly NodeInput[], rest = {}) => problemsOf(() => createGraph(pipelineOf(nodes, rest)));

  it('is refused with every reason at once', () => {
    const problems = graph([
      { nodeName: 'a', input: ['@nobody', '@flowInput.gone', '$$a'] },
      { nodeName: 'a' },
      { nodeName: 'flowInput' },
    ]);
    expect(problems).toContain('found duplicate node "a"');
    expect(problems).toContain('pipeline "p" has invalid reserved name "flowInput"');
    expect(problems).toContain('node "a" is depend on node "nobody" which is not exists');
    expect(problems).toContain('unable to find flowInput.gone');
    expect(problems).toContain('node "a", input 2: "$$a": text that begins with $$ is reserved');
  });

  const batch = { nodeName: 'b', input: ['#[1,2]'] };
  const output = (nodeName: string, ...input: unknown[]) => ({ nodeName, kind: 'output', input });
  it.each<[string, readonly NodeInput[], Readonly<Record<string, unknown>>, string]>([
    ['reserved name', [{ nodeName: 'dataSource' }], {}, 'pipeline "p" has invalid reserved name "dataSource"'],
    [
      'edge from nowhere',
      [batch],
      { edges: [{ source: 'x', target: 'b' }] },
      'node "b" is depend on node "x" which is not exists',
    ],
    ['edge to nowhere', [batch], { edges: [{ source: 'b', target: 'x' }] }, 'leads to node "x" which is not exists'],
    ['*#@', [batch, { nodeName: 'n', input: ['*#@b'] }], {}, 'HKube never runs a node with *#@'],
    [
      '*@ on a node that is no batch',
      [{ nodeName: 'a' }, { nodeName: 'n', input: [{ k: '*@a.x' }] }],
      {},
      'node "n": *@a.x starts with each item of a batch, and node "a" is none: write @a.x',
    ],
    ['*@ beside a batch', [batch, { nodeName: 'n', input: ['*@b', '#[1]'] }], {}, 'node "n" has *@ beside a batch'],
    ['*@flowInput', [{ nodeName: 'n', input: ['*@flowInput.l'] }], {}, 'flowInput has no items that end one by one'],
    ['data source', [{ nodeName: 'n', input: ['@dataSource.a/b'] }], {}, 'data sources are not built yet'],
    ['open bracket', [{ nodeName: 'n', input: ['#[1,2'] }], {}, 'begins with #[ and ends with ]'],
    ['half a range', [{ nodeName: 'n', input: ['#[1...]'] }], {}, 'the range 1... wants a whole number at both ends'],
    ['endless range', [{ nodeName: 'n', input: ['#[1...99999999]'] }], {}, 'has more than 1000000 items'],
    ['output without parents', [output('o')], {}, 'node "o" should have parent nodes'],
    [
      'output with children',
      [batch, output('o', '@b'), { nodeName: 'n', input: ['@o'] }],
      {},
      'node "o" should not have child nodes',
    ],
    ['two outputs', [batch, output('o', '@b'), output('p', '@b')], {}, 'pipeline can not have more than one output'],
    [
      'output in a stream',
      [batch, output('o', '@b')],
      { kind: 'stream' },
      'node "o" from kind output can not be used in a streaming pipeline',
    ],
    [
      'the @ sign in a stream',
      [batch, { nodeName: 'n', input: ['@b'] }],
      { kind: 'stream' },
      'the "@" sign is not allowed in "stream" pipeline, please use the "streaming.flows" property instead',
    ],
    ['a stream', [batch], { kind: 'stream' }, 'stream pipelines are not built yet'],
    [
      'flows in a batch pipeline',
      [batch],
      { streaming: { flows: { main: 'a >> b' } } },
      'streaming flow is only allowed in stream pipeline',
    ],
    ['debugOverride', [batch], { options: { debugOverride: ['x'] } }, 'debugOverride node not in nodes list ("x")'],
    ['debugging', [batch], { options: { debugOverride: ['b'] } }, 'debugging node "b" is not built yet'],
    ['gateway', [{ nodeName: 'g', kind: 'gateway' }], {}, 'nodes of kind gateway are not built yet'],
  ])('because of %s is refused with words', (_, nodes, rest, words) => {
    expect(graph(nodes, rest)).toContain(words);
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
