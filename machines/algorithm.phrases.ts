// The phrases of the algorithm chart: words with the params that they recur with. Order matters: the worker hears spans before the
// outcome (L7).

import type { AlgorithmContext, AlgorithmEmitted, HandlerCommand } from '#machines/algorithm.events';
import type { ApiCall } from '#model/api-call';
import type { Failure } from '#model/failure';
import type { TaskOutcome } from '#model/task';
import type { Frame } from '#wire/codec';
import type { RawFrame, Rejection } from '#wire/decoder';
import type { TaskData } from '#wire/task-data';

type Ended = Omit<Extract<AlgorithmEmitted, { type: 'task.ended' }>, 'type' | 'task'>;

type Carrying<Fields> = { readonly event: Readonly<Fields> };

export const outOfTouch = {
  type: 'isFailedOutOfTouch',
  params: ({ event }: Carrying<{ run: number }>) => ({ run: event.run }),
} as const;

type Initializing = Carrying<{ data: TaskData; frame?: RawFrame }> & { context: AlgorithmContext };
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
export const begin = [
  'forgetFrames',
  { type: 'beginTask', params: dataOf },
  {
    type: 'command',
    params: ({ context: { run }, event: { data, frame } }: Initializing): HandlerCommand => ({
      type: 'initialize',
      run,
      data,
      frame,
    }),
  },
] as const;
export const beginUnusable = ['forgetFrames', { type: 'beginTask', params: { data: null } }] as const;
export const abandon = { type: 'command', params: { type: 'abandon' } } as const;
const releaseChildren = { type: 'settleChildren', params: { how: 'release' } } as const;
const stopChildren = { type: 'settleChildren', params: { how: 'stop' } } as const;

const ended = (outcome: TaskOutcome) => [
  { type: 'endTask' as const, params: { outcome, failure: null } },
  { type: 'closeTrace' as const, params: { outcome, failure: null } },
  { type: 'emitEnded' as const, params: { outcome, failure: null } },
];

type Called = Carrying<{ calls: readonly ApiCall[] }>;
const callsOf = ({ event }: Called) => ({ calls: event.calls });
export const carryOut = [
  { type: 'speak', params: callsOf },
  { type: 'writeScalars', params: callsOf },
  { type: 'keepCalls', params: callsOf },
] as const;

export const finish = [
  { type: 'finishSpans', params: { error: null } },
  'closeScalars',
  releaseChildren,
  { type: 'sendDone', params: ({ event }: Carrying<{ frame: Frame }>) => ({ frame: event.frame }) },
  ...ended('done'),
] as const;

const failed = ({ event }: Carrying<{ failure: Failure }>): Ended => ({ outcome: 'failed', failure: event.failure });
const failureOf = ({ event }: Carrying<{ failure: Failure }>) => ({ failure: event.failure });
export const refuse = { type: 'refuse', params: failureOf } as const;
export const fail = [
  { type: 'finishSpans', params: ({ event }: Carrying<{ failure: Failure }>) => ({ error: event.failure.message }) },
  'closeScalars',
  releaseChildren,
  { type: 'sendFailure', params: failureOf },
  { type: 'endTask', params: failed },
  { type: 'closeTrace', params: failed },
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
    stopChildren,
  ],
} as const;
export const answerStop = [
  { type: 'finishSpans', params: { error: null } },
  'closeScalars',
  'sendStopped',
  ...ended('stopped'),
] as const;

/** The host has begun another task: what the old one still had to say is nobody's any more (L3). */
export const giveWay = [releaseChildren, abandon, 'closeScalars', ...ended('replaced')] as const;

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
    params: ({ context }: { context: AlgorithmContext }): HandlerCommand => ({
      type: 'start',
      run: context.run,
      carrier: context.carrier,
    }),
  },
] as const;

export const rememberStart = {
  type: 'rememberStart',
  params: ({ event }: Carrying<{ spanId?: unknown }>) => ({ spanId: event.spanId }),
} as const;

/** The host has asked again, or has had its time: what waits may go. */
export const resume = ['noteTouch', 'resumeFrames'] as const;

/** A new connection while a task waits for its host: the grace begins. */
export const awaitHost = [...noteOpened, 'disarmGrace', 'armGrace'] as const;

export const leave = {
  type: 'keepExitCode',
  params: ({ event }: Carrying<{ code?: number }>) => ({ code: event.code ?? 0 }),
} as const;

/** The exit code of a process whose author's code cannot be loaded: bad input. */
const UNLOADABLE = 2;
export const noteUnloadable = [
  { type: 'keepExitCode', params: { code: UNLOADABLE } },
  { type: 'reportUnloadable', params: failureOf },
] as const;

export const interrupt = [
  { type: 'finishSpans', params: { error: null } },
  'closeScalars',
  stopChildren,
  ...ended('interrupted'),
] as const;
