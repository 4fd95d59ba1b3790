// An algorithm in any world: what `createAlgorithmActor` does in the one that there is, and the test kit in its own.

import { type Actor, createActor } from 'xstate';
import type { CheckedHandlers } from '#handlers/algorithm-handlers';
import type { algorithmMachine } from '#machines/algorithm.machine';
import type { ResolvedOptions } from '#runtime/options';
import { provideAlgorithm } from '#runtime/provide';
import { clockOf, type World } from '#runtime/world';

/** From what has been checked: the functions, or the entry that the options name. */
export function createAlgorithmIn(
  world: World,
  handlers: CheckedHandlers | undefined,
  options: ResolvedOptions,
): Actor<typeof algorithmMachine> {
  const { stopGraceMs, resumeGraceMs } = options;
  return createActor(provideAlgorithm(world, handlers, options), {
    id: 'algorithm',
    input: { stopGraceMs, resumeGraceMs },
    clock: clockOf(world.after),
  });
}
