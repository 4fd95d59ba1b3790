// The words of the algorithm chart: every actor, action, guard and delay by name. Handlers, sockets and children live behind
// placeholders; `runtime/provide` binds them.

import { assign, cancel, emit, fromCallback, raise, setup } from 'xstate';
import type {
  AlgorithmContext,
  AlgorithmEmitted,
  AlgorithmEvent,
  AlgorithmInput,
  AlgorithmOutput,
  HandlerCommand,
} from '#machines/algorithm.events';
import type { ChildrenLogic } from '#machines/child.machine';
import { unprovided, unprovidedAction } from '#errors';
import type { ApiCall } from '#model/api-call';
import type { Failure } from '#model/failure';
import type { Json } from '#model/json';
import { changeSpans } from '#model/span-stack';
import { isSameTask, taskIds, type TaskOutcome } from '#model/task';
import type { Frame } from '#wire/codec';
import type { Rejection } from '#wire/decoder';
import type { TaskData } from '#wire/task-data';

/** The close code of a worker that got a frame over its limit. */
const TOO_BIG = 1009;

type Ended = { outcome: TaskOutcome; failure: Failure | null };

/** Progress may be null, so absence is asked for by name. */
const latestProgress = (calls: readonly ApiCall[], before: Json): Json => {
  const last = lastProgress(calls);
  return last === undefined ? before : last;
};
const lastProgress = (calls: readonly ApiCall[]) => calls.findLast((call) => call.kind === 'progress')?.progress;

const children: ChildrenLogic = {
  getInitialSnapshot: unprovided('children'),
  transition: unprovided('children'),
  getPersistedSnapshot: (snapshot) => snapshot,
};

