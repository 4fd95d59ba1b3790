// The phrases of the session chart: what recurs in it, with its params. Nothing here runs by itself.

import type { ExecutionOrder, SessionContext, TaskEnd, TaskError } from '#machines/session.events';
import { type Refusal, REFUSALS, refusalText } from '#machines/session.refusals';
import type { Rejection } from '#wire/decoder';

type Carrying<Fields> = { readonly event: Readonly<Fields> };
type Knowing = { readonly context: SessionContext };
type Ordering = Carrying<{ order: ExecutionOrder }>;

/** What HKube's worker does not put up with. */
export const refused = (refusal: Refusal) => ['countRejected', { type: 'emitRefused', params: { refusal } }] as const;
export const recordRefusal = [
  'countRejected',
  { type: 'emitRefused', params: ({ event }: Carrying<{ refusal: Refusal }>) => ({ refusal: event.refusal }) },
] as const;
/** The algorithm has to go, and this is why. */
export const expelFor = (reason: string) => ({ type: 'expel', params: { reason } }) as const;
/** Refused, and the algorithm has to go. */
export const expelled = (refusal: Refusal) => [...refused(refusal), expelFor(refusalText(refusal))] as const;
/** It was refused when it came; this is its end. */
export const expelAfterStopping = expelFor(refusalText(REFUSALS.strayStopping));
/** A well-formed message that has no place in this state: recorded, and that is all. */
export const misplaced = (command: string, reason: string) =>
  ['countRejected', { type: 'emitRejected', params: { rejection: { kind: 'unexpected', command, reason } } }] as const;

export const recordRejection = [
  'countRejected',
  { type: 'emitRejected', params: ({ event }: Carrying<{ rejection: Rejection }>) => ({ rejection: event.rejection }) },
] as const;

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
/** The task is to be tried again: its failure is nobody's yet. */
export const failForNow = {
  type: 'keepEnd',
  params: ({ event }: Carrying<{ error: TaskError }>): { end: TaskEnd } => ({
    end: { kind: 'crashed', error: event.error },
  }),
} as const;

/** How a task ends that was stopped. One that is only scaled down, and says so, counts as done. */
function stopEnd({ stopCause }: SessionContext): TaskEnd {
  switch (stopCause?.kind) {
    case 'ttl':
      return { kind: 'failed', error: { message: 'Algorithm TTL expired' } };
    case 'scaleDown':
      return { kind: 'succeed', result: undefined };
    case 'asked':
    case undefined:
      return { kind: 'stopped', reason: stopCause?.reason ?? '' };
  }
}
export const stopped = {
  type: 'keepEnd',
  params: ({ context }: Knowing): { end: TaskEnd } => ({ end: stopEnd(context) }),
} as const;
/** A result in answer to a stop is dropped, also where the worker is only scaled down. */
export const stoppedByDone = {
  type: 'keepEnd',
  params: ({ context }: Knowing): { end: TaskEnd } => ({
    end:
      context.stopCause?.kind === 'scaleDown'
        ? { kind: 'stopped', reason: 'the worker was scaled down' }
        : stopEnd(context),
  }),
} as const;

type Loss = { readonly code: number; readonly reason: string };
const lostWords = ({ code, reason }: Loss): TaskError => ({
  message: `The algorithm's connection was lost (${code}${reason === '' ? '' : ` ${reason}`}) while its task ran`,
});
export const crashed = {
  type: 'keepEnd',
  params: ({ event }: Carrying<Loss>): { end: TaskEnd } => ({ end: { kind: 'crashed', error: lostWords(event) } }),
} as const;
export const failedByLoss = {
  type: 'keepEnd',
  params: ({ event }: Carrying<Loss>): { end: TaskEnd } => ({ end: { kind: 'failed', error: lostWords(event) } }),
} as const;
export const crashedBy = (message: string) =>
  ({ type: 'keepEnd', params: { end: { kind: 'crashed', error: { message } } } }) as const;
export const failedByRefusal = {
  type: 'keepEnd',
  params: ({ event }: Carrying<{ refusal: Refusal }>): { end: TaskEnd } => ({
    end: { kind: 'failed', error: { message: refusalText(event.refusal) } },
  }),
} as const;
export const crashedByRefusal = {
  type: 'keepEnd',
  params: ({ event }: Carrying<{ refusal: Refusal }>): { end: TaskEnd } => ({
    end: { kind: 'crashed', error: { message: refusalText(event.refusal) } },
  }),
} as const;

export const noteLost = [
  { type: 'noteLink', params: { connected: false } },
  {
    type: 'emitLost',
    params: ({ event }: Carrying<Loss>) => ({ code: event.code, reason: event.reason }),
  },
] as const;
/** The line is cut as by a process that dies; nobody is told to leave. */
export const cutOff = [
  'cut',
  { type: 'noteLink', params: { connected: false } },
  { type: 'emitLost', params: { code: 1006, reason: 'the worker has died' } },
] as const;
/** The worker has died of it, and whoever started the algorithm ends it. */
export const die = [
  ...cutOff,
  { type: 'expel', params: { reason: 'HKube’s worker dies of what it was sent.' } },
  'emitExpelled',
] as const;

export const connect = [{ type: 'noteLink', params: { connected: true } }, 'emitOpened'] as const;

// What a task meets in more than one state.

