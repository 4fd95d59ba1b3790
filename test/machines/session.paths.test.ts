// Every path through the session chart.

import { describe, expect, it } from 'vitest';
import { getShortestPaths } from 'xstate/graph';
import type { SessionContext, SessionEvent } from '#machines/session.events';
import { sessionMachine } from '#machines/session.machine';
import {
  assigned,
  done,
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

describe('every path', () => {
  const events: SessionEvent[] = [
    opened,
    lost,
    assigned,
    initialized,
    { type: 'wire.started' },
    done,
    { type: 'wire.stopped' },
    { type: 'wire.stopping' },
    failed,
    requested,
    executionRequested,
    stopAsked,
    { type: 'stop.timedOut' },
    { type: 'stop.limitReached' },
    { type: 'exit.asked' },
    { type: 'wire.alive' },
    { type: 'alive.timedOut' },
    { type: 'scaleDown.asked' },
    withPolicy('Always', { ttl: 1 }),
    { type: 'task.ttlExpired' },
    { type: 'wire.fatal', refusal },
    { type: 'wire.rejected', rejection: { kind: 'unknown', command: 'x', reason: 'no such command' } },
  ];
  const options = {
    events,
    serializeState: ({ value, context }: { value: unknown; context: SessionContext }) => {
      const { data, expelReason, extendable, leaving, connected, policy } = context;
      return JSON.stringify([value, data !== null, expelReason, extendable, leaving, connected, policy]);
    },
    limit: 20_000,
    stopWhen: ({ context, status }: { context: SessionContext; status: string }) =>
      status === 'done' || context.tasks > 2 || context.rejected > 3,
  };
  const paths = [false, true].flatMap((lenient) =>
    getShortestPaths(sessionMachine, { ...options, input: { ...strict, lenient } }),
  );

  it('leads to every state but the passing one', () => {
    const reached = new Set(paths.map(({ state }) => state.value));
    const lasting = Object.keys(sessionMachine.states).filter((name) => name !== 'results');
    expect([...reached].sort()).toEqual(lasting.sort());
  });

  it('keeps a context that survives JSON', () => {
    for (const { state } of paths) expect(JSON.parse(JSON.stringify(state.context))).toEqual(state.context);
  });

  it('keeps no data and no end of a task that is over', () => {
    for (const { state } of paths)
      if (['ready', 'bootstrap', 'unanswered'].includes(state.value))
        expect(state.context).toMatchObject({ data: null, end: null });
  });
});
