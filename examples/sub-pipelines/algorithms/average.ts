// The next value is the mean of the last ones.

import type { Task } from 'algorithm-actor';

export function start({ input: [series, window] }: Task<readonly [series: readonly number[], window: number]>): number {
  const last = series.slice(-window);
  if (last.length < window) throw new RangeError(`the series has ${last.length} values, the window ${window}`);
  return Math.round(last.reduce((sum, value) => sum + value, 0) / window);
}
