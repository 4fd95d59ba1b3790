// One connected algorithm as its worker drives it: tasks one after the other, over as many connections as it takes. The states
// are those of HKube's worker, so that its logs and this chart can be read side by side.
//
//   W1. Nothing is sent before there is a task: an algorithm speaks when spoken to (L1).
//   W2. At most one task is open, and it ends in `results`, once, however it ended.
//   W3. Sub-pipelines belong to `working`: asked for elsewhere they are refused, left behind they are stopped.
//   W4. What HKube's worker gives an algorithm up for, gives it up here: it is told to leave, and its task has crashed.
//   W5. A stop is answered by `stopped` and nothing else. HKube's worker takes a `done` for it and goes on to the next task,
//       which the `stopped` that is still to come then ends as succeeded.

import { taskIds } from '#model/task';
import {
  crashed,
  crashedBy,
  fail,
  misplaced,
  noteLost,
  recordRejection,
  session,
  stopped,
  succeed,
  succeedBare,
  violation,
} from '#machines/session.setup';

const initialized = violation('initialized');
const stopOverdue = 'The algorithm did not answer the stop in time.';

const askStop = {
  target: 'stop',
  actions: { type: 'keepStop', params: ({ event }: { event: { reason: string } }) => ({ reason: event.reason }) },
} as const;
const lost = { target: 'results', actions: [crashed, ...noteLost] } as const;
const left = {
  target: 'results',
  actions: [crashedBy('The worker was told to exit while the task ran.'), 'leave'],
} as const;

export const sessionMachine = session.createMachine({
  id: 'session',
  context: {
    connected: false,
    tasks: 0,
    task: taskIds({}),
    data: null,
    end: null,
    stopReason: '',
    extendable: true,
    expelReason: null,
    leaving: false,
    rejected: 0,
  },
  invoke: { id: 'link', src: 'link' },
  on: {
    'link.opened': { actions: [{ type: 'noteLink', params: { connected: true } }, 'emitOpened'] },
    'link.lost': { target: '.bootstrap', actions: noteLost },
    'wire.initialized': { target: '.exit', actions: [...initialized.record, initialized.expel] },
    'wire.spanChanged': {
      actions: misplaced('startSpan', 'a span changed while no task was working: it is not traced'),
    },
    'wire.subPipelineRequested': { actions: 'refuseSubPipeline' },
    'wire.rejected': { actions: recordRejection },
    'exit.asked': { target: '.exit', actions: 'leave' },
  },
  initial: 'bootstrap',
  states: {
    bootstrap: {
      description: 'Waits for an algorithm to connect.',
      entry: ['disarmStop', 'disarmLimit', 'forgive'],
      on: {
        'link.opened': { target: 'ready', actions: [{ type: 'noteLink', params: { connected: true } }, 'emitOpened'] },
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
      },
    },

    init: {
      description: 'The task is sent; the algorithm prepares itself.',
      tags: 'busy',
      entry: { type: 'say', params: { word: 'initialize' } },
      on: {
        'wire.initialized': 'working',
        'wire.done': { target: 'results', actions: succeed },
        'wire.stopped': { target: 'results', actions: succeedBare },
        'wire.failed': { target: 'results', actions: fail },
        'link.refused': { target: 'results', actions: fail },
        'link.lost': lost,
        'task.stopAsked': askStop,
        'exit.asked': left,
      },
    },

    working: {
      description: 'The task runs.',
      tags: 'busy',
      entry: [{ type: 'say', params: { word: 'start' } }, 'emitStarted'],
      on: {
        'wire.done': { target: 'results', actions: succeed },
        'wire.stopped': { target: 'results', actions: succeedBare },
        'wire.failed': { target: 'results', actions: fail },
        'wire.initialized': {
          target: 'results',
          actions: [...initialized.record, initialized.expel, crashedBy(initialized.reason)],
        },
        'wire.progressed': {
          actions: { type: 'emitProgressed', params: ({ event }) => ({ progress: event.progress }) },
        },
        'wire.spanChanged': { actions: { type: 'emitSpan', params: ({ event }) => ({ span: event.span }) } },
        'wire.subPipelineRequested': {
          actions: { type: 'runSubPipeline', params: ({ event }) => ({ order: event.order }) },
        },
        'wire.subPipelineStopAsked': {
          actions: {
            type: 'stopSubPipeline',
            params: ({ event: { id, reason } }) => ({
              id,
              reason: `stopped by algorithm: ${reason ?? 'no reason given'}`,
            }),
          },
        },
        'link.lost': lost,
        'task.stopAsked': askStop,
        'exit.asked': left,
      },
      exit: { type: 'stopSubPipelines', params: { reason: 'the task that asked for it is over' } },
    },

    stop: {
      description: 'Asked to stop; each `stopping` buys another ten seconds, up to ten minutes.',
      tags: 'busy',
      entry: [{ type: 'say', params: { word: 'stop' } }, 'armStop', 'armLimit'],
      on: {
        'wire.stopped': { target: 'results', actions: ['disarmStop', stopped] },
        // W5: neither is the answer.
        'wire.done': {},
        'wire.failed': { actions: fail },
        'wire.stopping': { guard: 'isExtendable', actions: ['disarmStop', 'armStop'] },
        // It had left before the stop arrived. HKube's worker is less forgiving here, by accident of timing.
        'wire.initialized': { actions: misplaced('initialized', 'initialized crossed with the stop') },
        'link.lost': { target: 'results', actions: [stopped, ...noteLost] },
        'stop.timedOut': {
          target: 'results',
          actions: [stopped, { type: 'expel', params: { reason: stopOverdue } }],
        },
        'stop.limitReached': { actions: 'forbidExtension' },
        'exit.asked': { target: 'results', actions: [stopped, 'leave'] },
      },
      exit: 'disarmLimit',
    },

    results: {
      description: 'The task is over and its end is known (W2).',
      entry: ['emitEnded', 'dropEnd'],
      always: [
        { guard: 'isLeaving', target: 'exit' },
        { guard: 'isExpelled', target: 'exit' },
        { guard: 'isConnected', target: 'ready' },
        { target: 'bootstrap' },
      ],
    },

    exit: {
      description: 'Told to leave; the algorithm has twenty seconds.',
      entry: ['disarmStop', { type: 'say', params: { word: 'exit' } }],
      on: {
        'link.lost': [
          { guard: 'isLeaving', target: 'left', actions: noteLost },
          { target: 'bootstrap', actions: noteLost },
        ],
        'exit.asked': { actions: 'leave' },
        'wire.*': {},
      },
      after: { exitGrace: { actions: ['emitExpelled', 'disconnect'] } },
      always: { guard: 'isGone', target: 'left' },
    },

    left: { type: 'final' },
  },
});
