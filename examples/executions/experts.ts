// The algorithms that are asked: HKube runs each of them by its name, with this entry.

import type { AlgorithmApi, Task } from 'algorithm-actor';

export function start(
  { algorithmName, input: [price] }: Task<readonly [number]>,
  { signal }: AlgorithmApi,
): number | Promise<number> {
  if (algorithmName === 'cautious') return price - 10;
  if (algorithmName === 'bold') return price + 30;
  if (algorithmName === 'careless') throw new RangeError('the price is on the other sheet');
  // Thinks until it is stopped, which is when nobody waits any more.
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(price)));
}
