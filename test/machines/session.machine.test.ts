// The session chart alone: what the worker says and does in each situation, as HKube's worker would (protocol.md §3).

import { describe, expect, it } from 'vitest';
import { createActor, fromCallback, SimulatedClock } from 'xstate';
import { getShortestPaths } from 'xstate/graph';
import type { SessionContext, SessionEvent, SessionNotice } from '#machines/session.events';
import { sessionMachine } from '#machines/session.machine';

const strict = { lenient: false, restarts: false, bootstrapMs: 0 };

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
const refusal = { sent: 'x', rule: 'y', consequence: 'died', remedy: 'z' } as const;
const withPolicy = (policy: string, more: object = {}): SessionEvent => ({
  type: 'task.assigned',
  data: { input: [1], jobId: 'j', taskId: 't', retry: { policy }, ...more },
});

/** Runs the chart through some events; `take` gives what it has said and done since the last call. */
function session(...events: readonly SessionEvent[]) {
  return sessionOf({}, ...events);
}

function sessionOf(input: Partial<typeof strict>, ...events: readonly SessionEvent[]) {
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
        answerExecution: (_, { error }) => lines.push(`execution: ${error}`),
        disconnect: () => lines.push('disconnect'),
        cut: () => lines.push('cut'),
      },
    }),
    { clock, input: { ...strict, ...input } },
  );
  actor.on('*', (notice) => {
    notices.push(notice);
    if (notice.type === 'task.ended') lines.push(`ended ${notice.end.kind}`);
    if (notice.type === 'session.refused') lines.push(`refused, ${notice.refusal.consequence}`);
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
    const { state, send, take } = working();
    take();
    send(initialized);
    expect([state(), take()]).toEqual(['exit', ['stop all', '→ exit', 'refused, expelled', 'ended crashed']]);
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
    expect([state(), take()]).toEqual(['exit', ['→ exit', 'refused, expelled', 'ended stopped']]);
    clock.increment(20_000);
    expect(take()).toEqual(['disconnect']);
    expect(notices.at(-1)).toMatchObject({
      type: 'session.expelled',
      reason: expect.stringContaining('no `stopped` within ten seconds'),
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

  it('is not answered by done: the task is over, and the next one waits for stopped', () => {
    const { state, send, take } = session(opened, assigned, initialized, stopAsked, done);
    expect([state(), take().at(-1)]).toEqual(['unanswered', 'ended stopped']);
    send({ type: 'wire.stopped' });
    expect([state(), take()]).toEqual(['ready', []]);
  });

  it('answered by done alone costs the algorithm its place', () => {
    const { state, take, clock } = session(opened, assigned, initialized, stopAsked, done);
    take();
    clock.increment(10_000);
    expect([state(), take()]).toEqual(['exit', ['→ exit', 'refused, expelled']]);
  });

  it('answered by an error has failed', () => {
    const { take, state, send } = session(opened, assigned, initialized, stopAsked, failed);
    expect(take().at(-1)).toBe('ended failed');
    send({ type: 'wire.stopped' });
    expect(state()).toBe('ready');
  });

  it('that is over leaves no room for stopping: it starts the ten seconds again', () => {
    const { state, send, take, clock } = session(opened, assigned, initialized, stopAsked, { type: 'wire.stopped' });
    take();
    send({ type: 'wire.stopping' });
    expect(take()).toEqual(['refused, expelled']);
    clock.increment(10_000);
    expect(state()).toBe('exit');
  });

  it('that was over ten minutes ago is forgotten: stopping is nothing then', () => {
    const { state, send, take, clock } = session(opened, assigned, initialized, stopAsked, { type: 'wire.stopped' });
    clock.increment(600_000);
    take();
    send({ type: 'wire.stopping' });
    clock.increment(10_000);
    expect([state(), take()]).toEqual(['ready', []]);
  });

  it('that crosses with initialized loses the algorithm, unless the worker is lenient', () => {
    expect(session(opened, assigned, stopAsked, initialized).state()).toBe('exit');
    expect(sessionOf({ lenient: true }, opened, assigned, stopAsked, initialized).state()).toBe('stop');
  });
});

describe('time', () => {
  it('of a task is its ttl: it is stopped, and has failed', () => {
    const { state, send, take, clock, notices } = session(opened, withPolicy('OnCrash', { ttl: 3 }), initialized);
    clock.increment(2_999);
    expect(state()).toBe('working');
    clock.increment(1);
    expect([state(), take().at(-1)]).toEqual(['stop', '→ stop']);
    send({ type: 'wire.stopped' });
    expect(notices.findLast(({ type }) => type === 'task.ended')).toMatchObject({
      end: { kind: 'failed', error: { message: 'Algorithm TTL expired' } },
    });
  });

  it('without a ttl never ends, and a ttl ends with its task', () => {
    const { state, send, clock } = session(opened, assigned, initialized);
    clock.increment(2 ** 31);
    expect(state()).toBe('working');
    for (const event of [done, withPolicy('OnCrash', { ttl: 3 }), initialized, done, assigned, initialized])
      send(event);
    clock.increment(10_000);
    expect(state()).toBe('working');
  });

  it('without alive, after the first one, hangs the worker until the pipeline is stopped', () => {
    const { state, send, take, clock } = session(opened, assigned, initialized, { type: 'wire.alive' });
    clock.increment(9_000);
    send({ type: 'wire.alive' });
    clock.increment(9_999);
    expect(state()).toBe('working');
    take();
    clock.increment(1);
    expect([state(), take()]).toEqual(['error', ['stop all', 'refused, stuck']]);
    send(stopAsked);
    expect([state(), take()]).toEqual(['stop', ['→ stop']]);
  });

  it('does not matter without an alive, nor after an outcome', () => {
    const { state, send, clock } = working();
    clock.increment(60_000);
    expect(state()).toBe('working');
    for (const event of [{ type: 'wire.alive' } as const, done]) send(event);
    clock.increment(60_000);
    expect(state()).toBe('ready');
  });
});

describe('a failure', () => {
  const events = (policy: string, end: SessionEvent) => session(opened, withPolicy(policy), initialized, end);

  it.each([
    ['Never', failed, 'failed', 'exit'],
    ['OnError', failed, 'crashed', 'exit'],
    ['Always', failed, 'crashed', 'exit'],
    ['OnCrash', failed, 'failed', 'ready'],
    ['Never', lost, 'failed', 'bootstrap'],
    ['OnError', lost, 'failed', 'bootstrap'],
    ['Always', lost, 'crashed', 'bootstrap'],
    ['OnCrash', lost, 'crashed', 'bootstrap'],
  ] as const)('under %s, by %o, ends %s and leads to %s', (policy, end, kind, where) => {
    const { state, take } = events(policy, end);
    expect([state(), take().at(-1)]).toEqual([where, `ended ${kind}`]);
  });
});

describe('a lost connection', () => {
  it.each([{ lenient: true }, { restarts: true }])('costs no task with %o: it is begun again', (input) => {
    const { state, send, take } = sessionOf(input, opened, assigned, initialized, lost);
    expect(state()).toBe('away');
    take();
    send(opened);
    expect([state(), take()]).toEqual(['init', ['→ initialize']]);
  });

  it('while its task waits for the next one can be stopped', () => {
    const { state, take } = sessionOf({ lenient: true }, opened, assigned, initialized, lost, stopAsked);
    expect([state(), take().at(-1)]).toEqual(['bootstrap', 'ended stopped']);
  });
});

describe('a scale-down', () => {
  it('asks a working algorithm to finish, and then to leave; its task counts as done', () => {
    const { state, send, take, notices } = working();
    take();
    send({ type: 'scaleDown.asked' });
    expect(state()).toBe('stop');
    for (let second = 0; second < 3; second++) send({ type: 'wire.stopping' });
    send({ type: 'wire.stopped' });
    expect([state(), take()]).toEqual(['exit', ['stop all', '→ stop', '→ exit', 'ended succeed']]);
    expect(notices).toContainEqual({ type: 'session.exiting', reason: 'The worker was scaled down.' });
  });

  it('without a task asks it to stop first', () => {
    const { state, send, take } = session(opened, { type: 'scaleDown.asked' });
    expect([state(), take()]).toEqual(['retiring', ['→ stop']]);
    send({ type: 'wire.stopped' });
    expect([state(), take()]).toEqual(['exit', ['→ exit']]);
  });
});

describe('what a worker dies of', () => {
  it('cuts the line, crashes the task, and leaves the place free', () => {
    const { state, take, notices } = session(opened, assigned, initialized, { type: 'wire.fatal', refusal });
    expect(state()).toBe('bootstrap');
    expect(take().slice(2)).toEqual(['stop all', 'cut', 'refused, died', 'ended crashed']);
    expect(notices).toContainEqual(expect.objectContaining({ type: 'session.expelled' }));
  });

  it('is any frame before the worker can hear', () => {
    const { state, send, take, clock } = sessionOf({ bootstrapMs: 1_000 }, opened, done);
    expect([state(), take()]).toEqual(['bootstrap', ['cut', 'refused, died']]);
    send(opened);
    clock.increment(1_000);
    expect(state()).toBe('ready');
  });

  it('is no span outside of working', () => {
    expect(session(opened, { type: 'wire.spanUnnamable', refusal }).state()).toBe('ready');
    expect(session(opened, assigned, initialized, { type: 'wire.spanUnnamable', refusal }).state()).toBe('bootstrap');
  });
});

describe('a sub-pipeline', () => {
  it('is run while the task works, and refused elsewhere', () => {
    const { send, take } = session(opened, requested);
    expect(take()).toEqual(['refuse', 'refused, answered']);
    for (const event of [assigned, requested]) send(event);
    expect(take()).toEqual(['→ initialize', 'refuse', 'refused, answered']);
    for (const event of [initialized, requested]) send(event);
    expect(take()).toEqual(['→ start', 'run 1']);
    for (const event of [stopAsked, requested]) send(event);
    expect(take()).toEqual(['stop all', '→ stop', 'refuse', 'refused, answered']);
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
    expect(notices.map(({ type }) => type)).toEqual([
      'link.opened',
      'session.ready',
      'session.refused',
      'task.started',
    ]);
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
      if (['ready', 'bootstrap', 'unanswered'].includes(String(state.value)))
        expect(state.context).toMatchObject({ data: null, end: null });
  });
});
