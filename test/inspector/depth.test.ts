// Texts of JSON that no walk would survive are told from all others.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isTooDeep } from '#inspector/depth';

const nested = (depth: number, inside = ''): string => '['.repeat(depth) + inside + ']'.repeat(depth);

describe('a text is too deep', () => {
  it.each([
    ['with 513 levels', nested(513), true],
    ['not with 512', nested(512), false],
    ['with objects and arrays in turn', '{"a":['.repeat(300) + ']}'.repeat(300), true],
    ['not for brackets that stand beside each other', `[${'[],{},'.repeat(10_000)}0]`, false],
    ['not for brackets in a string', JSON.stringify('[{'.repeat(10_000)), false],
    ['not for brackets in a string with quotes and backslashes', JSON.stringify('"[\\"{\\'.repeat(10_000)), false],
    ['also behind such a string', `{"a":${JSON.stringify('"\\'.repeat(300))},"b":${nested(600)}}`, true],
    ['also if it was cut', '['.repeat(600), true],
  ])('%s', (_, text, expected) => {
    expect(isTooDeep(text)).toBe(expected);
  });

  it('or can be made a text again', () => {
    fc.assert(
      fc.property(fc.json(), fc.nat(20_000), (json, depth) => {
        const text = nested(depth, json);
        if (!isTooDeep(text)) expect(JSON.parse(JSON.stringify(JSON.parse(text)))).toEqual(JSON.parse(text));
      }),
      { numRuns: 30 },
    );
  });

  it.each([
    ['quotes', '"'.repeat(1_000_000)],
    ['backslashes', '"' + '\\'.repeat(1_000_000)],
    ['backslashes and quotes', '"' + '\\\\\\"'.repeat(250_000)],
    ['brackets', '[]'.repeat(500_000)],
  ])('and is searched once: a megabyte of %s', (_, text) => {
    const begin = performance.now();
    isTooDeep(text);
    expect(performance.now() - begin).toBeLessThan(500);
  });
});
