// The references in a node's input: what another node, the flow input, or the text itself has to supply before the node can
// run. Pure.
//
//   R1. Only a whole string with a known prefix is a reference; text around one makes it text. Keys never are.
//   R2. A path walks own properties of objects and indexes of arrays, nothing else: `__proto__` and `length` are missing.
//
//   @flowInput.a  @node.a      the value
//   #@flowInput.a #@node.a     one task for each element
//   #[1,2,a] #[1...5]          one task for each item, written in place
//   *@node.a                   one task for each item of a batch, as soon as that item has ended

/** `value`: as it is. `batch`: one task for each element. `any`: one task for each item of the node, when that item has ended. */
export type Use = 'value' | 'batch' | 'any';

/** Where a value comes from, and what is made of it. */
export type Reference =
  | { readonly kind: 'flowInput'; readonly path: readonly string[]; readonly use: 'value' | 'batch' }
  | { readonly kind: 'node'; readonly node: string; readonly path: readonly string[]; readonly use: Use }
  | { readonly kind: 'items'; readonly items: readonly unknown[]; readonly use: 'batch' };

export type NodeReference = Extract<Reference, { kind: 'node' }>;

export type Parsed =
  | { readonly kind: 'literal' }
  | { readonly kind: 'reference'; readonly reference: Reference }
  | { readonly kind: 'refused'; readonly reason: string };

/** The first path segments that no node can have as its name. */
export const RESERVED_NAMES: ReadonlySet<string> = new Set(['flowInput', 'dataSource']);

/** How many tasks one node may have: far beyond what a cluster runs, and short of what memory holds. */
export const MAX_TASKS_OF_NODE = 1_000_000;

const literal: Parsed = { kind: 'literal' };
const refuse = (text: string, why: string): Parsed => ({ kind: 'refused', reason: `${quote(text)}: ${why}` });

/** Reads one value of an input. */
export function parseReference(value: unknown): Parsed {
  if (typeof value !== 'string') return literal;
  // Longer prefixes first.
  if (value.startsWith('*#@'))
    return refuse(
      value,
      'HKube never runs a node with *#@: write *@ for one task an item, or #@ for one task an element',
    );
  if (value.startsWith('*@')) return parseAny(value);
  if (value.startsWith('#@')) return parsePath(value, value.slice(2), 'batch');
  if (value.startsWith('#[')) return parseItems(value);
  if (value.startsWith('@')) return parsePath(value, value.slice(1), 'value');
  if (value.startsWith('$$')) return refuse(value, 'text that begins with $$ is reserved for HKube’s storage');
  return literal;
}

function parsePath(text: string, rest: string, use: 'value' | 'batch'): Parsed {
  const [root = '', ...path] = rest.split('.');
  if (root === 'flowInput') return { kind: 'reference', reference: { kind: 'flowInput', path, use } };
  if (root === 'dataSource') return refuse(text, 'data sources are not built yet');
  return { kind: 'reference', reference: { kind: 'node', node: root, path, use } };
}

function parseAny(text: string): Parsed {
  const [node = '', ...path] = text.slice(2).split('.');
  if (RESERVED_NAMES.has(node)) return refuse(text, `${node} has no items that end one by one: write #@ instead of *@`);
  return { kind: 'reference', reference: { kind: 'node', node, path, use: 'any' } };
}

/** Brackets and white space go, commas separate, quotes stay. What is no range stays text: `#[1,2]` gives "1" and "2". */
function parseItems(text: string): Parsed {
  const bare = text.slice(1).replace(/\s/g, '');
  if (!bare.endsWith(']')) return refuse(text, 'a batch that is written in place begins with #[ and ends with ]');
  const items: unknown[] = [];
  for (const part of bare.replace(/[[\]]/g, '').split(',')) {
    const range = part.includes('...') ? readRange(part) : undefined;
    if (typeof range === 'string') return refuse(text, range);
    const count = items.length + (range ? range.count : 1);
    if (count > MAX_TASKS_OF_NODE)
      return refuse(text, `it has more than ${MAX_TASKS_OF_NODE} items, which is as many tasks as a node can have`);
    if (!range) items.push(part);
    else for (let index = 0; index < range.count; index++) items.push(range.first + index);
  }
  return { kind: 'reference', reference: { kind: 'items', items, use: 'batch' } };
}

/** Both ends belong to it. A backwards one has no items. */
function readRange(part: string): { readonly first: number; readonly count: number } | string {
  const [, from, to] = /^(-?\d+)\.\.\.(-?\d+)$/.exec(part) ?? [];
  const [first, last] = [Number(from), Number(to)];
  if (Number.isSafeInteger(first) && Number.isSafeInteger(last)) return { first, count: Math.max(0, last - first + 1) };
  return `the range ${part.slice(0, 60)} wants a whole number at both ends, as 1...5`;
}

/** The value at a path, or undefined. A path into 0, false or "" gives that value itself, as in HKube. */
export function resolvePath(root: unknown, path: readonly string[]): unknown {
  let value = root;
  for (const segment of path) {
    if (value === 0 || value === false || value === '') return value;
    value = step(value, segment);
  }
  return value;
}

function step(owner: unknown, segment: string): unknown {
  if (typeof owner !== 'object' || owner === null) return undefined;
  if (Array.isArray(owner) && !/^\d+$/.test(segment)) return undefined;
  return Object.hasOwn(owner, segment) ? Reflect.get(owner, segment) : undefined;
}

/** What a reference reads, without the signs before it: `node.path`. */
export function referenceText(reference: Exclude<Reference, { kind: 'items' }>): string {
  const root = reference.kind === 'node' ? reference.node : 'flowInput';
  return [root, ...reference.path].join('.');
}

function quote(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
}
