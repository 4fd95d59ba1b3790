// A text becomes a number, or its task fails.

import type { Task } from 'algorithm-actor';

export function start({ input: [text] }: Task<readonly [string]>): number {
  const value = Number(text);
  if (text.trim() === '' || Number.isNaN(value)) throw new TypeError(`"${text}" is no number`);
  return value;
}
