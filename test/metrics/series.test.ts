// Curves: bounded, and told by and by.

import { describe, expect, it } from 'vitest';
import { createSeriesBook, MOST_POINTS, MOST_TAGS, type Point, type Series } from '#metrics/series';

const scalar = (step: number, tag = 'loss') => ({ tag, value: step / 2, step, at: 1_000 + step });
const steps = (points: readonly Point[]): number[] => points.map(([step]) => step);

/** What somebody knows who was told all of this. */
function heard(told: readonly Series[]): Map<string, Point[]> {
  const known = new Map<string, Point[]>();
  for (const { tag, points, isWhole } of told) known.set(tag, [...(isWhole ? [] : (known.get(tag) ?? [])), ...points]);
  return known;
}

describe('a curve', () => {
  it('is told as a whole first, then what follows, then nothing', () => {
    const book = createSeriesBook();
    book.add(scalar(0));
    book.add(scalar(1));
    expect(book.news()).toEqual([
      {
        tag: 'loss',
        isWhole: true,
        points: [
          [0, 0, 1_000],
          [1, 0.5, 1_001],
        ],
      },
    ]);
    book.add(scalar(2));
    expect(book.news()).toEqual([{ tag: 'loss', isWhole: false, points: [[2, 1, 1_002]] }]);
    expect(book.news()).toEqual([]);
    expect(book.whole()).toMatchObject([{ isWhole: true, points: { length: 3 } }]);
  });

  it.each([999, 1_000, 1_001, 10_000, 123_457])('N1: of %d points some are kept, evenly, and the last', (count) => {
    const book = createSeriesBook();
    for (let step = 0; step < count; step += 1) book.add(scalar(step));
    const [{ points } = { points: [] }] = book.whole();
    expect(points.length).toBeLessThanOrEqual(MOST_POINTS);
    expect(points.length).toBeGreaterThan(MOST_POINTS / 2 - 1);
    expect(steps(points).at(-1)).toBe(count - 1);
    const gaps = new Set(
      steps(points)
        .slice(1, -1)
        .map((step, index) => step - (steps(points)[index] ?? 0)),
    );
    expect(gaps.size).toBe(1);
  });

  it('N2: whoever hears all news knows what is kept, ends with the last point, and is told no pile of them', () => {
    const book = createSeriesBook();
    const told: Series[] = [];
    for (let step = 0; step < 50_000; step += 1) {
      book.add(scalar(step));
      if (step % 7 === 0) told.push(...book.news());
    }
    told.push(...book.news());
    const known = heard(told).get('loss') ?? [];
    expect(steps(known).at(-1)).toBe(49_999);
    expect(steps(known)).toEqual([...new Set(steps(known))].sort((one, other) => one - other));
    expect(known.length).toBeLessThan(4 * MOST_POINTS);
    const kept = new Set(steps(book.whole()[0]?.points ?? []));
    expect(steps(known)).toEqual(expect.arrayContaining([...kept]));
  });

  it('N3: there are only so many of a task', () => {
    const book = createSeriesBook();
    for (let tag = 0; tag < 2 * MOST_TAGS; tag += 1) book.add(scalar(0, `tag ${tag}`));
    expect(book.whole()).toHaveLength(MOST_TAGS);
  });
});
