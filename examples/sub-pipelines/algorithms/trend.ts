// The next value is on the line that fits best: least squares.

import type { Task } from 'algorithm-actor';

export function start({ input: [series] }: Task<readonly [readonly number[]]>): number {
  if (series.length < 2) throw new RangeError(`${series.length} values have no trend`);
  const middle = (series.length - 1) / 2;
  const mean = series.reduce((sum, value) => sum + value, 0) / series.length;
  const rise = series.reduce((sum, value, at) => sum + (at - middle) * (value - mean), 0);
  const run = series.reduce((sum, _, at) => sum + (at - middle) ** 2, 0);
  return Math.round(mean + (rise / run) * (series.length - middle));
}
