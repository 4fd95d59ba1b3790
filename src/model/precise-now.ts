// The time on the wall, finer than a millisecond.

/** How far the two clocks may be apart before the wall is looked at again: somebody sets it, and it is slowed and hastened. */
const DRIFT_MS = 2;

let anchor = Date.now() - performance.now();

/** Milliseconds since 1970, with fractions that grow within the millisecond. */
export function preciseNow(): number {
  const fine = anchor + performance.now();
  const coarse = Date.now();
  if (Math.abs(coarse - fine) <= DRIFT_MS) return fine;
  anchor = coarse - performance.now();
  return coarse;
}