export const algorithm = setup({
  types: {
    context: {} as AlgorithmContext,
    events: {} as AlgorithmEvent,
    emitted: {} as AlgorithmEmitted,
    input: {} as AlgorithmInput,
    output: {} as AlgorithmOutput,
    tags: {} as 'busy',
  },
  actors: {
    link: fromCallback(unprovided('link')),
    handlers: fromCallback(unprovided('handlers')),
    children,
    signals: fromCallback(unprovided('signals')),
  },
  actions: {
    /** Tells the host of the handlers what to do; what comes of it is reported as `handler.*`. */
    command: unprovidedAction<HandlerCommand>('command'),
    /** Sends a message that carries nothing. */
    reply: unprovidedAction<{ command: 'initialized' | 'started' | 'stopped' | 'stopping' }>('reply'),
    /** Answers with an error that is no outcome: there is no task. */
    refuse: unprovidedAction<{ failure: Failure }>('refuse'),
    /** The outcome. It is kept until the next task, because the host may ask again (L10). */
    sendDone: unprovidedAction<{ frame: Frame }>('sendDone'),
    sendFailure: unprovidedAction<{ failure: Failure }>('sendFailure'),
    sendStopped: unprovidedAction<undefined>('sendStopped'),
    /** Sends what the calls say, spans by the stack that stands before them. */
    speak: unprovidedAction<{ calls: readonly ApiCall[] }>('speak'),
    /** Writes the scalars among the calls of the task. */
    writeScalars: unprovidedAction<{ calls: readonly ApiCall[] }>('writeScalars'),
    /** What the task has written can be read by whoever hears its outcome. */
    closeScalars: unprovidedAction<undefined>('closeScalars'),
    /** Sends a finish for each open span, with the error if there is one (L7). */
    finishSpans: unprovidedAction<{ error: string | null }>('finishSpans'),
    /** The task's spans end, and what failed says so. */
    closeTrace: unprovidedAction<Ended>('closeTrace'),
    /** Settles what is pending; `stop` asks the worker to stop it too. */
    settleChildren: unprovidedAction<{ how: 'stop' | 'release' }>('settleChildren'),
    /** From here on the task's words wait: the host has not asked for them on this connection (L10). */
    holdFrames: unprovidedAction<undefined>('holdFrames'),
    resumeFrames: unprovidedAction<undefined>('resumeFrames'),
    repeatOutcome: unprovidedAction<undefined>('repeatOutcome'),
    forgetFrames: unprovidedAction<undefined>('forgetFrames'),
    /** A connection that ends is not opened again. */
    retireLink: unprovidedAction<undefined>('retireLink'),
    reportUnloadable: unprovidedAction<{ failure: Failure }>('reportUnloadable'),
    reportRefusal: unprovidedAction<{ reason: string }>('reportRefusal'),
    beginAlive: unprovidedAction<undefined>('beginAlive'),
    endAlive: unprovidedAction<undefined>('endAlive'),

    armPulse: raise({ type: 'stop.pulse' }, { delay: 'stoppingPulse', id: 'pulse' }),
    disarmPulse: cancel('pulse'),
    armGrace: raise({ type: 'grace.over' }, { delay: 'resumeGrace', id: 'grace' }),
    disarmGrace: cancel('grace'),

    beginTask: assign(({ context }, { data }: { data: TaskData | null }) => ({
      run: context.run + 1,
      askedOn: context.connection,
      task: taskIds(data ?? {}),
      data,
      startAsked: false,
      carrier: data?.spanId ?? null,
      outcome: null,
      spans: [],
      progress: null,
    })),
    endTask: assign((_, { outcome }: Ended) => ({ outcome, data: null, spans: [] })),
    rememberStart: assign(({ context }, { spanId }: { spanId: unknown }) => ({
      startAsked: true,
      carrier: spanId ?? context.carrier,
    })),
    noteAsked: assign(({ context }) => ({ askedOn: context.connection, startAsked: false })),
    noteTouch: assign({ askedOn: ({ context }) => context.connection }),
    keepCalls: assign(({ context }, { calls }: { calls: readonly ApiCall[] }) => ({
      spans: changeSpans(context.spans, calls).stack,
      progress: latestProgress(calls, context.progress),
    })),
    /** A code that means success does not wipe out one that does not. */
    keepExitCode: assign(({ context }, { code }: { code: number }) => ({ exitCode: code || context.exitCode })),
    countDropped: assign({ dropped: ({ context }) => context.dropped + 1 }),
    countRejected: assign({ rejected: ({ context }) => context.rejected + 1 }),
    noteOpened: assign((_, { connection }: { connection: number }) => ({ connected: true, connection })),
    noteLost: assign({ connected: false }),

    emitStarted: emit(({ context: { task } }): AlgorithmEmitted => ({ type: 'task.started', task })),
    emitProgressed: emit(({ context: { task, progress } }): AlgorithmEmitted => ({
      type: 'task.progressed',
      task,
      progress,
    })),
    emitEnded: emit(({ context: { task } }, ended: Ended): AlgorithmEmitted => ({
      type: 'task.ended',
      task,
      ...ended,
    })),
    emitRejected: emit((_, { rejection }: { rejection: Rejection }): AlgorithmEmitted => ({
      type: 'frame.rejected',
      rejection,
    })),
    emitOpened: emit((_, { connection }: { connection: number }): AlgorithmEmitted => ({
      type: 'link.opened',
      connection,
    })),
    emitLost: emit((_, { code, reason }: { code: number; reason: string }): AlgorithmEmitted => ({
      type: 'link.lost',
      code,
      reason,
    })),
  },
  guards: {
    isCurrent: ({ context }, { run }: { run: number }) => run === context.run && context.outcome === null,
    isProgress: ({ context }, { run, calls }: { run: number; calls: readonly ApiCall[] }) =>
      run === context.run && context.outcome === null && lastProgress(calls) !== undefined,
    /** The same attempt of the same task, asked for on a connection that has not asked for it yet (L10). */
    isSameTask: ({ context }, { data }: { data: TaskData }) =>
      context.connection > context.askedOn && isSameTask(context.task, taskIds(data)),
    isKeptOutcome: ({ context }, { data }: { data: TaskData }) =>
      (context.outcome === 'done' || context.outcome === 'failed') &&
      context.connection > context.askedOn &&
      isSameTask(context.task, taskIds(data)),
    /** Nobody has asked for this task on a connection that is open. */
    isOutOfTouch: ({ context }) => !context.connected || context.connection !== context.askedOn,
    isFailedOutOfTouch: ({ context }, { run }: { run: number }) =>
      run === context.run && (!context.connected || context.connection !== context.askedOn),
    /** It is there, and has not asked for the task again. */
    isHostSilent: ({ context }) => context.connected && context.connection !== context.askedOn,
    isOutcomeOwed: (_, { owed }: { owed: boolean }) => owed,
    isResultTooBig: ({ context }, { code }: { code: number }) =>
      code === TOO_BIG && context.outcome === 'done' && context.askedOn === context.connection,
    isStartAsked: ({ context }) => context.startAsked,
    isTaskOpen: ({ context }) => context.run > 0 && context.outcome === null,
    hasHadTask: ({ context }) => context.run > 0,
  },
  delays: {
    stopGrace: ({ context }) => context.stopGraceMs,
    resumeGrace: ({ context }) => context.resumeGraceMs,
    stoppingPulse: 1_000,
  },
});
