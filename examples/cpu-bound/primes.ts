// Work that computes and never yields: its thread is busy, and nobody else. It looks at `api.signal` in mid-loop, so that a stop
// ends it at once; without that line its thread would be ended, when the grace is over.

import type { AlgorithmApi, Task } from 'algorithm-actor';

export function start({ input: [limit = 100_000] }: Task<readonly [limit?: number]>, api: AlgorithmApi): number {
  let primes = 0;
  for (let candidate = 2; candidate < limit; candidate += 1) {
    if (isPrime(candidate)) primes += 1;
    if (candidate % 1_000 === 0) {
      api.signal.throwIfAborted();
      api.progress({ progress: Math.round((100 * candidate) / limit), details: `${primes} primes so far` });
    }
  }
  return primes;
}

function isPrime(candidate: number): boolean {
  for (let divisor = 2; divisor * divisor <= candidate; divisor += 1) {
    if (candidate % divisor === 0) return false;
  }
  return true;
}
