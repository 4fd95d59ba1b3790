import { describe, expect, it } from 'vitest';
import { findUnencodable } from '#model/json';

describe('what cannot be encoded is found', () => {
  it('with the path to it', () => {
    expect(findUnencodable({ rows: [{ id: 1 }, { 'the id': 2n }] })).toEqual({
      path: 'result.rows[1]["the id"]',
      what: 'a BigInt (2n)',
    });
  });

  it('where an object contains itself', () => {
    const parent: Record<string, unknown> = { name: 'p' };
    parent.children = [{ parent }];
    expect(findUnencodable(parent)).toMatchObject({ path: 'result.children[0].parent' });
  });

  it('where a getter throws', () => {
    const value = {
      get bad(): string {
        throw new TypeError('no');
      },
    };
    expect(findUnencodable(value, 'data')).toEqual({ path: 'data.bad', what: 'a getter that throws' });
  });

  it('where nesting is too deep for any encoder', () => {
    let deep: unknown = 1;
    for (let level = 0; level < 100_000; level++) deep = [deep];
    expect(findUnencodable(deep)).toEqual({ path: 'result', what: 'nesting too deep for any encoder' });
  });

  it('but a value that stands in two places is fine, however often', () => {
    let shared: unknown = { leaf: 1 };
    for (let level = 0; level < 60; level++) shared = [shared, shared];
    expect(findUnencodable(shared)).toBeUndefined();
  });
});
