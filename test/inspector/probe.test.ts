// What looks at actors: what it tells when somebody begins to look, while they move, and when they have gone.

import { assign, createActor, emit, fromCallback, setup } from 'xstate';
import { describe, expect, it, vi } from 'vitest';
import type { Happening, News } from '#inspector/frames';
import { createHistory } from '#inspector/history';
import { createProbe } from '#inspector/probe';
import type { Redact } from '#inspector/shorten';

type Events = { type: 'go'; step: number } | { type: 'end' } | { type: 'fail' };

const types: { context: { count: number; kept: string }; events: Events } = {
  context: { count: 0, kept: '' },
  events: { type: 'end' },
};

const machine = setup({
  types,
  actors: { child: fromCallback(() => undefined) },
  actions: {
    note: assign(({ context }) => ({ count: context.count + 1 })),
    say: (_, params: { word: string }) => params.word,
    tell: emit({ type: 'told', count: 1 }),
    fail: () => {
      throw new TypeError('the action failed');
    },
  },
}).createMachine({
  id: 'thing',
  context: { count: 0, kept: 'as it was' },
  invoke: { id: 'helper', src: 'child' },
  initial: 'off',
  states: {
    off: { on: { go: { target: 'on', actions: ['note', { type: 'say', params: { word: 'hello' } }, 'tell'] } } },
    on: { on: { end: 'over', fail: { actions: 'fail' } } },
    over: { type: 'final' },
  },
});

const about: Extract<Happening, { kind: 'process.opened' }> = {
  kind: 'process.opened',
  role: 'other',
  title: 'a test',
  pid: 1,
  worker: null,
  versions: {},
};

function look(redact?: Redact) {
  const news: News[] = [];
  const probe = createProbe({ process: 'p', about, redact, tell: (more) => news.push(...more) });
  const actor = createActor(machine, { id: 'thing' });
  probe.watch({ actor, chart: 'thing', about: { name: 'it' }, charts: { child: 'kid' } });
  const told = (): News[] => {
    probe.flush();
    return news.splice(0);
  };
  const scene = createHistory({ limit: 1_000 });
  let n = 0;
  const sceneNow = () => {
    scene.add(told().map((one) => ({ n: n++, ...one })));
    return scene.last;
  };
  return { probe, actor, told, sceneNow };
}

const kinds = (news: readonly News[]) => news.map(({ kind }) => kind);

describe('nobody looks', () => {
  it('and nothing is told, and nothing listens', () => {
    const { probe, actor, told } = look();
    const inspect = vi.spyOn(actor.system, 'inspect');
    actor.start();
    actor.send({ type: 'go', step: 1 });
    probe.log('info', 'a line');
    expect(told()).toEqual([]);
    expect(inspect).not.toHaveBeenCalled();
  });
});

describe('somebody begins to look', () => {
  it('and is told what lives, parents before their children (Q1)', () => {
    const { probe, actor, told } = look();
    actor.start();
    actor.send({ type: 'go', step: 1 });
    probe.setWatched(true);
    const news = told();
    expect(kinds(news)).toEqual(['process.opened', 'actor.opened', 'actor.opened']);
    expect(news[1]).toMatchObject({ name: 'thing', value: 'on', chart: 'thing', isNew: false, about: { name: 'it' } });
    expect(news[1]).toMatchObject({ context: { count: 1, kept: 'as it was' } });
    expect(news[2]).toMatchObject({ name: 'helper', chart: 'kid', parent: `p/${actor.sessionId}`, value: null });
  });

  it('again after nobody did: it is told anew, and what ended meanwhile is not there', () => {
    const { probe, actor, sceneNow } = look();
    probe.setWatched(true);
    actor.start();
    probe.setWatched(false);
    actor.send({ type: 'go', step: 1 });
    probe.setWatched(true);
    expect([...sceneNow().actors.values()].map(({ name, value }) => [name, value])).toEqual([
      ['thing', 'on'],
      ['helper', null],
    ]);
    probe.setWatched(false);
    actor.send({ type: 'end' });
    return Promise.resolve().then(() => {
      probe.setWatched(true);
      expect(sceneNow().actors.size).toBe(2);
    });
  });
});

