import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { attributesOf } from '#tracing/attributes';

describe('tags as attributes', () => {
  it('stay what they are, or become text', () => {
    const circle: { self?: object } = {};
    circle.self = circle;
    const tags = {
      text: 'a',
      number: 1.5,
      flag: false,
      numbers: [1, 2],
      texts: ['a'],
      mixed: [1, 'a'],
      none: [],
      nothing: null,
      absent: undefined,
      object: { a: [1] },
      big: 10n,
      circle,
      get thrown(): never {
        throw new TypeError('not today');
      },
    };
    expect(attributesOf(tags)).toEqual({
      ...{ text: 'a', number: 1.5, flag: false, numbers: [1, 2], texts: ['a'] },
      ...{ mixed: '[1,"a"]', none: '[]', nothing: 'null', absent: 'undefined', object: '{"a":[1]}' },
      big: expect.stringContaining('cannot be shown'),
      circle: expect.stringContaining('cannot be shown'),
      thrown: '⟨cannot be shown: not today⟩',
    });
  });

  it('are cut', () => {
    const { text, object } = attributesOf({ text: 'a'.repeat(1e6), object: { a: 'a'.repeat(1e6) } });
    expect([text, object].every((value) => typeof value === 'string' && value.length === 10_000)).toBe(true);
  });

  it('are attributes, whatever they were', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.anything()), (tags) => {
        for (const value of Object.values(attributesOf(tags)))
          expect(['string', 'number', 'boolean', 'object']).toContain(typeof value);
      }),
    );
  });

  it('are cut where they are data', () => {
    const { texts, numbers } = attributesOf({
      texts: Array.from({ length: 5_000 }, () => 'x'.repeat(100)),
      numbers: Array.from({ length: 5_000 }, (_, n) => n),
    });
    expect(JSON.stringify(texts).length).toBeLessThan(20_000);
    expect(numbers).toHaveLength(1_000);
  });
});
