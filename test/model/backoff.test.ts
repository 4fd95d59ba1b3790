import fc from 'fast-check';
import { expect, it } from 'vitest';
import { backoffDelay } from '#model/backoff';

it('the ceiling doubles up to the maximum', () => {
  const ceilings = [0, 1, 2, 3, 10, 1_000].map((attempt) => backoffDelay({ minMs: 100, maxMs: 500 }, attempt, 1));
  expect(ceilings).toEqual([100, 200, 400, 500, 500, 500]);
});

it('full jitter: chance decides anything between nothing and the ceiling', () => {
  fc.assert(
    fc.property(fc.nat({ max: 40 }), fc.double({ min: 0, max: 1, noNaN: true }), (attempt, chance) => {
      const delay = backoffDelay({ minMs: 100, maxMs: 5_000 }, attempt, chance);
      expect(delay).toBeGreaterThanOrEqual(0);
      expect(delay).toBeLessThanOrEqual(Math.min(5_000, 100 * 2 ** attempt));
    }),
  );
  expect(backoffDelay({ minMs: 100, maxMs: 5_000 }, 3, 0)).toBe(0);
});