export const askStop = {
  target: 'stop',
  actions: {
    type: 'keepStop',
    params: ({ event }: { event: { reason: string } }) => ({ cause: { kind: 'asked', reason: event.reason } as const }),
  },
} as const;
export const expire = {
  guard: 'hasTtl',
  target: 'stop',
  actions: { type: 'keepStop', params: { cause: { kind: 'ttl' } } },
} as const;
export const SCALED_DOWN = 'The worker was scaled down.';
export const scaleDown = {
  target: 'stop',
  actions: [{ type: 'keepStop', params: { cause: { kind: 'scaleDown' } } }, expelFor(SCALED_DOWN)],
} as const;
const retriedElsewhere = expelFor('The task is tried again elsewhere.');
const neverRetried = expelFor('A task failed that is never tried again.');
/** Protocol.md §3.5: the policy says whether the failure counts, and whether the worker stays. */
export const failByPolicy = [
  {
    guard: 'retriesErrors',
    target: 'results',
    actions: ['disarmAlive', failForNow, retriedElsewhere],
  },
  {
    guard: 'neverRetries',
    target: 'results',
    actions: ['disarmAlive', fail, neverRetried],
  },
  { target: 'results', actions: ['disarmAlive', fail] },
] as const;
/** A failure in answer to a stop; under the default policy the worker then waits for `stopped` (W5). */
export const failStopped = [
  { guard: 'retriesErrors', target: 'results', actions: ['disarmAlive', failForNow, retriedElsewhere] },
  { guard: 'neverRetries', target: 'results', actions: ['disarmAlive', fail, neverRetried] },
  { target: 'unanswered', actions: ['disarmAlive', fail] },
] as const;
/** A worker that hangs can complete a task no more, unless its failure is final. */
export const failStuck = [
  { guard: 'neverRetries', target: 'results', actions: ['disarmAlive', fail, neverRetried] },
  { target: 'results', actions: ['disarmAlive', failForNow, retriedElsewhere] },
] as const;
/** Whether the line broke or the algorithm said so: the policy decides. */
export const lostInStop = [
  { guard: 'retriesCrashes', target: 'results', actions: [crashed, ...noteLost] },
  { target: 'results', actions: [failedByLoss, ...noteLost] },
] as const;
export const disconnectSaid = [
  { guard: 'isLenient', actions: recordRefusal },
  { guard: 'retriesCrashes', target: 'results', actions: [...recordRefusal, crashedByRefusal, ...die] },
  { target: 'results', actions: [...recordRefusal, failedByRefusal, ...die] },
] as const;
export const lost = [
  { guard: 'restarts', target: 'away', actions: noteLost },
  { guard: 'retriesCrashes', target: 'results', actions: [crashed, ...noteLost] },
  { target: 'results', actions: [failedByLoss, ...noteLost] },
] as const;
export const fatal = { target: 'results', actions: [...recordRefusal, crashedByRefusal, ...die] } as const;
export const left = {
  target: 'results',
  actions: [crashedBy('The worker was told to exit while the task ran.'), 'leave'],
} as const;
export const gaveUp = {
  guard: 'isStrict',
  target: 'results',
  actions: [...expelled(REFUSALS.initialized), crashedBy(refusalText(REFUSALS.initialized))],
} as const;
export const gaveUpAtStop = {
  guard: 'isStrict',
  target: 'results',
  actions: [...expelled(REFUSALS.initializedAtStop), crashedBy(refusalText(REFUSALS.initializedAtStop))],
} as const;
export const gaveUpSilent = {
  guard: 'isStrict',
  target: 'results',
  actions: [...expelled(REFUSALS.aliveAfterEnd), crashedBy(refusalText(REFUSALS.aliveAfterEnd))],
} as const;
export const gaveUpStuck = [
  {
    guard: 'isStrict',
    target: 'results',
    actions: [...expelled(REFUSALS.outcomeWhenStuck), crashedBy(refusalText(REFUSALS.outcomeWhenStuck))],
  },
  // A lenient worker ignores it, and hangs on.
  {},
] as const;
export const hang = { target: 'error', actions: refused(REFUSALS.aliveEnded) } as const;
export const executeNowhere = {
  actions: [
    { type: 'refuseExecution', params: ({ event }: Ordering) => ({ id: event.order.id }) },
    ...refused(REFUSALS.executionOutside),
  ],
} as const;
/** A timer that runs already is not the one that is meant. */
export const beginStop = ['disarmStop', 'armStop', 'disarmLimit', 'armLimit', 'allowExtension'] as const;
/** Ten seconds more. */
export const extendStop = { guard: 'isExtendable', actions: ['disarmAlive', 'disarmStop', 'armStop'] } as const;
type StopAsked = Carrying<{ id: string; reason: string | null }>;
/** In the algorithm's name. */
const inItsName = ({ event: { id, reason } }: StopAsked) => ({
  id,
  reason: `stopped by algorithm: ${reason ?? 'no reason given'}`,
});
export const stopAsked = { actions: { type: 'stopSubPipeline', params: inItsName } } as const;
export const executionStopAsked = { actions: { type: 'stopExecution', params: inItsName } } as const;
export const execute = {
  actions: { type: 'runExecution', params: ({ event }: Ordering) => ({ order: event.order }) },
} as const;
/** The task is over, or its algorithm begins it anew: nobody waits any more. */
export const stopExecutions = {
  type: 'stopExecutions',
  params: { reason: 'the task that asked for it is over' },
} as const;

/** What a task meets from its first message to its stop. */
export const whileOpen = {
  'wire.executionRequested': execute,
  'wire.fatal': fatal,
  'wire.disconnectSaid': disconnectSaid,
  'link.lost': lost,
  'scaleDown.asked': scaleDown,
  'exit.asked': left,
} as const;

/** What may have been sent before the stop was heard: HKube's worker does no more than this, and nobody is to blame. */
export const crossedWithStop = {
  'wire.executionRequested': execute,
  'wire.spanChanged': {},
  'wire.spanUnnamable': {},
  'wire.subPipelineRequested': { actions: 'refuseSubPipeline' },
  'wire.subPipelineStopAsked': { actions: 'refuseSubPipeline' },
} as const;
