// One child of a task, a sub-pipeline or an execution, as the algorithm that asked for it sees it: an actor for each.
//
//   P1. It settles exactly once; the first word counts, whoever says it (L8).
//   P2. `running` is news, not a promise: a host may answer with the end at once, and of executions it says nothing else.
//
// A table and light actor logic instead of a chart: ten thousand may be alive at once, and each costs a third of a machine.

import type { ActorLogic, ActorSystem, ActorSystemInfo, Snapshot } from 'xstate';
import type { ChildKind, ChildRequest, Settlement } from '#model/api-call';

export type ChildEvent =
  | { readonly type: 'wire.started' }
  | { readonly type: 'wire.done'; readonly settlement: Settlement }
  | { readonly type: 'wire.failed'; readonly settlement: Settlement }
  | { readonly type: 'wire.stopped'; readonly settlement: Settlement }
  | { readonly type: 'api.stopped'; readonly settlement: Settlement }
  | { readonly type: 'api.aborted'; readonly settlement: Settlement }
  | { readonly type: 'api.refused'; readonly settlement: Settlement }
  | { readonly type: 'time.out'; readonly settlement: Settlement }
  | { readonly type: 'task.ended'; readonly settlement: Settlement };

type Ending = Exclude<ChildEvent['type'], 'wire.started'>;

const endings = {
  'wire.done': 'done',
  'wire.failed': 'failed',
  'wire.stopped': 'stopped',
  'api.stopped': 'stopped',
  'api.aborted': 'aborted',
  'api.refused': 'refused',
  'time.out': 'timedOut',
  'task.ended': 'abandoned',
} as const satisfies Record<Ending, string>;

/** The chart as data: what a state does with an event. States without a row are final. */
export const childChart = {
  id: 'child',
  initial: 'requested',
  states: {
    requested: {
      description: 'Asked for; the host has not answered yet.',
      on: { 'wire.started': 'running', ...endings },
    },
    running: { description: 'The host has said that it runs.', on: endings },
    done: { description: 'Completed; the settlement carries its response.' },
    failed: { description: 'The host says that it failed.' },
    stopped: { description: 'Stopped, by the algorithm or from outside.' },
    aborted: { description: 'The signal given with the request has fired.' },
    refused: { description: 'The request could not be sent.' },
    timedOut: { description: 'It took longer than its request allowed.' },
    abandoned: { description: 'Its task ended first.' },
  },
} as const;

export type ChildState = keyof typeof childChart.states;

export type ChildSnapshot = Snapshot<Settlement> & {
  readonly value: ChildState;
  readonly context: ChildInput;
};

export interface ChildInput {
  readonly id: string;
  readonly kind: ChildKind;
  readonly name: string;
}

type System = ActorSystem<ActorSystemInfo>;
type Logic = ActorLogic<ChildSnapshot, ChildEvent, ChildInput, System>;

/** The actor logic of one child; its output is the settlement. */
export const childMachine: Logic = {
  getInitialSnapshot: (_, context) => ({
    status: 'active',
    output: undefined,
    error: undefined,
    value: childChart.initial,
    context,
  }),
  transition: (snapshot, event) => {
    if (snapshot.value !== 'requested' && snapshot.value !== 'running') return snapshot;
    if (event.type === 'wire.started') return { ...snapshot, value: 'running' };
    const value = endings[event.type];
    // Other events than ours reach any actor (xstate.stop, for one).
    if (value === undefined) return snapshot;
    return { status: 'done', output: event.settlement, error: undefined, value, context: snapshot.context };
  },
  getPersistedSnapshot: (snapshot) => snapshot,
};

/** What the holder of all children hears: requests of the author, replies of the worker, the end of the task. */
export type ChildrenEvent =
  | { readonly type: 'api.childRequested'; readonly request: ChildRequest }
  | {
      readonly type: 'api.childStopped';
      readonly id: string;
      readonly by: 'algorithm' | 'signal';
      readonly reason: string | null;
    }
  | { readonly type: 'wire.subPipelineStarted'; readonly id: string }
  | { readonly type: 'wire.subPipelineDone'; readonly id: string; readonly response: unknown }
  | { readonly type: 'wire.subPipelineFailed'; readonly id: string | null; readonly error: string }
  | { readonly type: 'wire.subPipelineStopped'; readonly id: string; readonly reason: string | null }
  | { readonly type: 'wire.executionDone'; readonly id: string; readonly response: unknown }
  | { readonly type: 'wire.executionFailed'; readonly id: string | null; readonly error: string }
  | { readonly type: 'task.ended'; readonly how: 'stop' | 'release' }
  | { readonly type: 'xstate.stop' };

export type ChildrenSnapshot = Snapshot<undefined> & {
  readonly children: ReadonlyMap<string, { getSnapshot(): ChildSnapshot }>;
};

/** The holder is actor logic of its own, in `runtime`: a chart copies its map of children at every change. */
export type ChildrenLogic = ActorLogic<ChildrenSnapshot, ChildrenEvent, undefined, System>;
