import { describe, expect, it } from 'vitest';
import { changesBetween, changeWords, dig, digText } from '#page/json.ts';

describe('what differs between two values', () => {
  const words = (...[before, after]: Parameters<typeof changesBetween>): string[] =>
    changesBetween(before, after).map(changeWords);

  it('is said at the innermost place', () => {
    const before = { run: 1, task: { jobId: 'a', taskId: 't' }, spans: [{ name: 'read' }] };
    const after = { run: 2, task: { jobId: 'b', taskId: 't' }, spans: [{ name: 'write' }] };
    expect(words(before, after)).toEqual(['run: 1 → 2', 'task.jobId: "a" → "b"', 'spans[0].name: "read" → "write"']);
  });

  it('is also what is new, and what has gone', () => {
    expect(words({ a: 1, list: [1, 2] }, { b: 2, list: [1] })).toEqual([
      'a is gone; it was 1',
      'list[1] is gone; it was 2',
      'b is new: 2',
    ]);
  });

  it('is the whole where the kind of a value has changed', () => {
    expect(words({ data: null }, { data: { x: 1 } })).toEqual(['data: null → {"x":1}']);
    expect(words({ data: [] }, { data: {} })).toEqual(['data: [] → {}']);
  });

  it('is nothing where both are equal', () => expect(words({ a: [1, { b: 2 }] }, { a: [1, { b: 2 }] })).toEqual([]));

  it('ends after so many places', () => {
    const many = (value: number): Record<string, number> =>
      Object.fromEntries(Array.from({ length: 1000 }, (_, index) => [`k${index}`, value]));
    expect(changesBetween(many(1), many(2))).toHaveLength(200);
  });
});

describe('to dig in a value', () => {
  it('finds what lies there, and nothing that does not', () => {
    expect(dig({ a: { b: 1 } }, 'a', 'b')).toBe(1);
    expect(dig({ a: { b: 1 } }, 'b', 'a')).toBeUndefined();
    expect(dig({}, 'toString')).toBeUndefined();
    expect(digText({ a: 1 }, 'a')).toBeNull();
  });
});
