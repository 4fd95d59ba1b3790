// One connected algorithm as its worker drives it: tasks one after the other, over as many connections as it takes. The states
// are those of HKube's worker, so that its logs and this chart can be read side by side; `unanswered`, `retiring` and `away` are
// ours.
//
//   W1. Nothing is sent before there is a task: an algorithm speaks when spoken to (L1).
//   W2. At most one task is open, and it ends once, however it ended.
//   W3. Sub-pipelines belong to `working`, executions to the task: asked for elsewhere they are refused, left behind they are
//       stopped.
//   W4. What HKube's worker does not put up with is refused in words, and then done as it does it: the algorithm is told to
//       leave, or the connection is cut. Its task has crashed, and the queue may try it again.
//   W5. A stop is answered by `stopped` and nothing else. `done` ends the task, but the next one waits for `stopped`: HKube's
//       worker gives it out at once, and then the `stopped` that is still to come ends that one as succeeded.

import {
  askStop,
  beginStop,
  connect,
  crashedBy,
  crossedWithStop,
  die,
  disconnectSaid,
  executeNowhere,
  executionStopAsked,
  expelAfterStopping,
  expelFor,
  expelled,
  expire,
  extendStop,
  fail,
  failByPolicy,
  failStopped,
  failStuck,
  fatal,
  gaveUp,
  gaveUpAtStop,
  gaveUpSilent,
  gaveUpStuck,
  hang,
  left,
  lostInStop,
  misplaced,
  noteLost,
  recordRefusal,
  recordRejection,
  refused,
  SCALED_DOWN,
  scaleDown,
  stopAsked,
  stopExecutions,
  stopped,
  stoppedByDone,
  succeed,
  succeedBare,
  whileOpen,
} from '#machines/session.phrases';
import { REFUSALS } from '#machines/session.refusals';
import { newSession, session } from '#machines/session.setup';

