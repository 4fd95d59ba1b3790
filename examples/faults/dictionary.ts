// What the sub-pipeline runs.

import type { Task } from 'algorithm-actor';

export function start({ input: [word] }: Task<readonly [string]>): string {
  return `${word}: a word of ${word.length} letters`;
}
