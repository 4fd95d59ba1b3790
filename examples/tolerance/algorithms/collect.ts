// The readings of a thermometer. The driver of that goes down at the first attempt, and takes the handlers with it.

import type { Task } from 'algorithm-actor';

export function start({ attempts }: Task<readonly []>): readonly string[] {
  if (attempts === 0) process.exit(3);
  return ['12.5', 'n/a', '13', 'n/a', '13.5'];
}
