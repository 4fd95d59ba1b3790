// One pipeline run: it waits until it is admitted, and is active until every node has ended, a failure is not tolerated, or somebody stops it.
//
//   V1. It ends once; what its tasks still say afterwards is nobody's any more.
//   V2. Whatever ends it early stops the tasks that still run, and does not wait for them: their workers do.
//   V3. Its time counts from the beginning, the wait for admission too; that of `activeTtl` from the admission. Neither: no limit.
//   V4. While it is paused no task begins. Those that had begun go on, and may end it; its time goes on, that of `activeTtl` begins anew
//       when it is resumed.
//
// Which tasks are ready is `pipeline/plan`'s affair, on which workers they run the pool's; both stand behind placeholders.

import { assign, emit, raise, setup } from 'xstate';
import { unprovidedAction } from '#errors';
import type { NodeResult, TaskCounts } from '#descriptors/run';
import { LONGEST_TIMER_MS } from '#model/duration';

/** A task's place in its run. */
export interface RunTask {
  readonly nodeName: string;
  readonly batchIndex: number | null;
}

/** A task, and how it ended. */
export interface RunTaskEnd extends RunTask {
  readonly end:
    { readonly kind: 'succeed'; readonly result: unknown } | { readonly kind: 'failed'; readonly error: string };
}

export type RunEvent =
  /** No other run of this pipeline keeps it waiting. */
  | { readonly type: 'run.admitted' }
  /** A worker has begun a task. */
  | { readonly type: 'task.begun'; readonly task: RunTask }
  | { readonly type: 'task.ended'; readonly task: RunTaskEnd }
  | { readonly type: 'plan.advanced'; readonly counts: TaskCounts }
  | { readonly type: 'plan.completed'; readonly results: readonly NodeResult[] }
  | { readonly type: 'plan.failed'; readonly error: string; readonly nodeName: string }
  | { readonly type: 'run.stopAsked'; readonly reason: string }
  | { readonly type: 'run.pauseAsked' }
  | { readonly type: 'run.resumeAsked' };

/** How a run ended. */
export type RunEnd =
  | { readonly status: 'completed'; readonly data: readonly NodeResult[] }
  | { readonly status: 'failed'; readonly error: string; readonly nodeName: string }
  | { readonly status: 'stopped'; readonly reason: string };

export type RunEmitted = { readonly type: 'run.progressed'; readonly counts: TaskCounts };

export interface RunContext {
  readonly jobId: string;
  readonly pipeline: string;
  readonly ttlMs: number | null;
  readonly activeTtlMs: number | null;
  readonly counts: TaskCounts;
  readonly end: RunEnd | null;
}

export interface RunInput {
  readonly jobId: string;
  /** The pipeline's name. */
  readonly pipeline: string;
  /** How long it may take; null: as long as it wants. */
  readonly ttlMs: number | null;
  readonly activeTtlMs: number | null;
}

/** HKube's own words. */
export const EXPIRED = 'pipeline expired';
export const ACTIVE_EXPIRED = 'pipeline active TTL expired';

interface Heard<Type extends RunEvent['type']> {
  readonly event: Extract<RunEvent, { type: Type }>;
}

const keepStop = {
  type: 'keepEnd',
  params: ({ event }: { event: { reason: string } }): { end: RunEnd } => ({
    end: { status: 'stopped', reason: event.reason },
  }),
} as const;

/** What is longer than a timer can wait is no limit, as long as this process lives. */
const timerOf = (ms: number | null): number => Math.min(ms ?? LONGEST_TIMER_MS, LONGEST_TIMER_MS);