describe('a step', () => {
  it('is told with the very arrow, its actions, and what has changed of the context (Q2)', () => {
    const { probe, actor, told } = look();
    probe.setWatched(true);
    actor.start();
    told();
    actor.send({ type: 'go', step: 1 });
    const [event, emitted, moved, ...rest] = told();
    expect(rest).toEqual([]);
    expect(event).toMatchObject({ kind: 'event', from: null, event: { type: 'go', step: 1 } });
    expect(emitted).toMatchObject({ kind: 'emitted', event: { type: 'told', count: 1 } });
    expect(moved).toMatchObject({ kind: 'moved', on: 'go', value: 'on', actions: ['say hello'], set: { count: 1 } });
    expect(moved).toHaveProperty('arrows', [expect.stringContaining('thing.off')]);
    expect(moved).not.toHaveProperty('set.kept');
  });

  it('that changes nothing is no step', () => {
    const { probe, actor, told } = look();
    probe.setWatched(true);
    actor.start();
    told();
    actor.send({ type: 'end' });
    expect(kinds(told())).toEqual(['event']);
  });

  it('that ends it is told, and that it has gone with all below it', () => {
    const { probe, actor, told } = look();
    probe.setWatched(true);
    actor.start();
    actor.send({ type: 'go', step: 1 });
    told();
    actor.send({ type: 'end' });
    const news = told();
    expect(news).toContainEqual(expect.objectContaining({ kind: 'moved', status: 'done', value: 'over' }));
    expect(news.filter(({ kind }) => kind === 'actor.closed').length).toBeGreaterThan(0);
  });

  it('that throws is told as an error with its words', () => {
    const { probe, actor, told } = look();
    probe.setWatched(true);
    actor.subscribe({ error: () => undefined });
    actor.start();
    actor.send({ type: 'go', step: 1 });
    told();
    actor.send({ type: 'fail' });
    expect(told()).toContainEqual(expect.objectContaining({ status: 'error', error: 'the action failed' }));
  });

  it('of an actor that is stopped from outside ends it', () => {
    const { probe, actor, sceneNow } = look();
    probe.setWatched(true);
    actor.start();
    actor.stop();
    const [thing] = sceneNow().actors.values();
    expect(thing).toMatchObject({ status: 'stopped', isClosed: true });
  });
});

describe('what nobody may see', () => {
  it('is seen nowhere: not in what people know an actor by, in a whole value, in a line of the log, in an error', () => {
    const { probe, actor, told } = look((value) => (typeof value === 'string' ? '<hidden>' : value));
    probe.setWatched(true);
    actor.subscribe({ error: () => undefined });
    actor.start();
    probe.log('info', 'a secret line');
    const message = { from: 'algorithm', connection: 1, command: 'done', bytes: 1 } as const;
    probe.message(actor, { ...message, data: 'a secret result' });
    actor.send({ type: 'go', step: 1 });
    actor.send({ type: 'fail' });
    const text = JSON.stringify(told());
    expect(text).not.toMatch(/secret|as it was|the action failed|"it"/);
    // The names of states and events are nobody's secret.
    expect(text).toContain('"value":"on"');
  });
});

describe('what is shown', () => {
  it('is told once a batch, when it is other than before; what throws harms nobody (Q3)', () => {
    const { probe, told } = look();
    let value = 1;
    let asked = 0;
    probe.show('pool', () => {
      asked += 1;
      if (value === 3) throw new TypeError('gone');
      return { value };
    });
    probe.setWatched(true);
    expect(told()).toContainEqual(expect.objectContaining({ kind: 'shown', name: 'pool', value: { value: 1 } }));
    expect(told()).toEqual([]);
    value = 2;
    expect(told()).toMatchObject([{ value: { value: 2 } }]);
    value = 3;
    expect(told()).toMatchObject([{ value: '⟨cannot be shown: gone⟩' }]);
    expect(asked).toBeGreaterThan(3);
  });
});
