// The life of one algorithm process, as its worker sees it: tasks one after the other, until it is told to leave.
//
//   A1. At most one task is current. `run` numbers them; what an older run still says is dropped and counted (L3).
//   A2. Exactly one outcome leaves for a task, and only by the transition that ends it (L3).
//   A3. Leaving is final: no outcome, no answer, nothing after it (L14).

import type { Failure } from '#model/failure';
import { taskIds } from '#model/task';
import {
  abandon,
  answerStop,
  awaitHost,
  begin,
  beginUnusable,
  beginWork,
  carryOut,
  fail,
  finish,
  giveWay,
  initialized,
  interrupt,
  keptOutcome,
  leave,
  noteLost,
  noteOpened,
  noteUnloadable,
  outcomeOwed,
  recordRejection,
  refuse,
  rememberStart,
  resultTooBig,
  resume,
  sameTask,
  started,
  stop,
  thisRun,
  outOfTouch,
} from '#machines/algorithm.phrases';
import { algorithm } from '#machines/algorithm.setup';

const startWithoutTask: Failure = {
  code: 'Failed',
  message: 'A start arrived before any initialize, so there is no task to start.',
  details: 'The host has to send {"command":"initialize","data":{"input":[...]}} first and wait for "initialized".',
};

const resultTooBigForHost: Failure = {
  code: 'FRAME_TOO_LARGE',
  message: 'The result is larger than this worker accepts: it closed the connection with 1009.',
  details: 'Return less, split the work into a batch, or set limits.frameBytes to the limit of the worker.',
};

/** The exit code of a process that nobody will serve. */
const REFUSED = 4;
const refusedByHost = [
  { type: 'keepExitCode', params: { code: REFUSED } },
  { type: 'reportRefusal', params: ({ event }: { event: { readonly reason: string } }) => ({ reason: event.reason }) },
] as const;

