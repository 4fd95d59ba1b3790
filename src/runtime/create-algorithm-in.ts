// An algorithm in any world: what `createAlgorithmActor` does in the one that there is, and the test kit in its own.

import { type Actor, createActor } from 'xstate';
import type { CheckedHandlers } from '#handlers/algorithm-handlers';
import type { algorithmMachine } from '#machines/algorithm.machine';
import { inspected } from '#runtime/inspect';
import type { ResolvedOptions } from '#runtime/options';
import { provideAlgorithm } from '#runtime/provide';
import { clockOf, type World } from '#runtime/world';

/** From what has been checked: the functions, or the entry that the options name. */
export function createAlgorithmIn(
  world: World,
  handlers: CheckedHandlers | undefined,
  options: ResolvedOptions,
): Actor<typeof algorithmMachine> {
  const { stopGraceMs, resumeGraceMs, inspect } = options;
  const seen = inspect && inspected(world, options, inspect);
  const actor = createActor(provideAlgorithm(seen?.world ?? world, handlers, seen?.options ?? options), {
    id: 'algorithm',
    input: { stopGraceMs, resumeGraceMs },
    clock: clockOf(world.after),
  });
  seen?.watch(actor);
  return actor;
}
