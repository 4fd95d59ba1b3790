// The words of the algorithm chart: every actor, action, guard and delay by name, and the phrases that recur in it. Handlers,
// sockets and sub-pipelines live behind placeholders; `runtime/provide` binds them.

import { assign, cancel, emit, fromCallback, raise, setup } from 'xstate';
import type {
  AlgorithmContext,
  AlgorithmEmitted,
  AlgorithmEvent,
  AlgorithmInput,
  AlgorithmOutput,
  HandlerCommand,
} from '#machines/algorithm.events';
import type { SubPipelinesLogic } from '#machines/sub-pipeline.machine';
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

const subPipelines: SubPipelinesLogic = {
  getInitialSnapshot: unprovided('subPipelines'),
  transition: unprovided('subPipelines'),
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
    subPipelines,
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
    /** Sends a finish for each open span, with the error if there is one (L7). */
    finishSpans: unprovidedAction<{ error: string | null }>('finishSpans'),
    /** Settles what is pending; `stop` asks the worker to stop it too. */
    settleSubPipelines: unprovidedAction<{ how: 'stop' | 'release' }>('settleSubPipelines'),
    /** From here on the task's words wait: the host has not asked for them on this connection (L10). */
    holdFrames: unprovidedAction<undefined>('holdFrames'),
    resumeFrames: unprovidedAction<undefined>('resumeFrames'),
    repeatOutcome: unprovidedAction<undefined>('repeatOutcome'),
    forgetFrames: unprovidedAction<undefined>('forgetFrames'),
    /** A connection that ends is not opened again. */
    retireLink: unprovidedAction<undefined>('retireLink'),
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
      outcome: null,
      spans: [],
      progress: null,
    })),
    endTask: assign((_, { outcome }: Ended) => ({ outcome, data: null, spans: [] })),
    rememberStart: assign({ startAsked: true }),
    noteAsked: assign(({ context }) => ({ askedOn: context.connection, startAsked: false })),
    noteTouch: assign({ askedOn: ({ context }) => context.connection }),
    keepCalls: assign(({ context }, { calls }: { calls: readonly ApiCall[] }) => ({
      spans: changeSpans(context.spans, calls).stack,
      progress: latestProgress(calls, context.progress),
    })),
    keepExitCode: assign((_, { code }: { code: number }) => ({ exitCode: code })),
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

// The params that recur, and the phrases made of them. Order matters: the worker hears spans before the outcome (L7).

type Carrying<Fields> = { readonly event: Readonly<Fields> };

export const outOfTouch = {
  type: 'isFailedOutOfTouch',
  params: ({ event }: Carrying<{ run: number }>) => ({ run: event.run }),
} as const;

const dataOf = ({ event }: Carrying<{ data: TaskData }>) => ({ data: event.data });
export const sameTask = { type: 'isSameTask', params: dataOf } as const;
export const keptOutcome = { type: 'isKeptOutcome', params: dataOf } as const;
export const initialized = { type: 'reply', params: { command: 'initialized' } } as const;
export const started = { type: 'reply', params: { command: 'started' } } as const;

export const noteOpened = [
  { type: 'noteOpened', params: ({ event }: Carrying<{ connection: number }>) => ({ connection: event.connection }) },
  { type: 'emitOpened', params: ({ event }: Carrying<{ connection: number }>) => ({ connection: event.connection }) },
] as const;
type Loss = Carrying<{ code: number; reason: string }>;
export const noteLost = [
  'noteLost',
  { type: 'emitLost', params: ({ event: { code, reason } }: Loss) => ({ code, reason }) },
] as const;
export const outcomeOwed = {
  type: 'isOutcomeOwed',
  params: ({ event }: Carrying<{ owed: boolean }>) => ({ owed: event.owed }),
} as const;
export const resultTooBig = { type: 'isResultTooBig', params: ({ event }: Loss) => ({ code: event.code }) } as const;

export const thisRun = {
  type: 'isCurrent',
  params: ({ event }: Carrying<{ run: number }>) => ({ run: event.run }),
} as const;
/** What waits for a connection belongs to the task before: sent now, it would be taken for the new one's (L3). */
export const begin = ['forgetFrames', { type: 'beginTask', params: dataOf }] as const;
export const beginUnusable = ['forgetFrames', { type: 'beginTask', params: { data: null } }] as const;
export const abandon = { type: 'command', params: { type: 'abandon' } } as const;
const releaseSubPipelines = { type: 'settleSubPipelines', params: { how: 'release' } } as const;
const stopSubPipelines = { type: 'settleSubPipelines', params: { how: 'stop' } } as const;

const ended = (outcome: TaskOutcome) => [
  { type: 'endTask' as const, params: { outcome, failure: null } },
  { type: 'emitEnded' as const, params: { outcome, failure: null } },
];

export const finish = [
  { type: 'finishSpans', params: { error: null } },
  releaseSubPipelines,
  { type: 'sendDone', params: ({ event }: Carrying<{ frame: Frame }>) => ({ frame: event.frame }) },
  ...ended('done'),
] as const;

const failed = ({ event }: Carrying<{ failure: Failure }>): Ended => ({ outcome: 'failed', failure: event.failure });
const failureOf = ({ event }: Carrying<{ failure: Failure }>) => ({ failure: event.failure });
export const refuse = { type: 'refuse', params: failureOf } as const;
export const fail = [
  { type: 'finishSpans', params: ({ event }: Carrying<{ failure: Failure }>) => ({ error: event.failure.message }) },
  releaseSubPipelines,
  { type: 'sendFailure', params: failureOf },
  { type: 'endTask', params: failed },
  { type: 'emitEnded', params: failed },
] as const;

export const stop = {
  target: 'stopping',
  actions: [
    {
      type: 'command',
      params: ({
        event,
        context: { run },
      }: Carrying<{ force: boolean }> & { context: AlgorithmContext }): HandlerCommand => ({
        type: 'stop',
        run,
        force: event.force,
      }),
    },
    stopSubPipelines,
  ],
} as const;
export const answerStop = [
  { type: 'finishSpans', params: { error: null } },
  'sendStopped',
  ...ended('stopped'),
] as const;

/** The host has begun another task: what the old one still had to say is nobody's any more (L3). */
export const giveWay = [releaseSubPipelines, abandon, ...ended('replaced')] as const;

export const recordRejection = [
  'countRejected',
  { type: 'emitRejected', params: ({ event }: Carrying<{ rejection: Rejection }>) => ({ rejection: event.rejection }) },
] as const;

/** `started`, and the handler's turn. */
export const beginWork = [
  started,
  'emitStarted',
  {
    type: 'command',
    params: ({ context }: { context: AlgorithmContext }): HandlerCommand => ({ type: 'start', run: context.run }),
  },
] as const;

/** The host has asked again, or has had its time: what waits may go. */
export const resume = ['noteTouch', 'resumeFrames'] as const;

/** A new connection while a task waits for its host: the grace begins. */
export const awaitHost = [...noteOpened, 'disarmGrace', 'armGrace'] as const;

export const leave = {
  type: 'keepExitCode',
  params: ({ event }: Carrying<{ code?: number }>) => ({ code: event.code ?? 0 }),
} as const;
export const interrupt = [
  { type: 'finishSpans', params: { error: null } },
  stopSubPipelines,
  ...ended('interrupted'),
] as const;
