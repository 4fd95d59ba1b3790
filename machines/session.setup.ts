// The words of the session chart: every actor, action, guard and delay by name, and the phrases that recur in it. Sockets and
// sub-pipelines live behind placeholders; `worker/provide` binds them.

import { assign, cancel, emit, fromCallback, raise, setup } from 'xstate';
import { unprovided, unprovidedAction } from '#errors';
import type {
  SessionContext,
  SessionEvent,
  SessionNotice,
  SessionWord,
  SpanNews,
  SubPipelineOrder,
  TaskEnd,
  TaskError,
} from '#machines/session.events';
import { taskIds } from '#model/task';
import type { Rejection } from '#wire/decoder';
import type { TaskData } from '#wire/task-data';

export const session = setup({
  types: {
    context: {} as SessionContext,
    events: {} as SessionEvent,
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
    /** Closes the connection of an algorithm that did not leave. */
    disconnect: unprovidedAction<undefined>('disconnect'),

    armStop: raise({ type: 'stop.timedOut' }, { delay: 'stopTimeout', id: 'stop' }),
    disarmStop: cancel('stop'),
    armLimit: raise({ type: 'stop.limitReached' }, { delay: 'stoppingLimit', id: 'limit' }),
    disarmLimit: cancel('limit'),

    noteLink: assign((_, { connected }: { connected: boolean }) => ({ connected })),
    beginTask: assign(({ context }, { data }: { data: TaskData }) => ({
      tasks: context.tasks + 1,
      task: taskIds(data),
      data,
      end: null,
      stopReason: '',
      extendable: true,
    })),
    keepEnd: assign((_, { end }: { end: TaskEnd }) => ({ end, data: null })),
    dropEnd: assign({ end: null }),
    keepStop: assign((_, { reason }: { reason: string }) => ({ stopReason: reason })),
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
    isExtendable: ({ context }) => context.extendable,
    isGone: ({ context }) => context.leaving && !context.connected,
  },
  delays: {
    stopTimeout: 10_000,
    stoppingLimit: 10 * 60_000,
    exitGrace: 20_000,
  },
});

// The params that recur, and the phrases made of them.

type Carrying<Fields> = { readonly event: Readonly<Fields> };
type Knowing = { readonly context: SessionContext };

/** A well-formed message that has no place in this state: recorded, and that is all. */
export const misplaced = (command: string, reason: string) =>
  ['countRejected', { type: 'emitRejected', params: { rejection: { kind: 'unexpected', command, reason } } }] as const;

/** What makes a real worker give its algorithm up (protocol.md §3.3). */
export const violation = (command: string) => {
  const reason = `The algorithm sent ${command} where the worker did not expect it; HKube's worker gives an algorithm up for that.`;
  return { reason, record: misplaced(command, reason), expel: { type: 'expel', params: { reason } } as const };
};

export const recordRejection = [
  'countRejected',
  { type: 'emitRejected', params: ({ event }: Carrying<{ rejection: Rejection }>) => ({ rejection: event.rejection }) },
] as const;

const lostWords = ({ code, reason }: { readonly code: number; readonly reason: string }): TaskError => ({
  message: `The algorithm's connection was lost (${code}${reason === '' ? '' : ` ${reason}`}) while its task ran`,
});

export const succeed = {
  type: 'keepEnd',
  params: ({ event }: Carrying<{ result: unknown }>): { end: TaskEnd } => ({
    end: { kind: 'succeed', result: event.result },
  }),
} as const;
/** `stopped` without a stop counts as success in a real worker. */
export const succeedBare = { type: 'keepEnd', params: { end: { kind: 'succeed', result: undefined } } } as const;
export const fail = {
  type: 'keepEnd',
  params: ({ event }: Carrying<{ error: TaskError }>): { end: TaskEnd } => ({
    end: { kind: 'failed', error: event.error },
  }),
} as const;
/** A failure that came in answer to the stop outweighs it. */
export const stopped = {
  type: 'keepEnd',
  params: ({ context }: Knowing): { end: TaskEnd } => ({
    end: context.end ?? { kind: 'stopped', reason: context.stopReason },
  }),
} as const;
export const crashed = {
  type: 'keepEnd',
  params: ({ event }: Carrying<{ code: number; reason: string }>): { end: TaskEnd } => ({
    end: { kind: 'crashed', error: lostWords(event) },
  }),
} as const;
export const crashedBy = (message: string) =>
  ({ type: 'keepEnd', params: { end: { kind: 'crashed', error: { message } } } }) as const;

export const noteLost = [
  { type: 'noteLink', params: { connected: false } },
  {
    type: 'emitLost',
    params: ({ event }: Carrying<{ code: number; reason: string }>) => ({ code: event.code, reason: event.reason }),
  },
] as const;
