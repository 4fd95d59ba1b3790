// The door of the runtime: handlers and options in, an actor out.

import { type Actor, toPromise } from 'xstate';
import { RuntimeError } from '#errors';
import { type AlgorithmHandlers, checkHandlers } from '#handlers/algorithm-handlers';
import type { AlgorithmOutput } from '#machines/algorithm.events';
import type { algorithmMachine } from '#machines/algorithm.machine';
import { createAlgorithmIn } from '#runtime/create-algorithm-in';
import { type AlgorithmOptions, type ResolvedOptions, resolveOptions } from '#runtime/options';
import { realWorld } from '#runtime/world';
import { isRegistered } from '#tracing/settings';

/** An algorithm process as an XState actor. It does nothing before `start`, and is done when it has left. */
export interface AlgorithmActor extends Omit<Actor<typeof algorithmMachine>, 'send' | 'start' | 'stop'> {
  /** Connects, and serves tasks until the host or `shutdown` ends it. An actor that was stopped stays so: create another. */
  start(): AlgorithmActor;
  /** Ends at once: nothing is told to anybody. `send({type: 'shutdown'})` leaves cleanly instead. */
  stop(): AlgorithmActor;
  /** Leaves cleanly: spans finished, sub-pipelines stopped, the exit handler run, the socket closed. */
  send(event: { readonly type: 'shutdown'; readonly code?: number }): void;
}

/** Options with an entry in place of functions. */
export type EntryOptions = AlgorithmOptions & { readonly entry: string };

/**
 * Creates an algorithm whose handlers are loaded from `entry` by a thread or a process of their own, where a handler that never
 * yields blocks nobody.
 *
 * @example
 * createAlgorithmActor({ entry: './algorithm.ts' }).start();
 */
export function createAlgorithmActor(options: EntryOptions): AlgorithmActor;
/**
 * Creates an algorithm that talks to an HKube worker. Throws `INVALID_HANDLERS`, `INVALID_OPTIONS`, `INVALID_ENTRY` or
 * `UNSUPPORTED` at once for what cannot work.
 *
 * @example
 * createAlgorithmActor({
 *   start: async ({ input }, api) => {
 *     api.progress({ progress: 50 });
 *     return input;
 *   },
 * }).start();
 */
export function createAlgorithmActor<Input = readonly unknown[], Result = unknown>(
  handlers: AlgorithmHandlers<Input, Result>,
  options?: AlgorithmOptions,
): AlgorithmActor;
export function createAlgorithmActor<Input, Result>(
  first: AlgorithmHandlers<Input, Result> | EntryOptions,
  second: AlgorithmOptions = {},
): AlgorithmActor {
  const given = isEntryOptions(first) ? { handlers: undefined, options: first } : { handlers: first, options: second };
  const handlers = given.handlers && checkHandlers(given.handlers, 'createAlgorithmActor');
  if (handlers && given.options.entry !== undefined) {
    throw new RuntimeError('INVALID_OPTIONS', 'options.entry: give functions or an entry, not both.');
  }
  return createAlgorithmIn(realWorld, handlers, seenByLibraries(resolveOptions(given.options, process.env)));
}

/** Where nobody has said where spans go, and the author has a provider for his libraries, they go there. */
export function seenByLibraries(options: ResolvedOptions): ResolvedOptions {
  const { trace, place } = options;
  const isUndecided = trace.kind === 'off' && trace.problem === null && place.kind === 'inline';
  return isUndecided && isRegistered('trace') ? { ...options, trace: { kind: 'ambient' } } : options;
}

/** An entry stands for functions where there are none. */
function isEntryOptions(first: object): first is EntryOptions {
  return typeof first === 'object' && first !== null && 'entry' in first && !('start' in first);
}

/** Resolves with the exit code that was asked for, when the algorithm has left. */
export function untilLeft(actor: AlgorithmActor): Promise<AlgorithmOutput> {
  return toPromise(actor);
}
