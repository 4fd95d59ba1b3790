// The numbered rules of the reference language, each as an example: what the tasks of a pipeline get, and what its run brings.

import type { NodeInput } from '#test/support/plan';

/** A pipeline, and what becomes of it. */
export interface Example {
  readonly rule: string;
  readonly nodes: readonly NodeInput[];
  readonly flowInput?: Readonly<Record<string, unknown>>;
  readonly options?: Readonly<Record<string, unknown>>;
  readonly edges?: readonly { readonly source: string; readonly target: string }[];
  /** What nodes answer, where it is not their own input. An answer of text that begins with ! is a failure. */
  readonly answers?: Readonly<Record<string, unknown>>;
  /** The inputs of the tasks, by name; all of them. */
  readonly tasks: Readonly<Record<string, readonly unknown[]>>;
  readonly results?: readonly unknown[];
}

/** A node without tasks. */
export const none = { nodeName: 'none', input: ['#[5...1]'] };
export const batch = { nodeName: 'batch', input: ['#[1...3]'] };
export const batchTasks = { 'batch#1': [1], 'batch#2': [2], 'batch#3': [3] };
export const secondFails = { 'batch#2': '!boom' };

export const rules: readonly Example[] = [
  {
    rule: '1: flowInput is told by the whole first segment, so flowInputX is a node',
    nodes: [
      { nodeName: 'flowInputX', input: ['v'] },
      { nodeName: 'n', input: ['@flowInputX'] },
    ],
    tasks: { flowInputX: ['v'], n: ['v'] },
  },
  {
    rule: '2: single items are text, ranges whole numbers with both ends; white space and nested brackets go, quotes stay',
    nodes: [{ nodeName: 'n', input: ['#[1, 2...4 ,[a,[b c]],"d"]'] }],
    tasks: { 'n#1': ['1'], 'n#2': [2], 'n#3': [3], 'n#4': [4], 'n#5': ['a'], 'n#6': ['bc'], 'n#7': ['"d"'] },
  },
  { rule: '2: #[] is one task with ""', nodes: [{ nodeName: 'n', input: ['#[]'] }], tasks: { 'n#1': [''] } },
  {
    rule: '2: a backwards range has no items: alone it skips the node, in a mix it vanishes',
    nodes: [none, { nodeName: 'mix', input: ['#[5...1,x]'] }],
    tasks: { 'mix#1': ['x'] },
    results: [
      { nodeName: 'none', batchIndex: -1 },
      { nodeName: 'mix', batchIndex: 1, result: 'x' },
    ],
  },
  {
    rule: '3: #@ on an array gives its elements themselves',
    nodes: [
      { nodeName: 'a', input: [['links-1', ['links-2']]] },
      { nodeName: 'b', input: ['#@a'] },
    ],
    tasks: { a: [['links-1', ['links-2']]], 'b#1': ['links-1'], 'b#2': [['links-2']] },
  },
  ...(['text', 7, null, {}, []] as const).map((result): Example => ({
    rule: `4: #@ on ${JSON.stringify(result)} skips the node`,
    nodes: [
      { nodeName: 'a', input: [result] },
      { nodeName: 'b', input: ['#@a'] },
    ],
    tasks: { a: [result] },
    results: [{ nodeName: 'b', batchIndex: -1 }],
  })),
  {
    rule: '4: #@node.missing skips the node',
    nodes: [
      { nodeName: 'a', input: [{}] },
      { nodeName: 'b', input: ['#@a.gone.further'] },
    ],
    tasks: { a: [{}] },
    results: [{ nodeName: 'b', batchIndex: -1 }],
  },
  {
    rule: '4: the children of a skipped node run: @ gives [], #@ and *@ skip too',
    nodes: [
      none,
      { nodeName: 'value', input: ['@none', '@none.x'] },
      { nodeName: 'each', input: ['#@none'] },
      { nodeName: 'any', input: ['*@none'] },
      { nodeName: 'after', input: ['@any'] },
    ],
    tasks: { value: [[], []], after: [[]] },
    results: [
      { nodeName: 'value', result: [[], []] },
      { nodeName: 'each', batchIndex: -1 },
      { nodeName: 'after', result: [] },
    ],
  },
  {
    rule: '5: several batches go in step, the longest counts, a missing element is null in an object as in an array',
    nodes: [{ nodeName: 'n', input: ['#[a,b,c]', { k: '#[1...2]', l: ['#[x]'] }, 'same'] }],
    tasks: {
      'n#1': ['a', { k: 1, l: ['x'] }, 'same'],
      'n#2': ['b', { k: 2, l: [null] }, 'same'],
      'n#3': ['c', { k: null, l: [null] }, 'same'],
    },
  },
  {
    rule: '5: cartesian takes every combination, the first argument slowest',
    nodes: [{ nodeName: 'n', input: ['#[a,b]', '@flowInput.v', '#[1...3]'], batchOperation: 'cartesian' }],
    flowInput: { v: 'same' },
    tasks: {
      'n#1': ['a', 'same', 1],
      'n#2': ['a', 'same', 2],
      'n#3': ['a', 'same', 3],
      'n#4': ['b', 'same', 1],
      'n#5': ['b', 'same', 2],
      'n#6': ['b', 'same', 3],
    },
  },
  {
    rule: '5: a batch inside an object makes one task an item, its neighbours keep their value',
    nodes: [{ nodeName: 'n', input: [{ k: '#[1,2]', z: 1, f: '@flowInput.f' }] }],
    flowInput: { f: [0] },
    tasks: { 'n#1': [{ k: '1', z: 1, f: [0] }], 'n#2': [{ k: '2', z: 1, f: [0] }] },
  },
  {
    rule: '5: two different batches over the flow input beside a parent (upstream fails the run)',
    nodes: [
      { nodeName: 'a', input: ['v'] },
      { nodeName: 'n', input: ['@a', '#@flowInput.l', '#@flowInput.m'] },
    ],
    flowInput: { l: [1, 2], m: [3] },
    tasks: { a: ['v'], 'n#1': ['v', 1, 3], 'n#2': ['v', 2, null] },
  },
  {
    rule: '6: items are numbered from 1, also where there is one; a single task has no index',
    nodes: [
      { nodeName: 'one', input: ['#[x]'] },
      { nodeName: 'single', input: ['x'] },
    ],
    tasks: { 'one#1': ['x'], single: ['x'] },
    results: [
      { nodeName: 'one', batchIndex: 1, result: 'x' },
      { nodeName: 'single', result: 'x' },
    ],
  },
  {
    rule: '7: *@ of several batches zips by index; unequal lengths are filled up with null',
    nodes: [batch, { nodeName: 'two', input: ['#[a,b]'] }, { nodeName: 'n', input: ['*@batch', '*@two'] }],
    tasks: { ...batchTasks, 'two#1': ['a'], 'two#2': ['b'], 'n#1': [1, 'a'], 'n#2': [2, 'b'], 'n#3': [3, null] },
    results: [
      { nodeName: 'n', batchIndex: 1, result: [1, 'a'] },
      { nodeName: 'n', batchIndex: 2, result: [2, 'b'] },
      { nodeName: 'n', batchIndex: 3, result: [3, null] },
    ],
  },
  {
    rule: '7: a skipped parent beside another repeats nothing',
    nodes: [batch, none, { nodeName: 'n', input: ['*@batch', '*@none'] }],
    tasks: { ...batchTasks, 'n#1': [1, null], 'n#2': [2, null], 'n#3': [3, null] },
  },
  {
    rule: '7: *@ beside @: the other one has to be over first',
    nodes: [batch, { nodeName: 'x', input: ['v'] }, { nodeName: 'n', input: ['*@batch', '@x'] }],
    tasks: { ...batchTasks, x: ['v'], 'n#1': [1, 'v'], 'n#2': [2, 'v'], 'n#3': [3, 'v'] },
  },
  {
    rule: '7: the same node as *@ and @ waits for all of it, then starts for each item',
    nodes: [batch, { nodeName: 'n', input: ['*@batch', '@batch'] }],
    tasks: { ...batchTasks, 'n#1': [1, [1, 2, 3]], 'n#2': [2, [1, 2, 3]], 'n#3': [3, [1, 2, 3]] },
  },
  {
    rule: '7: @, #@ and an edge on a *@ node wait for all of its items; *@ of it follows on',
    nodes: [
      { nodeName: 'b', input: ['#[1...2]'] },
      { nodeName: 'n', input: ['*@b'] },
      { nodeName: 'value', input: ['@n'] },
      { nodeName: 'each', input: ['#@n'] },
      { nodeName: 'edge', input: [] },
      { nodeName: 'on', input: ['*@n'] },
    ],
    edges: [{ source: 'n', target: 'edge' }],
    tasks: {
      'b#1': [1],
      'b#2': [2],
      'n#1': [1],
      'n#2': [2],
      value: [[1, 2]],
      'each#1': [1],
      'each#2': [2],
      edge: [],
      'on#1': [1],
      'on#2': [2],
    },
  },
  {
    rule: '8: null, 0, false and "" of the flow input are found; a path into 0, false, "" gives that value, into text nothing',
    nodes: [
      { nodeName: 'n', input: ['@flowInput.none', '@flowInput.zero.x', '@flowInput.off.x', '@flowInput.empty.x'] },
    ],
    flowInput: { none: null, zero: 0, off: false, empty: '' },
    tasks: { n: [null, 0, false, ''] },
  },
  {
    rule: '8: a path of a node that leads nowhere, or into text, is null',
    nodes: [
      { nodeName: 'a', input: [{ t: 'text' }] },
      { nodeName: 'n', input: ['@a.gone', '@a.t.0', '@a.t.length', '@a.__proto__', '@a.', '@a'] },
    ],
    tasks: { a: [{ t: 'text' }], n: [null, null, null, null, null, { t: 'text' }] },
  },
  {
    rule: '8: @flowInput of an empty flow input is {}',
    nodes: [{ nodeName: 'n', input: ['@flowInput'] }],
    flowInput: {},
    tasks: { n: [{}] },
  },
  {
    rule: '9: a failed item leaves no hole in @batch, and #@batch numbers without it; *@batch starts its index with null',
    nodes: [
      batch,
      { nodeName: 'value', input: ['@batch'] },
      { nodeName: 'each', input: ['#@batch'] },
      { nodeName: 'any', input: ['*@batch'] },
    ],
    answers: secondFails,
    tasks: {
      ...batchTasks,
      value: [[1, 3]],
      'each#1': [1],
      'each#2': [3],
      'any#1': [1],
      'any#2': [null],
      'any#3': [3],
    },
  },
  {
    rule: '9: a tolerated failure stands in the results as an error without a result',
    nodes: [batch],
    answers: secondFails,
    tasks: batchTasks,
    results: [
      { nodeName: 'batch', batchIndex: 1, result: 1 },
      { nodeName: 'batch', batchIndex: 2, error: 'boom' },
      { nodeName: 'batch', batchIndex: 3, result: 3 },
    ],
  },
  {
    rule: '10: empty objects and arrays are never lost, not in batches and not with *@ either',
    nodes: [
      { nodeName: 'b', input: [{}, [], { a: [] }, '#[x]'] },
      { nodeName: 'n', input: [{}, [], '*@b'] },
    ],
    answers: { 'b#1': {} },
    tasks: { 'b#1': [{}, [], { a: [] }, 'x'], 'n#1': [{}, [], {}] },
  },
  {
    rule: '11: a result that is undefined is null',
    nodes: [{ nodeName: 'a' }, { nodeName: 'n', input: ['@a'] }],
    answers: { a: undefined },
    tasks: { a: [], n: [null] },
  },
];
