// Stored pipelines: what a run lays over one, and nodes that are pipelines themselves.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkPipeline, type RawPipeline } from '#descriptors/pipeline';
import { createGraph } from '#pipeline/graph';
import { inlinePipelines } from '#pipeline/inline';
import { layOver, merge } from '#pipeline/merge';
import { pipelineOf, play } from '#test/support/plan';
import { problemsOf } from '#test/support/problems';

describe('a request laid over a stored pipeline', () => {
  const stored = pipelineOf([{ nodeName: 'a' }, { nodeName: 'b' }], {
    flowInput: { list: [1, 2, 3], kept: { x: 1 } },
    options: { batchTolerance: 10 },
    webhooks: { result: 'http://a.example/r' },
  });

  it('of a sub-pipeline merges the flow input, arrays by index', () => {
    expect(layOver(stored, { name: 'p', flowInput: { list: [9], kept: { y: 2 } } }, 'merge')).toMatchObject({
      flowInput: { list: [9, 2, 3], kept: { x: 1, y: 2 } },
    });
  });

  it('of people replaces it as a whole, and leaves it alone where there is none', () => {
    expect(layOver(stored, { name: 'p', flowInput: { list: [9] } }, 'replace')).toHaveProperty('flowInput', {
      list: [9],
    });
    expect(layOver(stored, { name: 'p' }, 'replace')).toHaveProperty('flowInput', stored.flowInput);
  });

  it('merges options and webhooks, and nodes by index', () => {
    const over = {
      name: 'p',
      options: { ttl: 5 },
      webhooks: { progress: 'http://a.example/p' },
      nodes: [{ algorithmName: 'other' }],
    };
    expect(layOver(stored, over, 'merge')).toMatchObject({
      options: { batchTolerance: 10, ttl: 5 },
      webhooks: { result: 'http://a.example/r', progress: 'http://a.example/p' },
      nodes: [{ nodeName: 'a', algorithmName: 'other' }, { nodeName: 'b' }],
    });
  });

  it('changes nothing of what is stored, and gives no object a new prototype', () => {
    const before = structuredClone(stored);
    const hostile: unknown = JSON.parse('{"__proto__": {"polluted": true}, "options": {"__proto__": {"ttl": 1}}}');
    merge(stored, hostile);
    expect(stored).toEqual(before);
    expect({}).not.toHaveProperty('polluted');
  });

  it('keeps dates and bytes whole', () => {
    const over = { at: new Date(5), bytes: new Uint8Array([1]) };
    expect(merge({ at: new Date(0), bytes: { x: 1 } }, over)).toEqual(over);
  });

  it('that is the pipeline itself changes nothing', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(merge(value, value)).toEqual(value);
      }),
    );
  });
});

