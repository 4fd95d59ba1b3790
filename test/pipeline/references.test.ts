// References in inputs: which text is one, and what a path finds.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findReferences, parseReference, resolvePath, substitute } from '#pipeline/references';

describe('a reference', () => {
  it.each([
    ['@flowInput', { kind: 'flowInput', path: [], batch: false }],
    ['@flowInput.a.0', { kind: 'flowInput', path: ['a', '0'], batch: false }],
    ['#@flowInput.list', { kind: 'flowInput', path: ['list'], batch: true }],
    ['@node', { kind: 'node', node: 'node', path: [], batch: false }],
    ['@node.a.b', { kind: 'node', node: 'node', path: ['a', 'b'], batch: false }],
    ['@flowInputX', { kind: 'node', node: 'flowInputX', path: [], batch: false }],
  ])('%s is read', (text, reference) => {
    expect(parseReference(text)).toEqual({ kind: 'reference', reference });
  });

  it.each(['me@x.com', ' @node', '#x', 'flowInput.x', '', 'see @node', 7, null, true])('%j is none', (value) => {
    expect(parseReference(value)).toEqual({ kind: 'literal' });
  });

  it.each(['#@node', '#@node.a', '*@node', '*#@node', '#[1,2]', '#[1...3]', '$$abc', '@dataSource.a/b'])(
    '%s is refused with words',
    (text) => {
      expect(parseReference(text)).toMatchObject({ kind: 'refused', reason: expect.stringContaining(text) });
    },
  );

  it('is found at any depth, in order, never as a key', () => {
    const found = findReferences(['@a', { '@key': ['x', '@b.c'] }, [[{ deep: '#@flowInput.d' }]]]);
    expect(found.map(({ at }) => at)).toEqual(['0', '1.@key.1', '2.0.0.deep']);
  });

  it('buried beyond any use is refused instead of exhausting the stack', () => {
    let buried: unknown = '@a';
    for (let depth = 0; depth < 100_000; depth++) buried = [buried];
    expect(findReferences([buried])).toMatchObject([{ parsed: { kind: 'refused', reason: 'nested too deep' } }]);
  });
});

describe('a path', () => {
  const root = { a: [{ b: 'text' }, 0], zero: 0, off: false, empty: '', none: null };

  it.each([
    [['a', '0', 'b'], 'text'],
    [['a', '1'], 0],
    [['a', '2'], undefined],
    [['a', 'length'], undefined],
    [['__proto__'], undefined],
    [['constructor', 'name'], undefined],
    [['a', '0', 'b', '0'], undefined],
    [['none', 'x'], undefined],
    [['zero', 'x'], 0],
    [['off', 'x'], false],
    [['empty', 'x', 'y'], ''],
    [['none'], null],
  ])('%j finds %j', (path, value) => {
    expect(resolvePath(root, path)).toEqual(value);
  });
});

describe('substitution', () => {
  it('changes nothing but references', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        fc.pre(findReferences([value]).length === 0);
        expect(JSON.stringify(substitute(value, () => expect.unreachable()))).toBe(JSON.stringify(value));
      }),
    );
  });

  it('puts a value, or null, in the place of a reference and keeps bytes as they are', () => {
    const bytes = new Uint8Array([1, 2]);
    const valueOf = (reference: { path: readonly string[] }): unknown => (reference.path[0] === 'x' ? 1 : undefined);
    expect(substitute([{ a: '@n.x', b: '@n.y', c: [], d: bytes }], valueOf)).toEqual([
      { a: 1, b: null, c: [], d: bytes },
    ]);
  });
});
