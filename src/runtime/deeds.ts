// What a person may do to an algorithm that a local HKube has started: say what its worker would say.

import * as z from 'zod/mini';
import type { Actor } from 'xstate';
import { createDeed, type Deed, type DeedParts } from '#inspector/deed';
import type { AlgorithmEvent } from '#machines/algorithm.events';
import type { algorithmMachine } from '#machines/algorithm.machine';

interface Word<Schema extends z.ZodMiniType<object>> extends Pick<
  DeedParts<Schema>,
  'name' | 'title' | 'hint' | 'schema'
> {
  readonly first: z.output<Schema>;
  readonly event: (value: z.output<Schema>) => AlgorithmEvent;
}

const exitCode = z.int('expected a whole number').check(z.minimum(0), z.maximum(255));

export function deedsOfAlgorithm(actor: Actor<typeof algorithmMachine>): Deed[] {
  const say = <Schema extends z.ZodMiniType<object>>({ first, event, ...parts }: Word<Schema>): Deed =>
    createDeed({
      ...parts,
      value: () => z.record(z.string(), z.json()).parse(first),
      isOpen: () => actor.getSnapshot().status === 'active' && actor.getSnapshot().can(event(first)),
      act: (value) => {
        actor.send(event(value));
        return undefined;
      },
    });
  return [
    say({
      ...{ name: 'wire.stop', title: 'say “stop” to it', schema: z.strictObject({ force: z.boolean() }) },
      hint: 'As if its worker had said stop. The worker does not know of it: what is answered, it takes for stray.',
      first: { force: true },
      event: ({ force }) => ({ type: 'wire.stop', force }),
    }),
    say({
      ...{ name: 'wire.exit', title: 'say “exit” to it', schema: z.strictObject({ code: exitCode }) },
      hint: 'As if its worker had said exit: it leaves without an outcome, and another process is started.',
      first: { code: 0 },
      event: ({ code }) => ({ type: 'wire.exit', code }),
    }),
    say({
      ...{ name: 'shutdown', title: 'shut it down', schema: z.strictObject({ code: exitCode }) },
      hint: 'As by SIGTERM: spans are finished, sub-pipelines stopped, the exit handler runs.',
      first: { code: 0 },
      event: ({ code }) => ({ type: 'shutdown', code }),
    }),
  ];
}