describe('a pipeline of pipelines', () => {
  const sub = (nodeName: string, ...input: unknown[]) => ({
    nodeName,
    kind: 'pipeline',
    spec: { name: 'inner' },
    input,
  });
  const inner = pipelineOf(
    [
      { nodeName: 'first', input: ['@flowInput.text'] },
      { nodeName: 'second', input: [{ from: '@first', all: ['*@each'] }] },
      { nodeName: 'each', input: ['#[1,2]'] },
      { nodeName: 'last', input: ['@second'] },
    ],
    { name: 'inner', flowInput: { text: 'inner' }, edges: [{ source: 'each', target: 'last' }] },
  );
  const stored = new Map<string, RawPipeline>([['inner', inner]]);
  const store = (name: string, nodes: Parameters<typeof pipelineOf>[0], rest = {}): void =>
    void stored.set(name, pipelineOf(nodes, { name, ...rest }));
  const named = (nodeName: string, name: string, ...input: unknown[]) => ({
    ...sub(nodeName, ...input),
    spec: { name },
  });
  store('loop', [named('l', 'loop')]);
  store('stream', [{ nodeName: 'x' }], { kind: 'stream' });
  store(
    'many',
    Array.from({ length: 400 }, (_, index) => ({ nodeName: `n${index}` })),
  );
  store('wide', [named('a', 'many'), named('b', 'many', '@a')]);
  store('deep0', [{ nodeName: 'x' }]);
  for (let level = 1; level <= 30; level++)
    store(`deep${level}`, [named('a', `deep${level - 1}`), named('b', `deep${level - 1}`)]);
  store('dangling', [{ nodeName: 'j', input: ['@outer', '##@j', '**@j'] }]);
  const inline = (nodes: Parameters<typeof pipelineOf>[0], rest = {}): RawPipeline =>
    inlinePipelines(pipelineOf(nodes, rest), (name) => stored.get(name));

  it('has the nodes of the stored one under new names, their references and edges with them', () => {
    const { nodes, edges } = inline([sub('s')]);
    expect(nodes.map(({ nodeName, input }) => [nodeName, input])).toEqual([
      ['s-first', ['@flowInput.text']],
      ['s-second', [{ from: '@s-first', all: ['*@s-each'] }]],
      ['s-each', ['#[1,2]']],
      ['s-last', ['@s-second']],
    ]);
    expect(edges).toEqual([{ source: 's-each', target: 's-last' }]);
  });

  it('keeps the order of what it stands for: last nodes before first ones', () => {
    const pipeline = inline([{ nodeName: 'before' }, sub('one', '@before'), sub('two', '@one')]);
    const { order } = play(pipeline);
    expect(order.indexOf('before')).toBe(0);
    expect(order.indexOf('one-last')).toBeLessThan(order.indexOf('two-first'));
    expect(order.indexOf('one-last')).toBeLessThan(order.indexOf('two-each#1'));
  });

  it('has one flow input; the value of the stored pipeline counts', () => {
    const { flowInput } = inline([sub('s')], { flowInput: { text: 'outer', more: 1 } });
    expect(flowInput).toEqual({ text: 'inner', more: 1 });
  });

  it('lets others read its nodes by their new names', () => {
    const pipeline = inline([sub('s'), { nodeName: 'after', input: ['@s-last'] }]);
    expect(createGraph(pipeline).get('after')?.parents).toEqual(new Set(['s-last']));
  });

  it('may hold pipelines of pipelines', () => {
    stored.set('middle', checkPipeline({ name: 'middle', nodes: [sub('m')] }, 'middle'));
    const { nodes } = inline([{ ...sub('s'), spec: { name: 'middle' } }]);
    expect(nodes.map(({ nodeName }) => nodeName)).toContain('s-m-first');
  });

  it.each([
    [{ ...sub('s'), spec: { name: 'gone' } }, 'node s: pipeline gone Not Found'],
    [{ ...sub('s'), spec: { name: 'loop' } }, 'node l: pipeline loop contains itself (loop -> loop)'],
    [{ ...sub('s'), spec: { name: 'stream' } }, 'node s: pipeline stream is of kind stream'],
    [{ ...sub('s'), spec: { name: 'wide' } }, 'it comes to more than 100000 nodes and edges'],
    [{ ...sub('s'), spec: { name: 'deep30' } }, 'it comes to more than 100000 nodes and edges'],
    [sub('s', '*#@before', '$$x'), 'node "s", input 0: "*#@before": HKube never runs'],
  ])('%j is refused', (node, words) => {
    expect(problemsOf(() => inline([node]))).toContain(words);
  });

  it('keeps a stored pipeline to itself, and leaves text alone that only looks like a reference', () => {
    const pipeline = inline([named('s', 'dangling'), { nodeName: 'outer' }]);
    expect(pipeline.nodes[0]?.input).toEqual(['@s-outer', '##@j', '**@j']);
    expect(problemsOf(() => createGraph(pipeline))).toContain(
      'node "s-j" is depend on node "s-outer" which is not exists',
    );
  });

  it('loses no node that is there twice', () => {
    expect(problemsOf(() => inline([sub('s'), { nodeName: 'a' }, { nodeName: 'a' }]))).toContain(
      'found duplicate node "a"',
    );
  });

  it('may have the name of one of those in it', () => {
    store('p', [{ nodeName: 'x' }]);
    expect(inline([named('s', 'p')]).nodes.map(({ nodeName }) => nodeName)).toEqual(['s-x']);
  });

  it('whose node reads a pipeline as a whole is refused, with what can be read', () => {
    expect(problemsOf(() => inline([sub('s'), { nodeName: 'n', input: ['@s'] }]))).toContain('read @s-last');
  });
});
