// The session chart alone: a task from its beginning to its end, as HKube's worker drives it (protocol.md §3).

import { describe, expect, it } from 'vitest';
import type { SessionEvent } from '#machines/session.events';
import {
  assigned,
  done,
  executionRequested,
  failed,
  initialized,
  lost,
  opened,
  requested,
  session,
  sessionOf,
  stopAsked,
  working,
} from '#test/support/session-chart';

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

  it('before the task works waits until it does', () => {
    const { state, send, take } = session(opened, assigned, stopAsked);
    expect([state(), take()]).toEqual(['init', ['→ initialize']]);
    send(initialized);
    expect([state(), take()]).toEqual(['stop', ['→ stop']]);
  });

  it('answered by initialized loses the algorithm, unless the worker is lenient', () => {
    expect(session(opened, assigned, initialized, stopAsked, initialized).state()).toBe('exit');
    expect(sessionOf({ lenient: true }, opened, assigned, initialized, stopAsked, initialized).state()).toBe('stop');
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
    expect(take()).toEqual(['stop all', '→ stop', 'refuse']);
  });

  it('is stopped in the algorithm’s name', () => {
    const { send, take } = working();
    take();
    send({ type: 'wire.subPipelineStopAsked', id: '1', reason: 'too slow' });
    expect(take()).toEqual(['stop 1: stopped by algorithm: too slow']);
  });
});

describe('an execution (W3)', () => {
  it('belongs to its task, whatever state that is in', () => {
    const { send, take } = session(opened, executionRequested);
    expect(take()).toEqual(['refuse execution 2', 'refused, answered']);
    for (const event of [assigned, executionRequested]) send(event);
    expect(take()).toEqual(['→ initialize', 'execute 2']);
    send({ type: 'wire.executionStopAsked', id: '2', reason: 'enough' });
    expect(take()).toEqual(['stop execution 2: stopped by algorithm: enough']);
    for (const event of [initialized, executionRequested, stopAsked, executionRequested]) send(event);
    expect(take()).toEqual(['→ start', 'execute 2', 'stop all', '→ stop', 'execute 2']);
    for (const event of [done, executionRequested]) send(event);
    expect(take()).toEqual(['stop execution 2', 'ended stopped', 'refuse execution 2', 'refused, answered']);
  });

  it.each<[string, SessionEvent, string]>([
    ['the end', done, 'stop execution 2'],
    ['a lost connection', lost, 'stop execution 2'],
    ['an exit', { type: 'exit.asked' }, 'stop execution 2'],
  ])('is stopped at %s of a task that initializes', (_, event, line) => {
    const { send, take } = session(opened, assigned, executionRequested);
    take();
    send(event);
    expect(take()).toContain(line);
  });

  it('is stopped when its task waits to be begun anew', () => {
    const { state, take } = sessionOf({ restarts: true }, opened, assigned, initialized, executionRequested, lost);
    expect([state(), take().at(-1)]).toEqual(['away', 'stop execution 2']);
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
