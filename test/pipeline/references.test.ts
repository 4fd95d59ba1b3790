// References in inputs: which text is one, and what a path finds.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseReference, resolvePath } from '#pipeline/references';
import { compileInput, renderInput } from '#pipeline/template';

describe('a reference', () => {
  it.each([
    ['@flowInput', { kind: 'flowInput', path: [], use: 'value' }],
    ['@flowInput.a.0', { kind: 'flowInput', path: ['a', '0'], use: 'value' }],
    ['#@flowInput.list', { kind: 'flowInput', path: ['list'], use: 'batch' }],
    ['@node', { kind: 'node', node: 'node', path: [], use: 'value' }],
    ['@node.a.b', { kind: 'node', node: 'node', path: ['a', 'b'], use: 'value' }],
    ['#@node.a', { kind: 'node', node: 'node', path: ['a'], use: 'batch' }],
    ['*@node', { kind: 'node', node: 'node', path: [], use: 'any' }],
    ['@flowInputX', { kind: 'node', node: 'flowInputX', path: [], use: 'value' }],
    ['#[-1...1,a]', { kind: 'items', items: [-1, 0, 1, 'a'], use: 'batch' }],
    ['#[1, 2] ', { kind: 'items', items: ['1', '2'], use: 'batch' }],
  ])('%s is read', (text, reference) => {
    expect(parseReference(text)).toEqual({ kind: 'reference', reference });
  });

  it.each(['me@x.com', ' @node', '#x', 'flowInput.x', '', 'see @node', 7, null, true])('%j is none', (value) => {
    expect(parseReference(value)).toEqual({ kind: 'literal' });
  });

  it.each([
    '*#@node',
    '*@flowInput',
    '*@dataSource.x',
    '#[1,2',
    '#[a...b]',
    '#[9007199254740992...9007199254740994]',
    '#[1...600000,1...600000]',
    '$$abc',
    '@dataSource.a/b',
  ])('%s is refused with words', (text) => {
    expect(parseReference(text)).toMatchObject({ kind: 'refused', reason: expect.stringContaining(text) });
  });

  it('is found at any depth, in order, never as a key', () => {
    const { references, refused } = compileInput([
      '@a',
      { '@key': ['x', '@b.c'] },
      [[{ deep: '#@flowInput.d' }, '$$']],
    ]);
    expect(references.map(({ kind, use }) => [kind, use])).toEqual([
      ['node', 'value'],
      ['node', 'value'],
      ['flowInput', 'batch'],
    ]);
    expect(refused.map(({ at }) => at)).toEqual(['2.0.1']);
  });

  it('is read without a throw, whatever the text', () => {
    const signs = fc.constantFrom('@', '#@', '*@', '*#@', '#[', '$$', '');
    fc.assert(fc.property(signs, fc.string(), (sign, text) => void parseReference(sign + text)));
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

describe('rendering', () => {
  it('changes nothing but references', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const compiled = compileInput([value]);
        fc.pre(compiled.references.length === 0 && compiled.refused.length === 0);
        expect(renderInput(compiled, () => expect.unreachable())[0]).toBe(value);
      }),
    );
  });

  it('puts a value, or null, in the place of a reference, and passes on as it is what has none', () => {
    const kept = { bytes: new Uint8Array([1, 2]), empty: [], date: new Date(0) };
    const [rendered] = renderInput(compileInput([{ a: '@n.x', b: '@n.y', c: [], kept }]), (index) =>
      index === 0 ? 1 : undefined,
    );
    expect(rendered).toEqual({ a: 1, b: null, c: [], kept });
    expect(rendered).toHaveProperty('kept', kept);
  });
});
