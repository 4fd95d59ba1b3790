// Curves of a task: how near it is after each step. TensorBoard draws them, and the inspector.

import type { AlgorithmApi, Task } from 'algorithm-actor';

/** The square root, guessed better and better. */
export function start(
  { input: [square, steps = 8] }: Task<readonly [square: number, steps?: number]>,
  api: AlgorithmApi,
) {
  let guess = square;
  for (let step = 0; step < steps; step += 1) {
    guess = (guess + square / guess) / 2;
    api.metrics.scalar('guess', guess, step);
    api.metrics.scalar('error/absolute', Math.abs(guess * guess - square), step);
  }
  return guess;
}
