// One build: an algorithm's code is fetched, its dependencies are installed, its entry is checked, and what has come of it is published.
//
//   T1. It ends once; what its steps still say afterwards is nobody's any more.
//   T2. It can be stopped as long as it is not published: whoever hears of a version may run it at once.
//   T3. Progress only grows, in HKube's numbers. A build that is stopped stays where it was.
//
// What a step does stands behind a placeholder. Each says one word when it has ended: its own, or that it has failed.

import { assign, setup } from 'xstate';
import { unprovidedAction } from '#errors';

/** What is done, one after the other. */
export type BuildStep = 'fetch' | 'install' | 'check' | 'publish';

/** Why a build has come to nothing. */
export interface BuildFailure {
  /** One sentence, and what to do. */
  readonly message: string;
  /** Where it comes from: last words of a program, a stack. */
  readonly trace: string;
}

export type BuildEvent =
  /** It is its turn. */
  | { readonly type: 'build.admitted' }
  | { readonly type: 'code.fetched' }
  | { readonly type: 'dependencies.installed' }
  | { readonly type: 'entry.checked' }
  | { readonly type: 'version.published' }
  | { readonly type: 'step.failed'; readonly failure: BuildFailure }
  /** `words` say why, where it was not asked for by a person. */
  | { readonly type: 'build.stopAsked'; readonly words: string | null };

export interface BuildContext {
  readonly buildId: string;
  /** In percent. */
  readonly progress: number;
  readonly failure: BuildFailure | null;
}

export interface BuildInput {
  readonly buildId: string;
}

const fail = {
  target: 'failed',
  actions: {
    type: 'keepFailure',
    params: ({ event }: { event: { failure: BuildFailure } }) => ({ failure: event.failure }),
  },
} as const;
const keepWords = {
  type: 'keepWords',
  params: ({ event }: { event: { words: string | null } }) => ({ words: event.words }),
} as const;
const stop = { target: 'stopped', actions: [keepWords, 'stopWork'] } as const;

const reach = (progress: number) => ({ type: 'reach', params: { progress } }) as const;
const begin = (step: BuildStep) => ({ type: 'begin', params: { step } }) as const;

export const buildMachine = setup({
  types: {
    context: {} as BuildContext,
    events: {} as BuildEvent,
    input: {} as BuildInput,
    /** HKube has one word for these. */
    tags: {} as 'active',
  },
  actions: {
    /** Begins a step; says what has come of it. */
    begin: unprovidedAction<{ step: BuildStep }>('begin'),
    /** Ends what the step has under way. */
    stopWork: unprovidedAction<undefined>('stopWork'),

    reach: assign((_, { progress }: { progress: number }) => ({ progress })),
    keepFailure: assign((_, { failure }: { failure: BuildFailure }) => ({ failure })),
    keepWords: assign((_, { words }: { words: string | null }) =>
      words === null ? {} : { failure: { message: words, trace: '' } },
    ),
  },
}).createMachine({
  id: 'build',
  context: ({ input }) => ({ buildId: input.buildId, progress: 0, failure: null }),
  initial: 'pending',
  states: {
    pending: {
      description: 'Others are built, and only so many at once.',
      on: {
        'build.admitted': 'creating',
        'build.stopAsked': { target: 'stopped', actions: keepWords },
      },
    },
    creating: {
      description: 'The code is unpacked, or cloned.',
      entry: [reach(5), begin('fetch')],
      on: { 'code.fetched': 'installing', 'step.failed': fail, 'build.stopAsked': stop },
    },
    installing: {
      description: 'Its dependencies are installed.',
      tags: 'active',
      entry: [reach(20), begin('install')],
      on: { 'dependencies.installed': 'checking', 'step.failed': fail, 'build.stopAsked': stop },
    },
    checking: {
      description: 'The entry is loaded, and looked at.',
      tags: 'active',
      entry: [reach(40), begin('check')],
      on: { 'entry.checked': 'publishing', 'step.failed': fail, 'build.stopAsked': stop },
    },
    publishing: {
      description: 'It is as good as over: a stop comes too late (T2).',
      tags: 'active',
      entry: [reach(60), begin('publish')],
      on: { 'version.published': 'completed', 'step.failed': fail },
    },
    completed: { type: 'final', entry: reach(100) },
    failed: { type: 'final', entry: reach(80) },
    stopped: { type: 'final' },
  },
});
