// The input reference language, rule by rule (control-plane.md §5.2, and its corrections): what each node's tasks get, and what
// the run brings. The numbers are those of the rules.

import { describe, expect, it } from 'vitest';
import { batch, batchTasks, type Example, rules, secondFails } from '#test/pipeline/language-rules';
import { type Answer, echo, fail, nameOf, run, succeed } from '#test/support/plan';

const forms: readonly Example[] = [
  {
    rule: '@flowInput and @flowInput.path: the value; numbers index arrays',
    nodes: [{ nodeName: 'n', input: ['@flowInput', '@flowInput.a.b.0'] }],
    flowInput: { a: { b: ['x'] } },
    tasks: { n: [{ a: { b: ['x'] } }, 'x'] },
  },
  {
    rule: '@node and @node.path: the result, or a part of it',
    nodes: [
      { nodeName: 'a', input: [{ x: { y: 1 } }] },
      { nodeName: 'b', input: ['@a', '@a.x.y'] },
    ],
    tasks: { a: [{ x: { y: 1 } }], b: [{ x: { y: 1 } }, 1] },
  },
  {
    rule: '@batch: an array of the results of its items, the path applied to each',
    nodes: [batch, { nodeName: 'b', input: ['@batch', '@batch.k'] }],
    answers: { 'batch#1': { k: 'a' }, 'batch#2': { k: 'b' }, 'batch#3': {} },
    tasks: {
      ...batchTasks,
      b: [
        [{ k: 'a' }, { k: 'b' }, {}],
        ['a', 'b', null],
      ],
    },
  },
  {
    rule: '#@flowInput.list: one task for each element',
    nodes: [{ nodeName: 'n', input: ['#@flowInput.list'] }],
    flowInput: { list: ['a', ['b'], null] },
    tasks: { 'n#1': ['a'], 'n#2': [['b']], 'n#3': [null] },
  },
  {
    rule: '#@node and #@node.path: one task for each element of its result',
    nodes: [
      { nodeName: 'a', input: [{ list: [1, 2] }] },
      { nodeName: 'b', input: ['#@a.list'] },
      { nodeName: 'c', input: ['#@b'] },
    ],
    tasks: { a: [{ list: [1, 2] }], 'b#1': [1], 'b#2': [2], 'c#1': [1], 'c#2': [2] },
  },
  {
    rule: '#@batch: one task for each item result, not flattened, the path applied to each',
    nodes: [batch, { nodeName: 'b', input: ['#@batch'] }, { nodeName: 'c', input: ['#@batch.k'] }],
    answers: { 'batch#1': { k: [1] }, 'batch#2': { k: [2] }, 'batch#3': [3] },
    tasks: {
      ...batchTasks,
      'b#1': [{ k: [1] }],
      'b#2': [{ k: [2] }],
      'b#3': [[3]],
      'c#1': [[1]],
      'c#2': [[2]],
      'c#3': [null],
    },
  },
  {
    rule: '*@batch and *@batch.path: one task for each item, with the same index',
    nodes: [batch, { nodeName: 'b', input: ['*@batch', 'x'] }, { nodeName: 'c', input: ['*@batch.k'] }],
    answers: { 'batch#1': { k: 1 }, 'batch#2': 2, 'batch#3': null },
    tasks: {
      ...batchTasks,
      'b#1': [{ k: 1 }, 'x'],
      'b#2': [2, 'x'],
      'b#3': [null, 'x'],
      'c#1': [1],
      'c#2': [null],
      'c#3': [null],
    },
  },
  {
    rule: 'text with a sign elsewhere is text, a key is never a reference, a bare # or flowInput.x is text',
    nodes: [{ nodeName: 'n', input: ['me@x.com', ' @n', '#x', 'flowInput.x', { '@n': '1 @n' }] }],
    tasks: { n: ['me@x.com', ' @n', '#x', 'flowInput.x', { '@n': '1 @n' }] },
  },
];

const failures: readonly (Example & { readonly error: string })[] = [
  {
    rule: 'outside of a batch a failure fails the run',
    nodes: [{ nodeName: 'a' }],
    answers: { a: '!boom' },
    tasks: { a: [] },
    error: 'boom',
  },
  {
    rule: 'tolerance: from the given percentage on, rounded, the run fails',
    nodes: [batch],
    options: { batchTolerance: 33 },
    answers: secondFails,
    tasks: batchTasks,
    error: '1/3 (33%) failed tasks, batch tolerance is 33%, error: boom',
  },
  {
    rule: 'tolerance 0: the first failure fails it',
    nodes: [batch],
    options: { batchTolerance: 0 },
    answers: secondFails,
    tasks: batchTasks,
    error: '1/3 (33%) failed tasks, batch tolerance is 0%, error: boom',
  },
  {
    rule: 'tolerance of a *@ node: counted against all of its items, not those that have started',
    nodes: [batch, { nodeName: 'n', input: ['*@batch'] }],
    options: { batchTolerance: 60 },
    answers: { 'n#1': '!first', 'n#2': '!second' },
    tasks: { ...batchTasks, 'n#1': [1], 'n#2': [2], 'n#3': [3] },
    error: '2/3 (67%) failed tasks, batch tolerance is 60%, error: second',
  },
  {
    rule: 'two failures: the first in time names the error',
    nodes: [{ nodeName: 'z' }, { nodeName: 'a' }],
    answers: { z: '!first', a: '!second' },
    tasks: { z: [], a: [] },
    error: 'first',
  },
  {
    rule: 'more combinations than a node can have tasks',
    nodes: [{ nodeName: 'n', input: ['#[1...2000]', '#[1...2000]'], batchOperation: 'cartesian' }],
    tasks: {},
    error: 'the batch has 4000000 items, and a node can have 1000000 tasks: take fewer elements, or batchOperation',
  },
];

const answerOf =
  (answers: Readonly<Record<string, unknown>> = {}): Answer =>
  (task) => {
    const name = nameOf(task);
    if (!Object.hasOwn(answers, name)) return echo(task);
    const answer = answers[name];
    return typeof answer === 'string' && answer.startsWith('!') ? fail(answer.slice(1)) : succeed(answer);
  };

const play = ({ nodes, answers, ...rest }: Example) => {
  const { flowInput, options, edges } = rest;
  return run(nodes, { flowInput, ...(options && { options }), ...(edges && { edges }) }, answerOf(answers));
};

describe.each([
  ['forms', forms],
  ['rules', rules],
])('the %s of references', (_, examples) => {
  it.each(examples)('$rule', (example) => {
    const { tasks, results, verdict } = play(example);
    expect(verdict.kind).toBe('completed');
    expect(tasks).toEqual(example.tasks);
    if (example.results)
      expect(results).toEqual(example.results.map((result) => ({ algorithmName: 'x', ...Object(result) })));
  });
});

describe('failures', () => {
  it.each(failures)('$rule', (example) => {
    const { tasks, verdict } = play(example);
    expect(tasks).toEqual(example.tasks);
    expect(verdict).toMatchObject({ kind: 'failed', error: expect.stringContaining(example.error) });
  });
});