/** While it is on its way, paused or not. */
const ends = {
  'task.begun': { actions: { type: 'noteTask', params: ({ event }: Heard<'task.begun'>) => ({ task: event.task }) } },
  'task.ended': {
    actions: { type: 'advancePlan', params: ({ event }: Heard<'task.ended'>) => ({ task: event.task }) },
  },
  'plan.advanced': {
    actions: [
      { type: 'keepCounts', params: ({ event }: Heard<'plan.advanced'>) => ({ counts: event.counts }) },
      'emitProgressed',
    ],
  },
  'plan.completed': {
    target: 'completed',
    actions: {
      type: 'keepEnd',
      params: ({ event }: Heard<'plan.completed'>): { end: RunEnd } => ({
        end: { status: 'completed', data: event.results },
      }),
    },
  },
  'plan.failed': {
    target: 'failed',
    actions: [
      {
        type: 'keepEnd',
        params: ({ event: { error, nodeName } }: Heard<'plan.failed'>): { end: RunEnd } => ({
          end: { status: 'failed', error, nodeName },
        }),
      },
      {
        type: 'stopTasks',
        params: ({ event }: Heard<'plan.failed'>) => ({ reason: `node "${event.nodeName}" has failed` }),
      },
    ],
  },
  'run.stopAsked': {
    target: 'stopped',
    actions: [
      keepStop,
      { type: 'stopTasks', params: ({ event }: Heard<'run.stopAsked'>) => ({ reason: event.reason }) },
    ],
  },
} as const;

export const runMachine = setup({
  types: {
    context: {} as RunContext,
    events: {} as RunEvent,
    emitted: {} as RunEmitted,
    input: {} as RunInput,
    output: {} as RunEnd | null,
  },
  actions: {
    /** Starts the tasks that wait for nothing; says `plan.*`. */
    beginPlan: unprovidedAction<undefined>('beginPlan'),
    /** Starts what the end of a task makes ready; says `plan.*`. */
    advancePlan: unprovidedAction<{ task: RunTaskEnd }>('advancePlan'),
    /** Takes down that a task has begun; says `plan.advanced`. */
    noteTask: unprovidedAction<{ task: RunTask }>('noteTask'),
    stopTasks: unprovidedAction<{ reason: string }>('stopTasks'),
    /** Takes back the tasks that no worker has begun, and keeps what becomes ready. */
    holdTasks: unprovidedAction<undefined>('holdTasks'),
    /** Gives them out. */
    releaseTasks: unprovidedAction<undefined>('releaseTasks'),

    keepCounts: assign((_, { counts }: { counts: TaskCounts }) => ({ counts })),
    keepEnd: assign((_, { end }: { end: RunEnd }) => ({ end })),
    emitProgressed: emit(({ context }): RunEmitted => ({ type: 'run.progressed', counts: context.counts })),
    expire: raise({ type: 'run.stopAsked', reason: EXPIRED }),
    expireActive: raise({ type: 'run.stopAsked', reason: ACTIVE_EXPIRED }),
  },
  guards: {
    hasTtl: ({ context }) => context.ttlMs !== null,
    hasActiveTtl: ({ context }) => context.activeTtlMs !== null,
  },
  delays: {
    ttl: ({ context }) => timerOf(context.ttlMs),
    activeTtl: ({ context }) => timerOf(context.activeTtlMs),
  },
}).createMachine({
  id: 'run',
  context: ({ input }) => ({
    jobId: input.jobId,
    pipeline: input.pipeline,
    ttlMs: input.ttlMs,
    activeTtlMs: input.activeTtlMs,
    counts: { total: 0, creating: 0, active: 0, succeed: 0, failed: 0, skipped: 0 },
    end: null,
  }),
  output: ({ context }) => context.end,
  after: { ttl: { guard: 'hasTtl', actions: 'expire' } },
  initial: 'pending',
  states: {
    pending: {
      description: 'Waits for other runs of the same pipeline, where it allows only so many at once.',
      on: {
        'run.admitted': { target: 'active', actions: 'beginPlan' },
        'run.stopAsked': { target: 'stopped', actions: keepStop },
      },
    },
    active: {
      description: 'Tasks run, or wait for a worker.',
      after: { activeTtl: { guard: 'hasActiveTtl', actions: 'expireActive' } },
      on: {
        ...ends,
        'run.pauseAsked': { target: 'paused', actions: 'holdTasks' },
      },
    },
    paused: {
      description: 'No task begins; those that have begun go on.',
      on: {
        ...ends,
        'run.resumeAsked': { target: 'active', actions: 'releaseTasks' },
      },
    },
    completed: { type: 'final' },
    failed: { type: 'final' },
    stopped: { type: 'final' },
  },
});
