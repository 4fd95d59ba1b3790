// Looks for the best of all models, of which there is no end: until it is stopped.

import type { AlgorithmApi } from 'algorithm-actor';

export function start(_: unknown, { signal }: AlgorithmApi): never {
  for (;;) signal.throwIfAborted();
}
