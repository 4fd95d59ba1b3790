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
      nodes: [{ nodeName: 'a', kind: 'algorithm', algorithmName: 'x', input: [], minStatelessCount: 0 }],
      edges: [],
      options: { ttl: 3600, batchTolerance: 80, progressVerbosityLevel: 'info' },
    });
  });

  it('keeps keys that nobody knows, at the top, in nodes and in options', () => {
    const odd = {
      ...minimal,
      tags: ['t'],
      nodes: [{ ...minimal.nodes[0], colour: 'red' }],
      options: { colour: 'blue' },
    };
    expect(checkPipeline(odd, 'p')).toMatchObject(odd);
  });

  it('gets the defaults of retries and concurrency where they are given at all', () => {
    const given = {
      ...minimal,
      nodes: [{ ...minimal.nodes[0], retry: {} }],
      options: { concurrentPipelines: { amount: 2 } },
    };
    expect(checkPipeline(given, 'p')).toMatchObject({
      nodes: [{ retry: { policy: 'OnCrash', limit: 3 } }],
      options: { concurrentPipelines: { amount: 2, rejectOnFailure: true } },
    });
  });

  it('names the algorithm of an output node as HKube does', () => {
    const { nodes } = checkPipeline(
      { ...minimal, nodes: [...minimal.nodes, { nodeName: 'o', kind: 'output', input: ['@a'] }] },
      'p',
    );
    expect(nodes[1]).toMatchObject({ algorithmName: 'p-output' });
  });

  it('takes numbers as text, as HKube’s documentation writes them', () => {
    const nodes = [{ ...minimal.nodes[0], includeInResult: 'true', ttl: '1.5' }];
    const written = { ...minimal, nodes, priority: '4', options: { batchTolerance: '100' } };
    expect(checkPipeline(written, 'p')).toMatchObject({
      nodes: [{ includeInResult: true, ttl: 1.5 }],
      priority: 4,
      options: { batchTolerance: 100 },
    });
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
    [{ nodes: minimal.nodes }, 'name: please provide pipeline name, got nothing'],
    [{ ...minimal, priority: '9' }, "priority: expected a whole number from 1 to 5, got '9'"],
    [{ ...minimal, priority: 2.5 }, 'priority: expected a whole number from 1 to 5, got 2.5'],
    [{ name: 'p' }, 'nodes: expected an array of nodes, got nothing'],
    [{ name: 'p', nodes: [] }, 'pipeline must have at least one node'],
    [{ ...minimal, kind: 'queue' }, "kind: expected batch or stream, got 'queue'"],
    [
      { name: 'p', nodes: [{ nodeName: 'a', kind: 'job' }] },
      "nodes.0.kind: expected algorithm, pipeline, output, debug, dataSource, gateway or hyperparamsTuner, got 'job'",
    ],
    [
      { name: 'p', nodes: [{ nodeName: 'a', algorithmName: 'x', retry: { policy: 'Often', limit: 0 } }] },
      "nodes.0.retry.policy: expected Never, Always, OnError or OnCrash, got 'Often'; nodes.0.retry.limit: expected a whole number, 1 or more, got 0",
    ],
    [
      { ...minimal, options: { concurrentPipelines: 5 } },
      'concurrentPipelines: expected {amount, rejectOnFailure}, got 5',
    ],
    [
      { ...minimal, options: { concurrentPipelines: { amount: 0 } } },
      'amount: expected a whole number from 1 to 10000, got 0',
    ],
    [
      { ...minimal, options: { progressVerbosityLevel: 'loud' } },
      "expected trace, debug, info, warn, error or critical, got 'loud'",
    ],
    [
      { ...minimal, options: { activeTtl: 0 } },
      'options.activeTtl: expected a whole number of seconds, 1 or more, got 0',
    ],
    [{ ...minimal, webhooks: { result: 'mailto:x' } }, 'webhooks.result: expected an http, https or ftp URL'],
    [{ ...minimal, triggers: { cron: {} } }, 'triggers.cron.pattern: expected a cron pattern, got nothing'],
    [{ ...minimal, triggers: { hourly: true } }, 'triggers: expected pipelines and cron only'],
    [{ ...minimal, tags: [''] }, 'tags.0: expected 1 to 32 characters'],
    [{ ...minimal, streaming: { flows: { a: 1 } } }, 'streaming.flows.a: expected a flow such as A >> B, got 1'],
    [{ ...minimal, edges: [{ source: 'a' }] }, 'edges.0.target: expected the name of a node, got nothing'],
    [{ ...minimal, flowInput: [1] }, 'flowInput: expected an object'],
    [{ name: 'p', nodes: [{ nodeName: '', input: 1 }] }, 'nodes.0.algorithmName: please provide algorithm name'],
    [{ name: 'p', nodes: [{ nodeName: 's', kind: 'pipeline' }] }, 'nodes.0.spec.name: please provide pipeline name'],
    [{ ...minimal, priority: ' ' }, "priority: expected a whole number from 1 to 5, got ' '"],
  ])('%j is refused with words', (value, words) => {
    expect(problemsOf(() => checkPipeline(value, 'p'))).toContain(words);
  });
});

describe('a document without an end', () => {
  const withInput = (input: unknown) => ({ name: 'p', nodes: [{ nodeName: 'a', algorithmName: 'x', input }] });

  it('is refused where it contains itself, in YAML as in a value', () => {
    const text = 'name: p\nnodes:\n  - nodeName: a\n    algorithmName: x\n    input: &a [*a, *a]\n';
    expect(problemsOf(() => parsePipeline(text, 'p.yml'))).toContain('nodes.0.input.0: a value that contains itself');
    const loop: unknown[] = [];
    loop.push({ loop });
    expect(problemsOf(() => checkPipeline(withInput(loop), 'p'))).toContain('a value that contains itself');
  });

  it('is refused where it is nested beyond any use', () => {
    let buried: unknown = '@a';
    for (let depth = 0; depth < 100_000; depth++) buried = [buried];
    expect(problemsOf(() => checkPipeline(withInput([buried]), 'p'))).toContain('nested deeper than 500 levels');
  });

  it('is refused where sharing makes it enormous', () => {
    let wide: unknown = ['x'];
    for (let level = 0; level < 100; level++) wide = [wide, wide];
    expect(problemsOf(() => checkPipeline(withInput([wide]), 'p'))).toContain('more than 5000000 objects and arrays');
  });

  it('is refused where it cannot be read', () => {
    const trap = {
      get input(): never {
        throw new TypeError('oops');
      },
    };
    expect(problemsOf(() => checkPipeline({ name: 'p', nodes: [trap] }, 'p'))).toContain('it cannot be read: oops');
  });

  it('with more mistakes than can be listed is refused all the same', () => {
    const nodes = Array.from({ length: 150_000 }, () => ({ nodeName: 7 }));
    expect(problemsOf(() => checkPipeline({ name: 'p', nodes }, 'p'))).toMatch(/^p: /);
    const some = Array.from({ length: 100 }, () => ({ nodeName: 7 }));
    expect(problemsOf(() => checkPipeline({ name: 'p', nodes: some }, 'p'))).toContain('; and 150 more.');
  });
});

it('a checked pipeline shares nothing with what it was made of, but bytes and dates', () => {
  const bytes = new Uint8Array([1]);
  const given = { ...minimal, flowInput: { list: [1], bytes, at: new Date(0) } };
  const checked = checkPipeline(given, 'p');
  given.flowInput.list.push(2);
  expect(checked.flowInput).toEqual({ list: [1], bytes, at: new Date(0) });
  expect(checked.flowInput?.bytes).toBe(bytes);
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
