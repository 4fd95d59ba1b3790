// The session chart alone: what the worker says and does in each situation, as HKube's worker would (protocol.md §3).

import { describe, expect, it } from 'vitest';
import { createActor, fromCallback, SimulatedClock } from 'xstate';
import { getShortestPaths } from 'xstate/graph';
import type { SessionEvent, SessionNotice } from '#machines/session.events';
import { sessionMachine } from '#machines/session.machine';

const opened: SessionEvent = { type: 'link.opened' };
const lost: SessionEvent = { type: 'link.lost', code: 1006, reason: '' };
const assigned: SessionEvent = { type: 'task.assigned', data: { input: [1], jobId: 'j', taskId: 't' } };
const initialized: SessionEvent = { type: 'wire.initialized' };
const done: SessionEvent = { type: 'wire.done', result: 42 };
const failed: SessionEvent = { type: 'wire.failed', error: { message: 'boom' } };
const stopAsked: SessionEvent = { type: 'task.stopAsked', reason: 'enough' };
const requested: SessionEvent = {
  type: 'wire.subPipelineRequested',
  order: { kind: 'raw', id: '1', includeResult: true, pipeline: { name: 'p', nodes: [{ nodeName: 'a' }] } },
};

/** Runs the chart through some events; `take` gives what it has said and done since the last call. */
function session(...events: readonly SessionEvent[]) {
  const lines: string[] = [];
  const notices: SessionNotice[] = [];
  const clock = new SimulatedClock();
  const actor = createActor(
    sessionMachine.provide({
      actors: { link: fromCallback(() => undefined) },
      actions: {
        say: (_, { word }) => lines.push(`→ ${word}`),
        runSubPipeline: (_, { order }) => lines.push(`run ${order.id}`),
        refuseSubPipeline: () => lines.push('refuse'),
        stopSubPipeline: (_, { id, reason }) => lines.push(`stop ${id}: ${reason}`),
        stopSubPipelines: () => lines.push('stop all'),
        disconnect: () => lines.push('disconnect'),
      },
    }),
    { clock },
  );
  actor.on('*', (notice) => {
    notices.push(notice);
    if (notice.type === 'task.ended') lines.push(`ended ${notice.end.kind}`);
  });
  actor.start();
  for (const event of events) actor.send(event);
  const take = (): string[] => lines.splice(0);
  const state = (): unknown => actor.getSnapshot().value;
  return { send: actor.send, state, take, notices, clock, context: () => actor.getSnapshot().context };
}

const working = () => session(opened, assigned, initialized);

describe('a connected algorithm', () => {
  it('hears nothing until there is a task for it', () => {
    const { state, take } = session(opened);
    expect(state()).toBe('ready');
    expect(take()).toEqual([]);
  });

  it('is sent the task, started when it is initialized, and ready again when it is done', () => {
    const { state, send, take, notices, context } = session(opened, assigned);
    expect([state(), take()]).toEqual(['init', ['→ initialize']]);
    send(initialized);
    expect([state(), take()]).toEqual(['working', ['→ start']]);
    send(done);
    expect([state(), take()]).toEqual(['ready', ['stop all', 'ended succeed']]);
    expect(notices.find(({ type }) => type === 'task.ended')).toMatchObject({ end: { kind: 'succeed', result: 42 } });
    expect(context()).toMatchObject({ data: null, end: null });
  });

  it('that fails has failed its task with its own words, in init as in working', () => {
    for (const events of [
      [opened, assigned, failed],
      [opened, assigned, initialized, failed],
    ]) {
      const { state, notices } = session(...events);
      expect(state()).toBe('ready');
      expect(notices.find(({ type }) => type === 'task.ended')).toMatchObject({
        end: { kind: 'failed', error: { message: 'boom' } },
      });
    }
  });

  it('that says done without a task harms nothing', () => {
    const { state, take } = session(opened, done, { type: 'wire.stopped' }, failed);
    expect([state(), take()]).toEqual(['ready', []]);
  });

  it('that goes away in mid-task has crashed it, and the next one finds the worker ready', () => {
    const { state, send, notices, take } = working();
    take();
    send(lost);
    expect([state(), take()]).toEqual(['bootstrap', ['stop all', 'ended crashed']]);
    expect(notices.find(({ type }) => type === 'task.ended')).toMatchObject({
      end: { error: { message: expect.stringContaining('1006') } },
    });
    send(opened);
    expect(state()).toBe('ready');
  });

  it('whose task cannot be sent fails it with the reason', () => {
    const { state, take } = session(opened, assigned, { type: 'link.refused', error: { message: 'too large' } });
    expect([state(), take()]).toEqual(['ready', ['→ initialize', 'ended failed']]);
  });

  it('that says initialized twice has crashed its task and is told to leave', () => {
    const { state, send, take, notices } = working();
    take();
    send(initialized);
    expect([state(), take()]).toEqual(['exit', ['stop all', '→ exit', 'ended crashed']]);
    expect(notices).toContainEqual(expect.objectContaining({ type: 'frame.rejected' }));
    send(lost);
    expect(state()).toBe('bootstrap');
  });
});