export const algorithmMachine = algorithm.createMachine({
  id: 'algorithm',
  context: ({ input }) => ({
    ...input,
    connected: false,
    connection: 0,
    askedOn: 0,
    run: 0,
    task: taskIds({}),
    data: null,
    startAsked: false,
    carrier: null,
    outcome: null,
    spans: [],
    progress: null,
    exitCode: 0,
    rejected: 0,
    dropped: 0,
  }),
  output: ({ context }) => ({ code: context.exitCode }),
  invoke: [
    { id: 'handlers', src: 'handlers' },
    { id: 'children', src: 'children' },
    { id: 'link', src: 'link' },
    { id: 'signals', src: 'signals' },
  ],
  on: {
    'link.opened': { actions: noteOpened },
    'link.lost': { actions: noteLost },
    'link.refused': [
      { guard: 'isTaskOpen', target: '.leaving', actions: [...refusedByHost, ...interrupt] },
      { target: '.leaving', actions: refusedByHost },
    ],
    'wire.initialize': [
      { guard: 'isTaskOpen', target: '.initializing', actions: [...giveWay, ...begin] },
      { target: '.initializing', actions: begin },
    ],
    'wire.initializeRejected': [
      { guard: 'isTaskOpen', target: '.idle', actions: [...giveWay, ...recordRejection, ...beginUnusable, ...fail] },
      { target: '.idle', actions: [...recordRejection, ...beginUnusable, ...fail] },
    ],
    // L2: a second start of a task, or one that comes after its end.
    'wire.start': { actions: 'countDropped' },
    'wire.startRejected': { actions: recordRejection },
    'wire.rejected': { actions: recordRejection },
    'wire.exit': [
      { guard: 'isTaskOpen', target: '.leaving', actions: [leave, ...interrupt] },
      { target: '.leaving', actions: leave },
    ],
    shutdown: [
      { guard: 'isTaskOpen', target: '.leaving', actions: [leave, ...interrupt] },
      { target: '.leaving', actions: leave },
    ],
    'api.called': [
      {
        guard: { type: 'isProgress', params: ({ event: { run, calls } }) => ({ run, calls }) },
        actions: [...carryOut, 'emitProgressed'],
      },
      { guard: thisRun, actions: carryOut },
      { actions: 'countDropped' },
    ],
    'handler.unloadable': { actions: noteUnloadable },
    // L3: what a handler says after the outcome.
    'handler.*': { actions: 'countDropped' },
  },
  initial: 'idle',
  states: {
    idle: {
      description: 'No task is open.',
      entry: 'endAlive',
      on: {
        // L10: the outcome was handed over to a connection that broke; the host asks for it again.
        'wire.initialize': {
          guard: keptOutcome,
          target: 'owing',
          actions: ['noteAsked', 'holdFrames', 'repeatOutcome', initialized],
        },
        'link.lost': [
          // L10: the socket was closing already when the outcome was decided.
          { guard: outcomeOwed, target: 'owing', actions: [...noteLost, 'holdFrames'] },
          // L9: the host could not take the result, so it gets words instead.
          {
            guard: resultTooBig,
            target: 'owing',
            actions: [
              ...noteLost,
              'holdFrames',
              { type: 'sendFailure', params: { failure: resultTooBigForHost } },
              { type: 'endTask', params: { outcome: 'failed', failure: resultTooBigForHost } },
            ],
          },
        ],
        'wire.start': [
          { guard: 'hasHadTask', actions: 'countDropped' },
          { actions: { type: 'refuse', params: { failure: startWithoutTask } } },
        ],
        'wire.startRejected': [
          { guard: 'hasHadTask', actions: recordRejection },
          { actions: [...recordRejection, refuse] },
        ],
        // L3: with no task this is an acknowledgement, not an outcome.
        'wire.stop': { actions: { type: 'reply', params: { command: 'stopped' } } },
      },
    },

    initializing: {
      description: 'The initialize hook runs. A start that comes early waits for it (L2).',
      tags: 'busy',
      entry: 'endAlive',
      on: {
        'handler.initialized': [
          // L5: a host that has not asked for the task on this connection hears no heartbeat of it.
          { guard: outOfTouch, target: 'ready', actions: initialized },
          { guard: thisRun, target: 'ready', actions: [initialized, 'beginAlive'] },
        ],
        'handler.failed': [
          { guard: outOfTouch, target: 'owing', actions: ['holdFrames', ...fail] },
          { guard: thisRun, target: 'idle', actions: fail },
        ],
        'wire.initialize': { guard: sameTask, actions: 'noteAsked' },
        'wire.start': [{ guard: 'isStartAsked', actions: 'countDropped' }, { actions: rememberStart }],
        'wire.startRejected': { target: 'idle', actions: [abandon, ...recordRejection, ...fail] },
        'wire.stop': stop,
      },
    },

    ready: {
      description: 'Initialized; waits for start.',
      on: {
        'wire.initialize': { guard: sameTask, actions: ['noteAsked', initialized, 'beginAlive'] },
        // Its isolate has ended, or could not read the task.
        'handler.failed': [
          { guard: outOfTouch, target: 'owing', actions: ['holdFrames', ...fail] },
          { guard: thisRun, target: 'idle', actions: fail },
        ],
        'link.lost': { actions: [...noteLost, 'endAlive'] },
        'wire.start': { target: 'working', actions: [rememberStart, 'noteTouch', 'beginAlive', ...beginWork] },
        'wire.startRejected': { target: 'idle', actions: [...recordRejection, ...fail] },
        'wire.stop': stop,
      },
      always: { guard: 'isStartAsked', target: 'working', actions: beginWork },
    },

    working: {
      description: 'The start handler runs.',
      tags: 'busy',
      on: {
        'handler.returned': { guard: thisRun, target: 'idle', actions: finish },
        'handler.failed': { guard: thisRun, target: 'idle', actions: fail },
        'wire.stop': stop,
      },
      always: { guard: 'isOutOfTouch', target: 'suspended' },
    },

    suspended: {
      description:
        'The connection broke; the handler runs on. The host has to ask for the task again, or let the grace pass (L10).',
      tags: 'busy',
      entry: ['holdFrames', 'endAlive', 'armGrace'],
      on: {
        'link.opened': { actions: awaitHost },
        'wire.initialize': { guard: sameTask, actions: ['disarmGrace', 'noteAsked', initialized] },
        'wire.start': { target: 'working', actions: [started, ...resume, 'beginAlive'] },
        'grace.over': { guard: 'isHostSilent', target: 'working', actions: [...resume, 'beginAlive'] },
        'handler.returned': { guard: thisRun, target: 'owing', actions: finish },
        'handler.failed': { guard: thisRun, target: 'owing', actions: fail },
        // L11: a start that cannot be read is asked for all the same.
        'wire.startRejected': { target: 'working', actions: [...recordRejection, ...resume, 'beginAlive'] },
        'wire.stop': { ...stop, actions: [...resume, ...stop.actions] },
      },
      exit: 'disarmGrace',
    },

    owing: {
      description: 'The outcome is known and has not been heard. It waits like a suspended handler (L10).',
      entry: ['endAlive', 'armGrace'],
      on: {
        'link.opened': { actions: awaitHost },
        'wire.initialize': { guard: keptOutcome, actions: ['disarmGrace', 'noteAsked', initialized] },
        'wire.start': { target: 'idle', actions: [started, ...resume] },
        'wire.startRejected': { target: 'idle', actions: [...recordRejection, ...resume] },
        'grace.over': { guard: 'isHostSilent', target: 'idle', actions: resume },
        // The host would not wait for the outcome: it has none now but the stop.
        'wire.stop': {
          target: 'idle',
          actions: [
            { type: 'reply', params: { command: 'stopped' } },
            'forgetFrames',
            { type: 'endTask', params: { outcome: 'stopped', failure: null } },
          ],
        },
      },
      exit: 'disarmGrace',
    },

    stopping: {
      description: 'The signal has fired; the stop hook and the handler have until the grace ends (L4).',
      tags: 'busy',
      entry: ['endAlive', 'armPulse'],
      on: {
        'handler.stopped': [
          { guard: outOfTouch, target: 'owing', actions: ['holdFrames', ...answerStop] },
          { guard: thisRun, target: 'idle', actions: answerStop },
        ],
        'stop.pulse': { actions: [{ type: 'reply', params: { command: 'stopping' } }, 'armPulse'] },
        // The answer to the first stop is the answer to the second.
        'wire.stop': { actions: 'countDropped' },
      },
      after: {
        stopGrace: [
          { guard: 'isOutOfTouch', target: 'owing', actions: ['holdFrames', ...answerStop, abandon] },
          { target: 'idle', actions: [...answerStop, abandon] },
        ],
      },
      exit: 'disarmPulse',
    },

    leaving: {
      description: 'The exit hook runs. Nothing is answered any more (L14).',
      tags: 'busy',
      entry: [
        'retireLink',
        'endAlive',
        { type: 'command', params: ({ context }) => ({ type: 'exit', code: context.exitCode }) },
      ],
      on: { 'handler.left': 'left', '*': {} },
      after: { stopGrace: 'left' },
    },

    left: { type: 'final' },
  },
});
