// The algorithm chart as a whole: every path to every state, with nothing running.

import { describe, expect, it } from 'vitest';
import { initialTransition, transition } from 'xstate';
import { getShortestPaths } from 'xstate/graph';
import type { AlgorithmEvent } from '#machines/algorithm.events';
import { algorithmMachine } from '#machines/algorithm.machine';

const initialize = (taskId = 'a'): AlgorithmEvent => ({
  type: 'wire.initialize',
  data: { input: [1], jobId: 'job', taskId },
});
const start: AlgorithmEvent = { type: 'wire.start' };
const stop: AlgorithmEvent = { type: 'wire.stop', force: true };
const failure = { code: 'Failed', message: 'boom', details: '' };
const rejection = { kind: 'mistyped', command: 'start', reason: 'data: wrong' } as const;

describe('the chart as a whole', () => {
  const events: AlgorithmEvent[] = [
    { type: 'link.opened', connection: 1 },
    { type: 'link.opened', connection: 2 },
    { type: 'link.lost', code: 1006, reason: '', owed: false },
    { type: 'link.lost', code: 1006, reason: '', owed: true },
    { type: 'link.refused', reason: 'no' },
    { type: 'grace.over' },
    initialize(),
    start,
    stop,
    { type: 'wire.exit', code: 0 },
    { type: 'handler.initialized', run: 1 },
    { type: 'handler.returned', run: 1, frame: '' },
    { type: 'handler.failed', run: 1, failure },
    { type: 'handler.stopped', run: 1 },
    { type: 'handler.left' },
    { type: 'wire.startRejected', rejection, failure },
  ];
  const paths = getShortestPaths(algorithmMachine, {
    input: { stopGraceMs: 1, resumeGraceMs: 1 },
    events,
    serializeState: ({ value, context }) =>
      JSON.stringify([
        value,
        context.startAsked,
        context.outcome,
        context.connected,
        context.connection,
        context.askedOn,
        Math.min(context.run, 2),
      ]),
    limit: 50_000,
    stopWhen: ({ context }) => context.run > 1 || context.dropped > 0 || context.rejected > 0,
  });

  it('reaches every state', () => {
    const reached = new Set(paths.map(({ state }) => state.value));
    expect([...reached].sort()).toEqual(Object.keys(algorithmMachine.states).sort());
  });

  it('keeps a context that survives JSON', () => {
    for (const { state } of paths) expect(JSON.parse(JSON.stringify(state.context))).toEqual(state.context);
  });

  it('says one outcome at most on any path', () => {
    const outcomes = new Set(['sendDone', 'sendFailure']);
    for (const { steps } of paths) {
      let [snapshot] = initialTransition(algorithmMachine, { stopGraceMs: 1, resumeGraceMs: 1 });
      const said = new Map<number, number>();
      for (const { event } of steps.slice(1)) {
        const [next, actions] = transition(algorithmMachine, snapshot, event);
        const open = snapshot.context.run > 0 && snapshot.context.outcome === null;
        for (const action of actions) {
          const isStopped = action.type === 'reply' && JSON.stringify(action.params) === '{"command":"stopped"}';
          if (open && (outcomes.has(action.type) || isStopped))
            said.set(snapshot.context.run, (said.get(snapshot.context.run) ?? 0) + 1);
        }
        snapshot = next;
      }
      for (const count of said.values()) expect(count).toBeLessThanOrEqual(1);
    }
  });
});
