import { describe, expect, it } from 'vitest';
import { createStore, type Store } from '#page/store.ts';
import { createWalk, type Walk } from '#page/walk.ts';
import { headerOf, makeFrames } from '#test/support/frames';

const all = makeFrames(2000);

interface Bench {
  readonly store: Store;
  readonly walk: Walk;
  readonly picture: () => void;
}

function bench(): Bench {
  let works: (() => void)[] = [];
  const schedule = (work: () => void): number => works.push(work);
  const store = createStore({ nextPicture: schedule, later: schedule });
  store.begin({ kind: 'hello', header: headerOf(), mode: 'live', acts: true, problems: [] });
  store.link.value = 'open';
  store.take(all.slice(0, 1000));
  store.catchUp();
  const picture = (): void => {
    const due = works;
    works = [];
    for (const work of due) work();
  };
  return { store, walk: createWalk(store), picture };
}

describe('what the page knows', () => {
  it('takes frames in once for each picture (D1)', () => {
    const { store, picture } = bench();
    picture();
    const before = store.stream.value;
    store.take(all.slice(1000, 1001));
    store.take(all.slice(1001, 1002));
    expect(store.stream.value).toBe(before);
    picture();
    expect(store.scene.value.n).toBe(1001);
  });

  it('stays in the past while more comes (D3), and comes back', () => {
    const { store, walk, picture } = bench();
    walk.goTo(500);
    const past = store.scene.value;
    store.take(all.slice(1000, 1500));
    picture();
    expect([store.scene.value === past, past.n, store.isLive.value]).toEqual([true, 500, false]);
    walk.goTo(null);
    expect([store.scene.value.n, store.isLive.value]).toEqual([1499, true]);
  });

  it('steps over all frames, or over those of the selected actor', () => {
    const { store, walk } = bench();
    walk.select('word-count-2/x:0');
    walk.goTo(500);
    walk.step(1, false);
    expect(store.at.value).toBe(501);
    walk.step(-1, true);
    const own = store.ownFrames.value;
    expect(own.at(-1)?.n).toBe(store.at.value);
    walk.step(-1, true);
    expect(store.at.value).toBe(own.at(-2)?.n);
    walk.toStart();
    walk.step(-1, false);
    expect(store.at.value).toBe(0);
  });

  it('goes to where the frame of the log is, and selects its actor', () => {
    const { store, walk } = bench();
    const frame = all.find(({ kind }) => kind === 'message');
    if (frame) walk.visit(frame);
    expect([store.at.value, store.actorId.value]).toEqual([frame?.n, 'hkube/session:word-count-1']);
  });

  it('clears away the frames, but not the actors', () => {
    const { store, walk } = bench();
    walk.clear();
    expect([store.from.value, store.scene.value.actors.size > 5]).toEqual([1000, true]);
  });

  it('keeps its place when the same inspector is reached again, and begins anew with another', () => {
    const { store, walk } = bench();
    walk.goTo(500);
    const hello = { kind: 'hello', header: headerOf(), mode: 'live', acts: true, problems: [] } as const;
    store.begin({ ...hello, problems: [] });
    expect([store.at.value, store.complaint.value]).toEqual([500, null]);
    store.begin({ ...hello, problems: [], header: { ...headerOf(), at: 5 } });
    expect([store.at.value, store.stream.value.history.frames.length]).toEqual([null, 0]);
    expect(store.complaint.value).toContain('started anew');
  });
});
