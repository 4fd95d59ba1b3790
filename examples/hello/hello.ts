// The smallest algorithm: one function.

import type { Task } from 'algorithm-actor';

export function start({ input: [name = 'world'] }: Task<readonly [name?: string]>): string {
  return `Hello, ${name}!`;
}
