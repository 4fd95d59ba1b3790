// What leaves a process to be looked at: cut where it is too much, masked where it is secret, and never a throw.

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BRIEF, createShorten, type Limits, type Redact, WHOLE } from '#inspector/shorten';

const shorten = (value: unknown, limits: Partial<Limits> = {}, redact?: Redact) =>
  createShorten(redact)(value, { ...BRIEF, ...limits });

describe('a copy', () => {
  it('of JSON is the same, and says that it is whole', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
        const json = JSON.parse(JSON.stringify(value));
        // The one name that is left out.
        fc.pre(!JSON.stringify(json).includes('__proto__'));
        const { value: copy, isWhole } = createShorten()(json, { depth: 99, items: 1e6, text: 1e6, total: 1e9 });
        expect(copy).toEqual(json);
        expect(isWhole).toBe(true);
      }),
    );
  });

  it('of anything at all is JSON, and never a throw', () => {
    fc.assert(
      fc.property(fc.anything({ withBigInt: true, withDate: true, withMap: true, withSet: true }), (value) => {
        const { value: copy } = shorten(value);
        expect(JSON.parse(JSON.stringify(copy))).toEqual(copy);
      }),
    );
  });

  it.each<[string, unknown, Partial<Limits>, unknown]>([
    ['a long text', 'x'.repeat(50), { text: 5 }, 'xxxxx… ⟨50 characters in all⟩'],
    ['many elements', [1, 2, 3, 4], { items: 2 }, [1, 2, '⟨and 2 more⟩']],
    ['many fields', { a: 1, b: 2, c: 3 }, { items: 2 }, { a: 1, b: 2, '…': '⟨and 1 more⟩' }],
    ['what lies too deep', { a: { b: { c: 1 } } }, { depth: 2 }, { a: { b: '⟨object of 1 fields⟩' } }],
    ['bytes', { frame: Buffer.from('abc') }, {}, { frame: '⟨3 bytes⟩' }],
    ['a function', { run: () => 1 }, {}, { run: '⟨function⟩' }],
    ['a BigInt', 12n, {}, '⟨12n⟩'],
    ['an error', new TypeError('no'), {}, { name: 'TypeError', message: 'no' }],
    ['a map', new Map([['a', 1]]), {}, { a: 1 }],
    ['an actor', { sessionId: 'x:3', getSnapshot: () => null }, {}, '⟨actor x:3⟩'],
    ['the sign of nothing', [-0, -1], {}, [0, -1]],
    ['no number', [Number.NaN, Infinity], {}, [null, null]],
  ])('cuts %s, and says so', (_, value, limits, expected) => {
    expect(shorten(value, limits).value).toEqual(expected);
  });

  it('ends in a cycle, and where a getter throws', () => {
    const cycle: Record<string, unknown> = {};
    cycle.self = cycle;
    expect(JSON.stringify(shorten(cycle).value)).toContain('⟨object of 1 fields⟩');
    const thrower = Object.defineProperty({}, 'x', {
      enumerable: true,
      get: () => {
        throw new TypeError('no');
      },
    });
    expect(shorten({ thrower, other: 1 }).value).toEqual({ thrower: '⟨something that cannot be read⟩', other: 1 });
  });

  it('is bounded in all, however much there is', () => {
    const { value, chars, isWhole } = shorten(Array.from({ length: 150 }, () => 'y'.repeat(3_000)));
    expect(JSON.stringify(value).length).toBeLessThan(80_000);
    expect(chars).toBeGreaterThan(50_000);
    expect(isWhole).toBe(false);
  });

  it('keeps a message whole up to a million characters', () => {
    expect(createShorten()({ text: 'z'.repeat(900_000) }, WHOLE).isWhole).toBe(true);
    expect(createShorten()({ text: 'z'.repeat(1_100_000) }, WHOLE).isWhole).toBe(false);
  });
});

describe('secrets', () => {
  it('are masked by the names of their fields, and within texts', () => {
    const { value, isWhole } = shorten({
      password: 'hunter2',
      accessToken: 'a',
      tokenCount: 7,
      keyboard: 'qwerty',
      access_token: 'abc',
      nested: { apiKey: 'k', 'private-key': 'p', tokens: 3 },
      url: 'redis://me:geheim@host/0',
      note: 'Authorization: Bearer abcdefghijkl',
    });
    expect(value).toEqual({
      password: '***',
      accessToken: '***',
      tokenCount: 7,
      keyboard: 'qwerty',
      access_token: '***',
      nested: { apiKey: '***', 'private-key': '***', tokens: 3 },
      url: 'redis://me:***@host/0',
      note: 'Authorization: Bearer ***',
    });
    expect(isWhole).toBe(false);
  });

  it('are what the author says, too; a hook that throws hides what it was asked about', () => {
    const redact: Redact = (value, key) => {
      if (key === 'bad') throw new TypeError('oh');
      return key === 'patient' ? 'somebody' : value;
    };
    expect(shorten({ patient: { name: 'Ada' }, bad: 1, rest: 2 }, {}, redact).value).toEqual({
      patient: 'somebody',
      bad: '⟨the redact function threw⟩',
      rest: 2,
    });
  });
});
