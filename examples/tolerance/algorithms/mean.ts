// The mean of what there is, and of how much that is.

import type { Task } from 'algorithm-actor';

export interface Mean {
  readonly mean: number;
  readonly of: number;
}

export function start({ input: [values] }: Task<readonly [readonly number[]]>): Mean {
  if (values.length === 0) throw new RangeError('there is no mean of nothing');
  return { mean: values.reduce((sum, value) => sum + value, 0) / values.length, of: values.length };
}
