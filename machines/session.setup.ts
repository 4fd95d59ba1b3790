// The words of the session chart: every actor, action, guard and delay by name, and the phrases that recur in it. Sockets,
// sub-pipelines and executions live behind placeholders; `worker/provide` binds them.

import { assign, cancel, emit, fromCallback, raise, setup } from 'xstate';
import { unprovided, unprovidedAction } from '#errors';
import type {
  ExecutionOrder,
  RetryPolicy,
  SessionContext,
  SessionEvent,
  SessionInput,
  SessionNotice,
  SessionWord,
  SpanNews,
  StopCause,
  SubPipelineOrder,
  TaskEnd,
} from '#machines/session.events';
import type { Refusal } from '#machines/session.refusals';
import { taskIds } from '#model/task';
import type { Rejection } from '#wire/decoder';
import type { TaskData } from '#wire/task-data';

const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** What a session knows before anything has happened. */
export const newSession = (input: SessionInput): SessionContext => ({
  ...input,
  connected: false,
  tasks: 0,
  task: taskIds({}),
  data: null,
  policy: 'OnCrash',
  end: null,
  stopCause: null,
  extendable: false,
  expelReason: null,
  leaving: false,
  rejected: 0,
});

export const session = setup({
  types: {
    context: {} as SessionContext,
    events: {} as SessionEvent,
    input: {} as SessionInput,
    emitted: {} as SessionNotice,
    tags: {} as 'busy',
  },
  actors: {
    link: fromCallback(unprovided('link')),
  },
  actions: {
    say: unprovidedAction<{ word: SessionWord }>('say'),
    /** Answers `subPipelineStarted`, starts it, and tells its end for as long as the task works. */
    runSubPipeline: unprovidedAction<{ order: SubPipelineOrder }>('runSubPipeline'),
    /** The answer of a real worker in a wrong state: an error without an id. */
    refuseSubPipeline: unprovidedAction<undefined>('refuseSubPipeline'),
    stopSubPipeline: unprovidedAction<{ id: string; reason: string }>('stopSubPipeline'),
    stopSubPipelines: unprovidedAction<{ reason: string }>('stopSubPipelines'),
    /** Starts it, and tells its end for as long as the task is open. */
    runExecution: unprovidedAction<{ order: ExecutionOrder }>('runExecution'),
    /** The answer of a real worker without a task. */
    refuseExecution: unprovidedAction<{ id: string }>('refuseExecution'),
    stopExecution: unprovidedAction<{ id: string; reason: string }>('stopExecution'),
    stopExecutions: unprovidedAction<{ reason: string }>('stopExecutions'),
    /** Closes the connection of an algorithm that did not leave. */
    disconnect: unprovidedAction<undefined>('disconnect'),
    /** Ends the connection without a word, as a process that dies; it is not reported lost. */
    cut: unprovidedAction<undefined>('cut'),

    armStop: raise({ type: 'stop.timedOut' }, { delay: 'stopTimeout', id: 'stop' }),
    disarmStop: cancel('stop'),
    armLimit: raise({ type: 'stop.limitReached' }, { delay: 'stoppingLimit', id: 'limit' }),
    disarmLimit: cancel('limit'),
    armAlive: raise({ type: 'alive.timedOut' }, { delay: 'aliveTimeout', id: 'alive' }),
    disarmAlive: cancel('alive'),
    armTtl: raise({ type: 'task.ttlExpired' }, { delay: 'ttl', id: 'ttl' }),
    disarmTtl: cancel('ttl'),
    armBootstrap: raise({ type: 'bootstrap.over' }, { delay: 'bootstrap', id: 'bootstrap' }),
    disarmBootstrap: cancel('bootstrap'),

    noteLink: assign((_, { connected }: { connected: boolean }) => ({ connected })),
    beginTask: assign(({ context }, { data }: { data: TaskData }) => ({
      tasks: context.tasks + 1,
      task: taskIds(data),
      data,
      policy: policyOf(data),
      end: null,
      stopCause: null,
    })),
    keepEnd: assign((_, { end }: { end: TaskEnd }) => ({ end, data: null })),
    dropEnd: assign({ end: null }),
    keepStop: assign((_, { cause }: { cause: StopCause }) => ({ stopCause: cause })),
    allowExtension: assign({ extendable: true }),
    forbidExtension: assign({ extendable: false }),
    expel: assign((_, { reason }: { reason: string }) => ({ expelReason: reason })),
    forgive: assign({ expelReason: null }),
    leave: assign({ leaving: true }),
    countRejected: assign({ rejected: ({ context }) => context.rejected + 1 }),

    emitOpened: emit({ type: 'link.opened' } as const),
    emitLost: emit((_, { code, reason }: { code: number; reason: string }): SessionNotice => ({
      type: 'link.lost',
      code,
      reason,
    })),
    emitReady: emit({ type: 'session.ready' } as const),
    emitExpelled: emit(({ context }): SessionNotice => ({
      type: 'session.expelled',
      reason: context.expelReason ?? 'the algorithm did not leave when it was told to',
    })),
    emitStarted: emit(({ context: { task } }): SessionNotice => ({ type: 'task.started', task })),
    emitProgressed: emit(({ context: { task } }, { progress }: { progress: unknown }): SessionNotice => ({
      type: 'task.progressed',
      task,
      progress,
    })),
    emitEnded: emit(({ context: { task, end } }): SessionNotice => ({
      type: 'task.ended',
      task,
      end: end ?? { kind: 'crashed', error: { message: 'the task ended without a word' } },
    })),
    emitExiting: emit(({ context }): SessionNotice => ({ type: 'session.exiting', reason: context.expelReason })),
    emitRefused: emit(({ context: { data, task } }, { refusal }: { refusal: Refusal }): SessionNotice => ({
      type: 'session.refused',
      task: data === null ? null : task,
      refusal,
    })),
    emitSpan: emit(({ context: { task } }, { span }: { span: SpanNews }): SessionNotice => ({
      type: 'span.changed',
      task,
      span,
    })),
    emitRejected: emit((_, { rejection }: { rejection: Rejection }): SessionNotice => ({
      type: 'frame.rejected',
      rejection,
    })),
  },
  guards: {
    isConnected: ({ context }) => context.connected,
    isLeaving: ({ context }) => context.leaving,
    isExpelled: ({ context }) => context.expelReason !== null,
    hasToLeave: ({ context }) => context.expelReason !== null && context.connected,
    isExtendable: ({ context }) => context.extendable,
    isGone: ({ context }) => context.leaving && !context.connected,
    isStrict: ({ context }) => !context.lenient,
    isLenient: ({ context }) => context.lenient,
    isStopAsked: ({ context }) => context.stopCause !== null,
    isPrompt: ({ context }) => context.bootstrapMs === 0,
    /** The task survives its connection. */
    restarts: ({ context }) => context.lenient || context.restarts,
    retriesErrors: ({ context }) => context.policy === 'OnError' || context.policy === 'Always',
    retriesCrashes: ({ context }) => context.policy === 'OnCrash' || context.policy === 'Always',
    hasTtl: ({ context }) => (context.data?.ttl ?? 0) > 0,
    neverRetries: ({ context }) => context.policy === 'Never',
  },
  delays: {
    stopTimeout: 10_000,
    stoppingLimit: 10 * 60_000,
    exitGrace: 20_000,
    aliveTimeout: 10_000,
    ttl: ({ context }) => ttlMs(context),
    bootstrap: ({ context }) => context.bootstrapMs,
  },
});

/** None is as long as a timer can be. */
function ttlMs({ data }: SessionContext): number {
  const ttl = data?.ttl ?? 0;
  return ttl > 0 ? Math.min(ttl * 1_000, LONGEST_TIMER_MS) : LONGEST_TIMER_MS;
}

/** A task without a policy has HKube's default. */
function policyOf({ retry }: TaskData): RetryPolicy {
  const policy = retry?.policy;
  return policy === 'Never' || policy === 'Always' || policy === 'OnError' ? policy : 'OnCrash';
}
