// The sidecar's chart alone. What it looks like from outside is in test/worker/sidecar.test.ts.

import { describe, expect, it } from 'vitest';
import { createActor, fromCallback, SimulatedClock } from 'xstate';
import { getShortestPaths } from 'xstate/graph';
import type { SessionEvent } from '#machines/session.events';
import { sidecarMachine } from '#machines/sidecar.machine';
import {
  assigned,
  done,
  executionLines,
  executionRequested,
  failed,
  initialized,
  lost,
  opened,
  refusal,
  requested,
  stopAsked,
  strict,
  withPolicy,
} from '#test/support/session-chart';

function sidecar(...events: readonly SessionEvent[]) {
  const lines: string[] = [];
  const clock = new SimulatedClock();
  const actor = createActor(
    sidecarMachine.provide({
      actors: { link: fromCallback(() => undefined) },
      actions: {
        say: (_, { word }) => lines.push(`→ ${word}`),
        runSubPipeline: (_, { order }) => lines.push(`run ${order.id}`),
        stopSubPipelines: () => lines.push('stop all'),
        ...executionLines(lines),
        disconnect: () => lines.push('disconnect'),
      },
    }),
    { clock, input: strict },
  );
  actor.on('task.ended', ({ end }) => lines.push(`ended ${end.kind}`));
  actor.start();
  for (const event of events) actor.send(event);
  return { send: actor.send, state: () => actor.getSnapshot().value, lines, clock };
}

describe('the sidecar', () => {
  it('says initialize and start together, and takes no notice of the answer (D1)', () => {
    const { state, lines } = sidecar(opened, assigned, initialized, done);
    expect(lines).toEqual(['→ initialize', '→ start', 'stop all', 'ended succeed']);
    expect(state()).toBe('ready');
  });

  it('ends a task that is stopped without a word to the developer (D2)', () => {
    const { lines } = sidecar(opened, assigned, stopAsked);
    expect(lines).toEqual(['→ initialize', '→ start', 'stop all', 'ended stopped']);
  });

  it('says everything again to a developer who comes back (D3)', () => {
    const { lines, state } = sidecar(opened, assigned, lost, opened);
    expect(lines).toEqual(['→ initialize', '→ start', 'stop all', '→ initialize', '→ start']);
    expect(state()).toBe('working');
  });

  it('stops the executions of a task with it', () => {
    const { send, lines } = sidecar(opened, executionRequested, assigned, executionRequested);
    send(done);
    expect(lines).toEqual(['→ initialize', '→ start', 'execute 2', 'stop all', 'stop execution 2', 'ended succeed']);
  });

  it('keeps the time of a task', () => {
    const { lines, clock } = sidecar(opened, withPolicy('OnCrash', { ttl: 2 }));
    clock.increment(2_000);
    expect(lines.at(-1)).toBe('ended failed');
  });

  it('that is told to leave cuts the connection, and its task has crashed', () => {
    const { lines, state } = sidecar(opened, assigned, { type: 'exit.asked' });
    expect(lines.slice(2)).toEqual(['stop all', 'disconnect', 'ended crashed']);
    expect(state()).toBe('left');
  });
});

it('every path reaches every lasting state, and keeps no data of a task that is over', () => {
  const paths = getShortestPaths(sidecarMachine, {
    input: strict,
    events: [
      opened,
      lost,
      assigned,
      done,
      failed,
      requested,
      stopAsked,
      { type: 'exit.asked' },
      { type: 'wire.fatal', refusal },
    ],
    serializeState: ({ value, context: { data, connected, leaving } }) =>
      JSON.stringify([value, data !== null, connected, leaving]),
    limit: 5_000,
    stopWhen: ({ context, status }) => status === 'done' || context.tasks > 2 || context.rejected > 2,
  });
  const lasting = Object.keys(sidecarMachine.states).filter((name) => name !== 'results');
  expect([...new Set(paths.map(({ state }) => state.value))].sort()).toEqual(lasting.sort());
  for (const { state } of paths)
    if (state.value === 'ready' || state.value === 'bootstrap')
      expect(state.context).toMatchObject({ data: null, end: null });
});
