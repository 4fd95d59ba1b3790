// The life of one algorithm process, as its worker sees it: tasks one after the other, until it is told to leave.
//
//   A1. At most one task is current. `run` numbers them; what an older run still says is dropped and counted (L3).
//   A2. Exactly one outcome leaves for a task, and only by the transition that ends it (L3).
//   A3. Leaving is final: no outcome, no answer, nothing after it (L14).

import type { Failure } from '#model/failure';
import { taskIds } from '#model/task';
import {
  abandon,
  algorithm,
  answerStop,
  begin,
  beginUnusable,
  fail,
  finish,
  giveWay,
  interrupt,
  leave,
  recordRejection,
  replyFailure,
  stop,
  thisRun,
} from '#machines/algorithm.setup';

const startWithoutTask: Failure = {
  code: 'Failed',
  message: 'A start arrived before any initialize, so there is no task to start.',
  details: 'The host has to send {"command":"initialize","data":{"input":[...]}} first and wait for "initialized".',
};

export const algorithmMachine = algorithm.createMachine({
  id: 'algorithm',
  context: ({ input }) => ({
    stopGraceMs: input.stopGraceMs,
    connected: false,
    run: 0,
    task: taskIds({}),
    data: null,
    startAsked: false,
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
    { id: 'subPipelines', src: 'subPipelines' },
    { id: 'link', src: 'link' },
    { id: 'signals', src: 'signals' },
  ],
  on: {
    'link.opened': {
      actions: [
        { type: 'noteLink', params: { connected: true } },
        { type: 'emitOpened', params: ({ event }) => ({ connection: event.connection }) },
      ],
    },
    'link.lost': {
      actions: [
        { type: 'noteLink', params: { connected: false } },
        { type: 'emitLost', params: ({ event }) => ({ code: event.code, reason: event.reason }) },
      ],
    },
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
        actions: [
          { type: 'speak', params: ({ event }) => ({ calls: event.calls }) },
          { type: 'keepCalls', params: ({ event }) => ({ calls: event.calls }) },
          'emitProgressed',
        ],
      },
      {
        guard: thisRun,
        actions: [
          { type: 'speak', params: ({ event }) => ({ calls: event.calls }) },
          { type: 'keepCalls', params: ({ event }) => ({ calls: event.calls }) },
        ],
      },
      { actions: 'countDropped' },
    ],
    // L3: what a handler says after the outcome.
    'handler.*': { actions: 'countDropped' },
  },
  initial: 'idle',
  states: {
    idle: {
      description: 'No task is open.',
      entry: 'endAlive',
      on: {
        'wire.start': [
          { guard: 'hasHadTask', actions: 'countDropped' },
          { actions: { type: 'replyFailure', params: { failure: startWithoutTask } } },
        ],
        'wire.startRejected': [
          { guard: 'hasHadTask', actions: recordRejection },
          { actions: [...recordRejection, replyFailure] },
        ],
        // L3: with no task this is an acknowledgement, not an outcome.
        'wire.stop': { actions: { type: 'reply', params: { command: 'stopped' } } },
      },
    },

    initializing: {
      description: 'The initialize hook runs. A start that comes early waits for it (L2).',
      tags: 'busy',
      entry: [
        'endAlive',
        {
          type: 'command',
          params: ({ context: { run, data } }) => ({ type: 'initialize', run, data: data ?? { input: [] } }),
        },
      ],
      on: {
        'handler.initialized': { guard: thisRun, target: 'ready' },
        'handler.failed': { guard: thisRun, target: 'idle', actions: fail },
        'wire.start': [{ guard: 'isStartAsked', actions: 'countDropped' }, { actions: 'rememberStart' }],
        'wire.startRejected': { target: 'idle', actions: [abandon, ...recordRejection, ...fail] },
        'wire.stop': stop,
      },
    },

    ready: {
      description: 'Initialized; waits for start.',
      entry: [{ type: 'reply', params: { command: 'initialized' } }, 'beginAlive'],
      on: {
        'wire.start': { target: 'working', actions: 'rememberStart' },
        'wire.startRejected': { target: 'idle', actions: [...recordRejection, ...fail] },
        'wire.stop': stop,
      },
      always: { guard: 'isStartAsked', target: 'working' },
    },

    working: {
      description: 'The start handler runs.',
      tags: 'busy',
      entry: [
        { type: 'reply', params: { command: 'started' } },
        'emitStarted',
        { type: 'command', params: ({ context }) => ({ type: 'start', run: context.run }) },
      ],
      on: {
        'handler.returned': { guard: thisRun, target: 'idle', actions: finish },
        'handler.failed': { guard: thisRun, target: 'idle', actions: fail },
        'wire.stop': stop,
      },
    },

    stopping: {
      description: 'The signal has fired; the stop hook and the handler have until the grace ends (L4).',
      tags: 'busy',
      entry: ['endAlive', 'armPulse'],
      on: {
        'handler.stopped': { guard: thisRun, target: 'idle', actions: answerStop },
        'stop.pulse': { actions: [{ type: 'reply', params: { command: 'stopping' } }, 'armPulse'] },
        // The answer to the first stop is the answer to the second.
        'wire.stop': { actions: 'countDropped' },
      },
      after: { stopGrace: { target: 'idle', actions: answerStop } },
      exit: 'disarmPulse',
    },

    leaving: {
      description: 'The exit hook runs. Nothing is answered any more (L14).',
      tags: 'busy',
      entry: ['endAlive', { type: 'command', params: ({ context }) => ({ type: 'exit', code: context.exitCode }) }],
      on: { 'handler.left': 'left', '*': {} },
      after: { stopGrace: 'left' },
    },

    left: { type: 'final' },
  },
});
