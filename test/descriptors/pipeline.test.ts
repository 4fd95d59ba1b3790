// Pipeline documents: what is taken, what is filled in, and the words for all that is wrong at once.

import { describe, expect, it } from 'vitest';
import { checkPipeline, parsePipeline } from '#descriptors/pipeline';
import { problemsOf } from '#test/support/problems';

const minimal = { name: 'p', nodes: [{ nodeName: 'a', algorithmName: 'x' }] };

describe('a pipeline', () => {
  it('gets the defaults that HKube fills in', () => {
    expect(checkPipeline(minimal, 'p')).toEqual({
      name: 'p',
      kind: 'batch',
      experimentName: 'main',
      priority: 3,
      nodes: [{ nodeName: 'a', kind: 'algorithm', algorithmName: 'x', input: [] }],
      edges: [],
      options: { ttl: 3600, batchTolerance: 80, progressVerbosityLevel: 'info' },
    });
  });

  it('keeps keys that nobody knows, at the top, in nodes and in options', () => {
    const odd = {
      ...minimal,
      tags: ['t'],
      nodes: [{ ...minimal.nodes[0], colour: 'red' }],
      options: { concurrentPipelines: { amount: 2 } },
    };
    expect(checkPipeline(odd, 'p')).toMatchObject(odd);
  });

  it('takes numbers as text, as HKube’s documentation writes them', () => {
    const written = { ...minimal, priority: '4', options: { batchTolerance: '100' } };
    expect(checkPipeline(written, 'p')).toMatchObject({ priority: 4, options: { batchTolerance: 100 } });
  });

  it('with several mistakes is refused with all of them: path, rule and value', () => {
    const wrong = {
      name: 'no spaces',
      nodes: [{ nodeName: '', algorithmName: 'x', input: 'text' }, { nodeName: 'b' }],
      options: { batchTolerance: 120 },
      webhooks: { done: 'x' },
    };
    const problems = problemsOf(() => checkPipeline(wrong, 'demo.yml'));
    expect(problems).toContain('demo.yml: ');
    expect(problems).toContain("name: expected letters, digits and : - _ . only, got 'no spaces'");
    expect(problems).toContain("nodes.0.nodeName: expected a name that is not empty, got ''");
    expect(problems).toContain("nodes.0.input: expected an array, got 'text'");
    expect(problems).toContain('nodes.1.algorithmName: please provide algorithm name, got nothing');
    expect(problems).toContain('options.batchTolerance: expected a number from 0 to 100, got 120');
    expect(problems).toContain('webhooks: expected progress and result only');
  });

  it.each([
    [undefined, 'the document: expected'],
    [[], 'the document: expected'],
    [{ name: 'p', nodes: ['a'] }, 'nodes.0: expected a node'],
    [{ ...minimal, priority: '9' }, "priority: expected a number from 1 to 5, got '9'"],
    [{ name: 'p' }, 'nodes: expected an array of nodes, got nothing'],
    [{ name: 'p', nodes: [] }, 'pipeline must have at least one node'],
    [{ ...minimal, kind: 'stream' }, 'streams are not built yet'],
    [{ name: 'p', nodes: [{ nodeName: 'a', kind: 'pipeline' }] }, 'other kinds of nodes are not built yet'],
  ])('%j is refused with words', (value, words) => {
    expect(problemsOf(() => checkPipeline(value, 'p'))).toContain(words);
  });
});

describe('the text of a pipeline', () => {
  it('is YAML or JSON', () => {
    const yaml =
      'name: p\nnodes:\n  - nodeName: a\n    algorithmName: x\n    input: ["@flowInput.a"]\nflowInput: {a: 1}\n';
    const parsed = parsePipeline(yaml, 'p.yml');
    expect(parsed).toMatchObject({ nodes: [{ input: ['@flowInput.a'] }], flowInput: { a: 1 } });
    expect(parsePipeline(JSON.stringify(parsed), 'p.json')).toEqual(parsed);
  });

  it('that is neither is refused with line and column', () => {
    expect(problemsOf(() => parsePipeline('name: p\nnodes: [', 'p.yml'))).toMatch(/p\.yml: line 2, column \d+: /);
  });

  it('with a reference where YAML wants quotes is refused with line and column', () => {
    expect(problemsOf(() => parsePipeline('name: p\nnodes:\n  - nodeName: @x\n', 'p.yml'))).toContain('line 3, column');
  });

  it('that unfolds without bound is refused', () => {
    const level = (name: string, of: string): string => `${name}: &${name} [${Array(20).fill(`*${of}`).join(',')}]`;
    const bomb = ['a: &a [x]', level('b', 'a'), level('c', 'b'), level('d', 'c'), level('e', 'd')].join('\n');
    expect(problemsOf(() => parsePipeline(bomb, 'p.yml'))).toContain('p.yml: ');
  });
});