describe('a stop', () => {
  it('is told to the algorithm and ends the task as stopped', () => {
    const { state, send, take, notices } = working();
    take();
    send(stopAsked);
    expect([state(), take()]).toEqual(['stop', ['stop all', '→ stop']]);
    send({ type: 'wire.stopped' });
    expect([state(), take()]).toEqual(['ready', ['ended stopped']]);
    expect(notices.find(({ type }) => type === 'task.ended')).toMatchObject({ end: { reason: 'enough' } });
  });

  it('without a task is nothing', () => {
    const { state, take } = session(opened, stopAsked);
    expect([state(), take()]).toEqual(['ready', []]);
  });

  it('that is not answered within ten seconds costs the algorithm its place', () => {
    const { state, send, take, clock, notices } = session(opened, assigned, initialized, stopAsked);
    take();
    clock.increment(9_999);
    expect(state()).toBe('stop');
    clock.increment(1);
    expect([state(), take()]).toEqual(['exit', ['→ exit', 'ended stopped']]);
    clock.increment(20_000);
    expect(take()).toEqual(['disconnect']);
    expect(notices.at(-1)).toEqual({
      type: 'session.expelled',
      reason: 'The algorithm did not answer the stop in time.',
    });
    send(lost);
    expect(state()).toBe('bootstrap');
  });

  it('is extended by stopping, up to ten minutes', () => {
    const { state, send, clock } = session(opened, assigned, initialized, stopAsked);
    for (let waited = 0; waited < 600_000; waited += 8_000) {
      clock.increment(8_000);
      expect(state()).toBe('stop');
      send({ type: 'wire.stopping' });
    }
    clock.increment(8_000);
    expect(state()).toBe('exit');
  });

  it('is not answered by done: the next task waits for stopped', () => {
    const { state, send, take } = session(opened, assigned, initialized, stopAsked, done);
    take();
    expect(state()).toBe('stop');
    send({ type: 'wire.stopped' });
    expect([state(), take()]).toEqual(['ready', ['ended stopped']]);
  });

  it('answered by an error and stopped has failed', () => {
    const { take } = session(opened, assigned, initialized, stopAsked, failed, { type: 'wire.stopped' });
    expect(take().at(-1)).toBe('ended failed');
  });

  it('that crosses with initialized is not harmed by it', () => {
    const { state } = session(opened, assigned, stopAsked, initialized);
    expect(state()).toBe('stop');
  });
});

describe('a sub-pipeline', () => {
  it('is run while the task works, and refused elsewhere', () => {
    const { send, take } = session(opened, requested);
    expect(take()).toEqual(['refuse']);
    for (const event of [assigned, requested]) send(event);
    expect(take()).toEqual(['→ initialize', 'refuse']);
    for (const event of [initialized, requested]) send(event);
    expect(take()).toEqual(['→ start', 'run 1']);
    for (const event of [stopAsked, requested]) send(event);
    expect(take()).toEqual(['stop all', '→ stop', 'refuse']);
  });

  it('is stopped in the algorithm’s name', () => {
    const { send, take } = working();
    take();
    send({ type: 'wire.subPipelineStopAsked', id: '1', reason: 'too slow' });
    expect(take()).toEqual(['stop 1: stopped by algorithm: too slow']);
  });
});

describe('an exit', () => {
  it('tells the algorithm to leave and ends with its connection', () => {
    const { state, send, take } = session(opened, { type: 'exit.asked' });
    expect([state(), take()]).toEqual(['exit', ['→ exit']]);
    send(lost);
    expect(state()).toBe('left');
  });

  it('in mid-task crashes the task first', () => {
    const { state, send, take } = working();
    take();
    send({ type: 'exit.asked' });
    expect([state(), take()]).toEqual(['exit', ['stop all', '→ exit', 'ended crashed']]);
  });

  it('without an algorithm is over at once', () => {
    expect(session({ type: 'exit.asked' }).state()).toBe('left');
  });
});

describe('notices', () => {
  it('carry progress and spans of a working task, and no others', () => {
    const progress: SessionEvent = { type: 'wire.progressed', progress: 50 };
    const span: SessionEvent = { type: 'wire.spanChanged', span: { kind: 'started', name: 's', tags: {} } };
    const { notices, send } = session(opened, progress, span, assigned, initialized);
    expect(notices.map(({ type }) => type)).toEqual(['link.opened', 'session.ready', 'frame.rejected', 'task.started']);
    send(progress);
    send(span);
    expect(notices.slice(-2)).toMatchObject([
      { type: 'task.progressed', task: { taskId: 't' }, progress: 50 },
      { type: 'span.changed', span: { kind: 'started', name: 's' } },
    ]);
  });
});

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
    stopAsked,
    { type: 'stop.timedOut' },
    { type: 'stop.limitReached' },
    { type: 'exit.asked' },
    { type: 'wire.rejected', rejection: { kind: 'unknown', command: 'x', reason: 'no such command' } },
  ];
  const paths = getShortestPaths(sessionMachine, {
    events,
    serializeState: ({ value, context: { data, expelReason, extendable, leaving, connected } }) =>
      JSON.stringify([value, data !== null, expelReason, extendable, leaving, connected]),
    limit: 5_000,
    stopWhen: ({ context, status }) => status === 'done' || context.tasks > 2 || context.rejected > 3,
  });

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
      if (state.matches('ready') || state.matches('bootstrap'))
        expect(state.context).toMatchObject({ data: null, end: null });
  });
});
