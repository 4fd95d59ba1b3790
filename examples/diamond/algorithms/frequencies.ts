// How often each word occurs.

import type { Task } from 'algorithm-actor';

export type Frequencies = Readonly<Record<string, number>>;

export function start({ input: [text] }: Task<readonly [string]>): Frequencies {
  const counts = new Map<string, number>();
  for (const [word] of text.toLowerCase().matchAll(/\p{L}+/gu)) counts.set(word, (counts.get(word) ?? 0) + 1);
  return Object.fromEntries(counts);
}
