import { describe, expect, it } from 'vitest';
import { hashOfPlace, placeOfHash } from '#page/hash.ts';

describe('the address of the page', () => {
  it('says what is looked at, and is read back', () => {
    const place = { actor: 'hkube/session:word-count-1', n: 12, view: 'spans', others: [], run: null } as const;
    expect(hashOfPlace(place)).toBe('#actor=hkube/session:word-count-1&n=12&view=spans');
    expect(placeOfHash(hashOfPlace(place))).toEqual(place);
    const compared = { ...place, view: 'curves', others: ['raw-1/one/1', 'raw-2/two/'] } as const;
    expect(hashOfPlace(compared)).toMatch(/&view=curves&with=raw-1\/one\/1&with=raw-2\/two\/$/);
    expect(placeOfHash(hashOfPlace(compared))).toEqual(compared);
  });

  it('names a run', () => {
    expect(placeOfHash('#run=raw-1')).toEqual({ actor: null, n: null, view: null, others: [], run: 'raw-1' });
  });

  it('says nothing where it makes no sense', () => {
    expect(placeOfHash('#n=-3&view=nothing&n')).toEqual({ actor: null, n: null, view: null, others: [], run: null });
    expect(placeOfHash('')).toEqual({ actor: null, n: null, view: null, others: [], run: null });
  });
});