export const sessionMachine = session.createMachine({
  id: 'session',
  context: ({ input }) => newSession(input),
  invoke: { id: 'link', src: 'link' },
  on: {
    'link.opened': { actions: connect },
    'link.lost': { target: '.bootstrap', actions: noteLost },
    'wire.initialized': [
      { guard: 'isStrict', target: '.exit', actions: expelled(REFUSALS.initialized) },
      { actions: misplaced('initialized', 'it answers no initialize') },
    ],
    'wire.done': { actions: 'disarmAlive' },
    'wire.stopped': { actions: ['disarmAlive', 'disarmStop'] },
    'wire.failed': { actions: 'disarmAlive' },
    'wire.stopping': {
      guard: 'isExtendable',
      actions: ['disarmAlive', 'disarmStop', 'armStop', ...refused(REFUSALS.strayStopping)],
    },
    'wire.alive': { actions: ['disarmAlive', 'armAlive'] },
    'wire.spanChanged': { actions: refused(REFUSALS.spanOutside) },
    'wire.spanUnnamable': { actions: refused(REFUSALS.spanOutside) },
    'wire.subPipelineRequested': { actions: ['refuseSubPipeline', ...refused(REFUSALS.subPipelineOutside)] },
    'wire.subPipelineStopAsked': { actions: ['refuseSubPipeline', ...refused(REFUSALS.subPipelineOutside)] },
    'wire.executionRequested': executeNowhere,
    'wire.executionStopAsked': executionStopAsked,
    'wire.spokeFirst': { actions: refused(REFUSALS.spokeFirst) },
    'wire.rejected': { actions: recordRejection },
    'wire.refused': { actions: recordRefusal },
    'wire.fatal': { target: '.bootstrap', actions: [...recordRefusal, ...die] },
    'wire.disconnectSaid': [
      { guard: 'isLenient', actions: recordRefusal },
      { target: '.bootstrap', actions: [...recordRefusal, ...die] },
    ],
    'link.complained': { actions: recordRefusal },
    'alive.timedOut': { guard: 'isStrict', target: '.exit', actions: expelled(REFUSALS.aliveAfterEnd) },
    'stop.timedOut': { target: '.exit', actions: expelAfterStopping },
    'stop.limitReached': { actions: 'forbidExtension' },
    'exit.asked': { target: '.exit', actions: 'leave' },
  },
  initial: 'bootstrap',
  states: {
    bootstrap: {
      description: 'Waits for an algorithm to connect, and then until the worker can hear.',
      entry: ['disarmStop', 'disarmLimit', 'disarmAlive', 'forbidExtension', 'forgive'],
      on: {
        'link.opened': [
          { guard: 'isPrompt', target: 'ready', actions: connect },
          { actions: [...connect, 'armBootstrap'] },
        ],
        'link.lost': { actions: [...noteLost, 'disarmBootstrap'] },
        'bootstrap.over': 'ready',
        'wire.*': { guard: 'isConnected', actions: [...refused(REFUSALS.early), ...die, 'forgive', 'disarmBootstrap'] },
      },
    },

    ready: {
      description: 'Connected, without a task. A late outcome is harmless here.',
      entry: 'emitReady',
      on: {
        'task.assigned': {
          target: 'init',
          actions: { type: 'beginTask', params: ({ event }) => ({ data: event.data }) },
        },
        'scaleDown.asked': { ...scaleDown, target: 'retiring' },
      },
    },

    init: {
      description: 'The task is sent; the algorithm prepares itself.',
      tags: 'busy',
      entry: ['disarmAlive', { type: 'say', params: { word: 'initialize' } }],
      on: {
        ...whileOpen,
        'wire.initialized': [{ guard: 'isStopAsked', target: 'stop' }, { target: 'working' }],
        'wire.done': {
          target: 'results',
          actions: ['disarmAlive', ...refused(REFUSALS.outcomeBeforeStart), succeed],
        },
        'wire.stopped': {
          target: 'results',
          actions: ['disarmAlive', ...refused(REFUSALS.outcomeBeforeStart), succeedBare],
        },
        'wire.failed': failByPolicy,
        'link.refused': { target: 'results', actions: fail },
        'alive.timedOut': hang,
        'stop.timedOut': { target: 'results', actions: [expelAfterStopping, succeedBare] },
        // HKube's worker stops what works, and nothing before.
        'task.stopAsked': { actions: askStop.actions },
      },
    },

    working: {
      description: 'The task runs.',
      tags: 'busy',
      entry: ['armTtl', { type: 'say', params: { word: 'start' } }, 'emitStarted'],
      on: {
        ...whileOpen,
        'wire.done': { target: 'results', actions: ['disarmAlive', succeed] },
        'wire.stopped': {
          target: 'results',
          actions: ['disarmAlive', ...refused(REFUSALS.stoppedUnasked), succeedBare],
        },
        'wire.failed': failByPolicy,
        'wire.initialized': [gaveUp, { actions: misplaced('initialized', 'the task works already') }],
        'wire.progressed': {
          actions: { type: 'emitProgressed', params: ({ event }) => ({ progress: event.progress }) },
        },
        'wire.spanChanged': { actions: { type: 'emitSpan', params: ({ event }) => ({ span: event.span }) } },
        'wire.spanUnnamable': fatal,
        'wire.subPipelineRequested': {
          actions: { type: 'runSubPipeline', params: ({ event }) => ({ order: event.order }) },
        },
        'wire.subPipelineStopAsked': stopAsked,
        'link.refused': { target: 'results', actions: fail },
        'alive.timedOut': hang,
        'stop.timedOut': { target: 'results', actions: [expelAfterStopping, succeedBare] },
        'task.stopAsked': askStop,
        'task.ttlExpired': expire,
      },
      exit: { type: 'stopSubPipelines', params: { reason: 'the task that asked for it is over' } },
    },

    stop: {
      description: 'Asked to stop; each `stopping` buys another ten seconds, up to ten minutes.',
      tags: 'busy',
      entry: ['disarmTtl', { type: 'say', params: { word: 'stop' } }, ...beginStop],
      on: {
        'wire.stopped': { target: 'results', actions: ['disarmAlive', 'disarmStop', stopped] },
        // W5: neither is the answer.
        'wire.done': { target: 'unanswered', actions: ['disarmAlive', stoppedByDone] },
        'wire.failed': failStopped,
        ...crossedWithStop,
        'wire.stopping': extendStop,
        'wire.initialized': [gaveUpAtStop, { actions: misplaced('initialized', 'initialized crossed with the stop') }],
        'wire.fatal': fatal,
        'wire.disconnectSaid': disconnectSaid,
        'link.lost': lostInStop,
        'alive.timedOut': gaveUpSilent,
        'stop.timedOut': { target: 'results', actions: [...expelled(REFUSALS.stopUnanswered), stoppedByDone] },
        'scaleDown.asked': { actions: expelFor(SCALED_DOWN) },
        'exit.asked': { target: 'results', actions: [stopped, 'leave'] },
      },
    },

    unanswered: {
      description: 'The task is over, its stop is not: the next task waits for `stopped` (W5).',
      entry: [stopExecutions, 'emitEnded', 'dropEnd'],
      on: {
        'wire.stopped': [
          { guard: 'isExpelled', target: 'exit', actions: ['disarmAlive', 'disarmStop'] },
          { target: 'ready', actions: ['disarmAlive', 'disarmStop'] },
        ],
        'wire.stopping': extendStop,
        'stop.timedOut': { target: 'exit', actions: expelled(REFUSALS.stopUnanswered) },
        'scaleDown.asked': { actions: expelFor(SCALED_DOWN) },
      },
    },

    retiring: {
      description: 'Scaled down without a task: the algorithm is asked to stop, and then to leave.',
      entry: [{ type: 'say', params: { word: 'stop' } }, ...beginStop, 'emitExiting'],
      on: {
        'wire.stopped': { target: 'exit', actions: ['disarmAlive', 'disarmStop'] },
        'wire.stopping': extendStop,
        'stop.timedOut': { target: 'exit', actions: expelled(REFUSALS.stopUnanswered) },
      },
    },

    error: {
      description: 'The watchdog ended. HKube’s worker hangs here until somebody stops the pipeline.',
      tags: 'busy',
      on: {
        ...whileOpen,
        'wire.initialized': gaveUpStuck,
        'wire.done': gaveUpStuck,
        'wire.stopped': gaveUpStuck,
        'wire.failed': failStuck,
        'alive.timedOut': gaveUpStuck,
        'stop.timedOut': gaveUpStuck,
        'task.stopAsked': askStop,
        'task.ttlExpired': expire,
      },
    },

    away: {
      description: 'The connection broke, and the task waits for the next one to be begun again.',
      tags: 'busy',
      entry: ['disarmTtl', 'disarmAlive', stopExecutions],
      always: { guard: 'isStopAsked', target: 'results', actions: stopped },
      on: {
        'link.opened': { target: 'init', actions: connect },
        // Nobody is there, and no timer counts.
        'wire.*': {},
        'link.lost': {},
        'alive.timedOut': {},
        'stop.timedOut': {},
        'task.stopAsked': {
          target: 'results',
          actions: {
            type: 'keepEnd',
            params: ({ event }) => ({ end: { kind: 'stopped', reason: event.reason } }),
          },
        },
        'scaleDown.asked': { target: 'results', actions: crashedBy(SCALED_DOWN) },
        'exit.asked': left,
      },
    },

    results: {
      description: 'The task is over and its end is known (W2).',
      entry: ['disarmTtl', stopExecutions, 'emitEnded', 'dropEnd'],
      always: [
        { guard: 'isGone', target: 'left' },
        { guard: 'isLeaving', target: 'exit' },
        { guard: 'hasToLeave', target: 'exit' },
        { guard: 'isConnected', target: 'ready' },
        { target: 'bootstrap' },
      ],
    },

    exit: {
      description: 'Told to leave; the algorithm has twenty seconds.',
      entry: ['disarmStop', 'disarmAlive', { type: 'say', params: { word: 'exit' } }, 'emitExiting'],
      on: {
        'link.lost': [
          { guard: 'isLeaving', target: 'left', actions: noteLost },
          { target: 'bootstrap', actions: noteLost },
        ],
        'exit.asked': { actions: 'leave' },
        'wire.*': {},
        'alive.timedOut': {},
        'stop.timedOut': {},
      },
      after: { exitGrace: { actions: ['emitExpelled', 'disconnect'] } },
      always: { guard: 'isGone', target: 'left' },
    },

    left: { type: 'final' },
  },
});
