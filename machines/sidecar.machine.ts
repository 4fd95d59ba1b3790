// HKube's debug sidecar as a developer's algorithm meets it: a host that forwards tasks, and little else. It speaks the words of
// the session chart, and is much simpler-minded.
//
//   D1. `initialize` and `start` leave together; nobody waits for `initialized`.
//   D2. Neither stop nor exit is ever forwarded: a task that is stopped is over here, and its handler runs on.
//   D3. A developer who connects again while a task is open is sent it again, from the start.

import {
  connect,
  cutOff,
  execute,
  fail,
  failForNow,
  left,
  noteLost,
  recordRefusal,
  recordRejection,
  stopExecutions,
  stopped,
  succeed,
} from '#machines/session.phrases';
import { newSession, session } from '#machines/session.setup';

const stop = [
  {
    type: 'keepStop',
    params: ({ event }: { event: { reason: string } }) => ({ cause: { kind: 'asked', reason: event.reason } as const }),
  },
  stopped,
] as const;
const expire = {
  guard: 'hasTtl',
  target: 'results',
  actions: [{ type: 'keepStop', params: { cause: { kind: 'ttl' } } }, stopped],
} as const;

export const sidecarMachine = session.createMachine({
  id: 'sidecar',
  context: ({ input }) => newSession(input),
  invoke: { id: 'link', src: 'link' },
  on: {
    'link.lost': { target: '.bootstrap', actions: noteLost },
    'wire.rejected': { actions: recordRejection },
    'wire.refused': { actions: recordRefusal },
    'link.complained': { actions: recordRefusal },
    'wire.fatal': { target: '.bootstrap', actions: [...recordRefusal, ...cutOff] },
    'exit.asked': { target: '.left', actions: ['leave', 'disconnect'] },
  },
  initial: 'bootstrap',
  states: {
    bootstrap: {
      description: 'Waits for a developer to connect.',
      on: { 'link.opened': { target: 'ready', actions: connect } },
    },

    ready: {
      description: 'A developer is connected; there is no task.',
      entry: 'emitReady',
      on: {
        'task.assigned': {
          target: 'working',
          actions: [{ type: 'beginTask', params: ({ event }) => ({ data: event.data }) }, 'armTtl'],
        },
      },
    },

    working: {
      description: 'The task is with the developer (D1).',
      tags: 'busy',
      entry: [
        { type: 'say', params: { word: 'initialize' } },
        { type: 'say', params: { word: 'start' } },
        'emitStarted',
      ],
      on: {
        'wire.done': { target: 'results', actions: succeed },
        // Its own worker goes by the policy.
        'wire.failed': [
          { guard: 'retriesErrors', target: 'results', actions: failForNow },
          { target: 'results', actions: fail },
        ],
        'wire.subPipelineRequested': {
          actions: { type: 'runSubPipeline', params: ({ event }) => ({ order: event.order }) },
        },
        'wire.executionRequested': execute,
        'link.refused': { target: 'results', actions: fail },
        'link.lost': { target: 'away', actions: noteLost },
        'wire.fatal': { target: 'away', actions: [...recordRefusal, ...cutOff] },
        'task.stopAsked': { target: 'results', actions: stop },
        'task.ttlExpired': expire,
        'exit.asked': left,
      },
      exit: [{ type: 'stopSubPipelines', params: { reason: 'the task that asked for it is over' } }, stopExecutions],
    },

    away: {
      description: 'The task waits for the developer to come back (D3).',
      tags: 'busy',
      on: {
        'link.opened': { target: 'working', actions: connect },
        'link.lost': {},
        'wire.*': {},
        'task.ttlExpired': expire,
        'task.stopAsked': { target: 'results', actions: stop },
        'exit.asked': left,
      },
    },

    results: {
      description: 'The task is over and its end is known.',
      entry: ['disarmTtl', 'emitEnded', 'dropEnd'],
      always: [
        { guard: 'isLeaving', target: 'left', actions: 'disconnect' },
        { guard: 'isConnected', target: 'ready' },
        { target: 'bootstrap' },
      ],
    },

    left: { type: 'final' },
  },
});
