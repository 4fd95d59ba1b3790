// Graphs that cannot be run: every rule, in HKube's words where it has some.

import { describe, expect, it } from 'vitest';
import { createGraph } from '#pipeline/graph';
import { type NodeInput, pipelineOf } from '#test/support/plan';
import { problemsOf } from '#test/support/problems';

it('algorithms that are not known may be many', () => {
  const nodes = Array.from({ length: 150_000 }, (_, index) => ({ nodeName: `n${index}`, algorithmName: `x${index}` }));
  const many = problemsOf(() => createGraph(pipelineOf(nodes), new Set(['y'])), 'NOT_FOUND');
  expect(many).toContain('and 149950 more');
});

it('an algorithm that is not known is one mistake among the others', () => {
  const problems = problemsOf(() => createGraph(pipelineOf([{ nodeName: 'a', input: ['@b'] }]), new Set(['y'])));
  expect(problems).toContain('algorithm x Not Found (known are y)');
  expect(problems).toContain('which is not exists');
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
    expect(problems).toContain('node "a", input 1: unable to find flowInput.gone');
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
    ['a dot in a name', [{ nodeName: 'a.b' }], {}, 'node "a.b" has a dot in its name'],
    [
      'a cycle beside another mistake',
      [{ nodeName: 'a', input: ['@a', '@nobody'] }],
      {},
      'cyclic nodes are not allowed',
    ],
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
});
