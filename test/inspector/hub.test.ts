// Where news comes together: who is asked to tell, what is kept, and what a slow viewer gets.

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Frame, News } from '#inspector/frames';
import { createHub, type HubOptions, type Viewer } from '#inspector/hub';
import { createScene } from '#inspector/scene';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

const opened = (actor: string, value: string): News => ({
  ...{ at: 1, process: 'p', kind: 'actor.opened', actor, parent: null, name: actor, chart: null, about: {} },
  ...{ isNew: true, status: 'active', value, context: {}, error: null },
});
const moved = (actor: string, value: string): News => ({
  ...{ at: 2, process: 'p', kind: 'moved', actor, on: 'x', arrows: [], actions: [], status: 'active', value },
});

function hubWithSource(options?: HubOptions) {
  const hub = createHub(options);
  const watched: boolean[] = [];
  const line = hub.join({ process: 'p', watch: (isWatched) => watched.push(isWatched), deeds: null });
  return { hub, watched, line };
}

function viewer() {
  const frames: Frame[] = [];
  let isCaughtUp = false;
  const one = {
    frames,
    slowWords: 'slow',
    waiting: 0,
    send: (more: readonly Frame[]) => frames.push(...more),
    caughtUp: () => (isCaughtUp = true),
    get isCaughtUp() {
      return isCaughtUp;
    },
    /** Where everything stands, by what it was sent. */
    values: () => {
      const scene = createScene();
      for (const frame of frames) scene.apply(frame);
      const alive = [...scene.scene().actors.values()].filter(({ isClosed }) => !isClosed);
      return Object.fromEntries(alive.map(({ id, value }) => [id, value]));
    },
  };
  return one satisfies Viewer;
}

describe('sources', () => {
  it('tell as long as somebody looks, and no longer (X1)', () => {
    const { hub, watched, line } = hubWithSource();
    expect(watched).toEqual([false]);
    line.tell([opened('p/1', 'a')], 10);
    expect(hub.history.frames).toEqual([]);
    const first = hub.view(viewer());
    const second = hub.view(viewer());
    expect(watched).toEqual([false, true]);
    first.leave();
    expect(watched).toEqual([false, true]);
    second.leave();
    second.leave();
    expect(watched).toEqual([false, true, false]);
  });

  it('are told anew after nobody looked, and a gap stands between', () => {
    const { hub, line } = hubWithSource();
    hub.view(viewer()).leave();
    const one = hub.view(viewer());
    line.tell([opened('p/1', 'a'), opened('p/2', 'a')], 10);
    one.leave();
    const again = viewer();
    hub.view(again);
    line.tell([opened('p/2', 'b')], 10);
    expect(again.frames.map(({ kind }) => kind)).toEqual(['actor.opened', 'actor.opened', 'gap', 'actor.opened']);
    expect(again.values()).toEqual({ 'p/2': 'b' });
  });

  it('that leave are gone for whoever looks, and what is done to their actors is refused with words', async () => {
    const { hub, line } = hubWithSource();
    const one = viewer();
    hub.view(one);
    line.tell([opened('p/1', 'a')], 10);
    await expect(hub.offers('p/1')).rejects.toThrow('Nothing can be done');
    line.leave('it has ended');
    expect(one.values()).toEqual({});
    expect(one.frames.at(-1)).toMatchObject({ kind: 'process.closed', reason: 'it has ended' });
    await expect(hub.act('p/1', 'x', {})).rejects.toThrow('Its process is gone');
  });
});

