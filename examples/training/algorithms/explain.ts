// What a model has learned, in words: the two things that weigh most.

import type { AlgorithmApi, Task } from 'algorithm-actor';
import type { Model } from './_model.js';

export function start({ input: [{ terms }] }: Task<readonly [Model]>, api: AlgorithmApi): Promise<readonly string[]> {
  return api.span('rank', () =>
    terms
      .toSorted((a, b) => Math.abs(b.weight) - Math.abs(a.weight))
      .slice(0, 2)
      .map(({ feature, weight }) => `more ${feature}, ${weight < 0 ? 'smaller' : 'larger'}`),
  );
}
