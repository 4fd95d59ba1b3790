// Splits a text where a line is empty.

import type { Task } from 'algorithm-actor';

export function start({ input: [text] }: Task<readonly [string]>): readonly string[] {
  return text
    .split(/\n\s*\n/)
    .map((paragraph) => paragraph.replace(/\s+/g, ' ').trim())
    .filter((paragraph) => paragraph !== '');
}