describe('a viewer', () => {
  it('that comes late is told everything that is kept', () => {
    const { hub, line } = hubWithSource();
    const first = viewer();
    hub.view(first);
    line.tell([opened('p/1', 'a'), moved('p/1', 'b')], 10);
    const late = viewer();
    hub.view(late);
    expect(late.frames).toEqual(first.frames);
    expect(late.isCaughtUp).toBe(true);
  });

  it('that comes when old frames have gone is told how things stood before the first one', () => {
    const { hub, line } = hubWithSource({ frames: 1_000 });
    const first = viewer();
    hub.view(first);
    line.tell([opened('p/1', 'start'), opened('p/2', 'idle')], 10);
    for (let step = 0; step < 3_000; step++) line.tell([moved('p/1', String(step))], 10);
    expect(hub.history.frames.length).toBeLessThanOrEqual(1_500);
    const late = viewer();
    hub.view(late);
    expect(late.values()).toEqual({ 'p/1': '2999', 'p/2': 'idle' });
    expect(late.frames.map(({ n }) => n)).toEqual(late.frames.map(({ n }) => n).toSorted((a, b) => a - b));
  });

  it('that is slow holds up nobody, and gets the rest when it has read', () => {
    const { hub, line } = hubWithSource();
    const [fast, slow] = [viewer(), viewer()];
    hub.view(fast);
    hub.view(slow);
    slow.waiting = 1e9;
    line.tell([opened('p/1', 'a'), moved('p/1', 'b')], 10);
    expect(fast.values()).toEqual({ 'p/1': 'b' });
    expect(slow.frames).toEqual([]);
    slow.waiting = 0;
    vi.advanceTimersByTime(100);
    expect(slow.frames).toEqual(fast.frames);
  });

  it('that is too slow misses frames: it is told how many, and how things stand now (X3)', () => {
    const { hub, line } = hubWithSource({ frames: 1_000 });
    const slow = viewer();
    hub.view(slow);
    line.tell([opened('p/1', 'a'), opened('p/2', 'there')], 10);
    slow.waiting = 1e9;
    for (let step = 0; step < 5_000; step++) line.tell([moved('p/1', String(step))], 10);
    slow.waiting = 0;
    vi.advanceTimersByTime(100);
    const gap = slow.frames.find(({ kind }) => kind === 'gap');
    expect(gap).toMatchObject({ missing: 5_000 });
    expect(slow.values()).toEqual({ 'p/1': '4999', 'p/2': 'there' });
    line.tell([moved('p/2', 'moved')], 10);
    expect(slow.values()).toEqual({ 'p/1': '4999', 'p/2': 'moved' });
  });
});

describe('what is large', () => {
  it('is seen by whoever keeps up before it is let go', () => {
    const { hub, line } = hubWithSource();
    const one = viewer();
    hub.view(one);
    for (let step = 0; step < 1_000; step++) line.tell([moved('p/1', String(step))], 200_000);
    expect(one.frames.map(({ n }) => n)).toEqual(Array.from({ length: 1_000 }, (_, n) => n));
    expect(one.frames.some(({ kind }) => kind === 'gap')).toBe(false);
  });

  it('is bounded before there are many of them', () => {
    const { hub, line } = hubWithSource();
    hub.view(viewer());
    for (let step = 0; step < 499; step++) line.tell([moved('p/1', String(step))], 1_000_000);
    expect(hub.history.frames.length).toBeLessThan(100);
  });
});

describe('who has ended', () => {
  it('is forgotten in the end, the oldest first', () => {
    const { hub, line } = hubWithSource();
    hub.view(viewer());
    line.tell([opened('p/stays', 'a')], 10);
    for (let one = 0; one < 20_000; one++)
      line.tell([opened(`p/${one}`, 'a'), { at: 2, process: 'p', kind: 'actor.closed', actor: `p/${one}` }], 10);
    const { actors } = hub.history.last;
    expect(actors.size).toBeLessThanOrEqual(5_001);
    expect([...actors.keys()]).toEqual(expect.arrayContaining(['p/stays', 'p/19999']));
    const late = viewer();
    hub.view(late);
    expect(late.values()).toEqual({ 'p/stays': 'a' });
  });

  it('while nobody looked is gone for whoever looks next', () => {
    const { hub, line } = hubWithSource();
    const one = hub.view(viewer());
    line.tell([opened('p/1', 'a')], 10);
    one.leave();
    line.leave('it has ended');
    const again = viewer();
    hub.view(again);
    expect(again.values()).toEqual({});
    expect(again.frames.at(-1)).toMatchObject({ kind: 'process.closed' });
  });
});

describe('a viewer that is to have everything', () => {
  it('is waited for, as long as it reads', async () => {
    const { hub, line } = hubWithSource();
    const one = viewer();
    one.waiting = 1e9;
    const looking = hub.view(one);
    line.tell([opened('p/1', 'a')], 10);
    let isDone = false;
    const done = looking.untilCaughtUp().then(() => (isDone = true));
    await vi.advanceTimersByTimeAsync(100);
    expect(isDone).toBe(false);
    one.waiting = 0;
    await vi.advanceTimersByTimeAsync(100);
    await done;
    expect(one.values()).toEqual({ 'p/1': 'a' });
  });
});

describe('history', () => {
  it('is bounded in characters, too', () => {
    const { hub, line } = hubWithSource({ chars: 1_000_000 });
    hub.view(viewer());
    for (let step = 0; step < 20_000; step++) line.tell([moved('p/1', String(step))], 1_000);
    expect(hub.history.frames.length).toBeLessThan(2_000);
    expect(hub.history.frames.at(-1)).toMatchObject({ value: '19999' });
  });
});
