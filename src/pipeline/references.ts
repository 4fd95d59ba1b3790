// The references in a node's input: what another node, or the flow input, has to supply before the node can run. Pure.
//
//   R1. Only a whole string with a known prefix is a reference; text around one makes it text. Keys never are.
//   R2. A path walks own properties of objects and indexes of arrays, nothing else: `__proto__` and `length` are missing.
//   R3. Nothing is lost on the way: empty objects and arrays stay, and what is not a reference is passed on as it is.

/** Where a value comes from. `batch`: one task for each of its elements. */
export type Reference =
  | { readonly kind: 'flowInput'; readonly path: readonly string[]; readonly batch: boolean }
  | { readonly kind: 'node'; readonly node: string; readonly path: readonly string[]; readonly batch: false };

export type Parsed =
  | { readonly kind: 'literal' }
  | { readonly kind: 'reference'; readonly reference: Reference }
  | { readonly kind: 'refused'; readonly reason: string };

/** The first path segments that no node can have as its name. */
export const RESERVED_NAMES: ReadonlySet<string> = new Set(['flowInput', 'dataSource']);

// Longer prefixes first.
const unbuilt: readonly (readonly [prefix: string, what: string])[] = [
  ['*#@', 'HKube never runs a node with it'],
  ['*@', 'starting with each item of a batch is not built yet'],
  ['#[', 'batches written out in place are not built yet'],
  ['@dataSource.', 'data sources are not built yet'],
  ['$$', 'it is reserved for HKube’s storage'],
];

const literal: Parsed = { kind: 'literal' };

/** Reads one value of an input. */
export function parseReference(value: unknown): Parsed {
  if (typeof value !== 'string') return literal;
  const refused = unbuilt.find(([prefix]) => value.startsWith(prefix));
  if (refused) return { kind: 'refused', reason: `${quote(value)}: ${refused[1]}` };
  const batch = value.startsWith('#@');
  if (!batch && !value.startsWith('@')) return literal;
  const [root = '', ...path] = value.slice(batch ? 2 : 1).split('.');
  if (root === 'flowInput') return { kind: 'reference', reference: { kind: 'flowInput', path, batch } };
  if (batch) return { kind: 'refused', reason: `${quote(value)}: a batch over a node’s result is not built yet` };
  return { kind: 'reference', reference: { kind: 'node', node: root, path, batch: false } };
}

/** What is found in an input, in order of appearance. `at` is the place, as `0.words.2`. */
export interface Found {
  readonly at: string;
  readonly parsed: Exclude<Parsed, { kind: 'literal' }>;
}

const DEPTH_LIMIT = 500;

/** All references of an input, in order. Nesting beyond any use is refused like a reference. */
export function findReferences(input: readonly unknown[]): Found[] {
  const found: Found[] = [];
  walk(input, []);
  return found;

  function walk(value: unknown, path: readonly (string | number)[]): void {
    if (path.length > DEPTH_LIMIT) {
      found.push({ at: path.slice(0, 3).join('.'), parsed: { kind: 'refused', reason: 'nested too deep' } });
    } else if (isWalked(value)) {
      const entries = Array.isArray(value) ? value.entries() : Object.entries(value);
      for (const [key, item] of entries) walk(item, [...path, key]);
    } else {
      const parsed = parseReference(value);
      if (parsed.kind !== 'literal') found.push({ at: path.join('.'), parsed });
    }
  }
}

/** `value` with each reference replaced by what `valueOf` gives for it; a missing value becomes null. */
export function substitute(value: unknown, valueOf: (reference: Reference) => unknown): unknown {
  if (isWalked(value)) {
    if (Array.isArray(value)) return value.map((item: unknown) => substitute(item, valueOf));
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, substitute(item, valueOf)]));
  }
  const parsed = parseReference(value);
  return parsed.kind === 'reference' ? (valueOf(parsed.reference) ?? null) : value;
}

/** Bytes and values that speak for themselves in JSON, such as dates, are passed on as they are. */
function isWalked(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  return !ArrayBuffer.isView(value) && !('toJSON' in value && typeof value.toJSON === 'function');
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

/** A reference as it was written, for messages. */
export function referenceText(reference: Reference): string {
  const root = reference.kind === 'node' ? reference.node : 'flowInput';
  return [root, ...reference.path].join('.');
}

function quote(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
}
