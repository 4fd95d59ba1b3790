// The session chart alone: timers, policies, lost connections, and what a worker dies of (protocol.md §3.4, §3.5).

import { describe, expect, it } from 'vitest';
import type { SessionEvent } from '#machines/session.events';
import {
  assigned,
  done,
  failed,
  initialized,
  lost,
  opened,
  refusal,
  session,
  sessionOf,
  stopAsked,
  withPolicy,
  working,
} from '#test/support/session-chart';

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

  it('of an alive that came before the task is forgotten when the task is sent', () => {
    const { state, send, clock } = session(opened, { type: 'wire.alive' });
    clock.increment(9_000);
    send(assigned);
    clock.increment(9_000);
    expect(state()).toBe('init');
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

  it('of a task that was to be stopped ends it', () => {
    const { state, take } = sessionOf({ restarts: true }, opened, assigned, stopAsked, lost);
    expect([state(), take().at(-1)]).toEqual(['bootstrap', 'ended stopped']);
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
