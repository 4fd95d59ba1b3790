// Everything that a view may need, made once, and how the parts hang together.

import type { Frame } from '#inspector/frames';
import type { Reply } from '#inspector/talk';
import { type Acting, createActing } from '#page/acting.ts';
import { connect } from '#page/connection.ts';
import { hashOfPlace, placeOfHash, type View } from '#page/hash.ts';
import { countUpTo } from '#inspector/history';
import { createStore, type Store } from '#page/store.ts';
import { createWalk, type Walk } from '#page/walk.ts';
import { computed, effect, type ReadonlySignal, signal, type Signal } from '#page/signals.ts';

/** The parts of the page, of which a narrow screen shows one at a time. */
export const PANELS = ['actors', 'picture', 'details', 'log'] as const;
export type Panel = (typeof PANELS)[number];

export interface Page {
  readonly store: Store;
  readonly walk: Walk;
  readonly acting: Acting;
  readonly view: Signal<View>;
  /** Tasks whose curves are drawn beside those of the selected actor, by their keys. */
  readonly others: Signal<ReadonlySet<string>>;
  readonly panel: Signal<Panel>;
  readonly isHelpOpen: Signal<boolean>;
  /** Milliseconds by the clock of whoever looks, once a second. */
  readonly clock: ReadonlySignal<number>;
  /** What counts as now: the time on the wall, or in the past the time of the frame. */
  readonly now: ReadonlySignal<number>;
  /** The latest frames up to the point that is looked at; while live, told only a few times a second. */
  readonly recent: ReadonlySignal<readonly Frame[]>;
}

/** Drawings of many actors look back so far. */
const RECENT = 20_000;
const RECENT_EVERY = 250;

export function createPage(): Page {
  const store = createStore({
    nextPicture: (work) => requestAnimationFrame(work),
    later: (work) => setTimeout(work, 500),
  });
  const walk = createWalk(store);
  const clock = signal(Date.now());
  const view = signal<View>('chart');
  const others = signal<ReadonlySet<string>>(new Set());
  const acting = createActing(store, (request) => connection.send(request));
  const connection = connect({
    heard: (reply) => hear(reply, store, acting),
    changed: (state) => {
      store.link.value = state;
    },
    complain: (problem) => {
      store.complaint.value = problem;
    },
  });
  setInterval(() => {
    clock.value = Date.now();
  }, 1000);
  keepPlace({ store, walk, acting, view, others });
  return {
    ...{ store, walk, acting, view, others, clock },
    panel: signal<Panel>('actors'),
    isHelpOpen: signal(false),
    now: computed(() => (store.isLive.value ? Math.max(clock.value, store.scene.value.at) : store.scene.value.at)),
    recent: recentFrames(store),
  };
}

function hear(reply: Reply, store: Store, acting: Acting): void {
  switch (reply.kind) {
    case 'hello':
      return store.begin(reply);
    case 'frames':
      return store.take(reply.frames);
    case 'caughtUp':
      return store.catchUp();
    case 'offers':
    case 'done':
    case 'refused':
      return acting.hear(reply);
  }
}

function recentFrames({ stream, at }: Store): ReadonlySignal<readonly Frame[]> {
  const slow = signal(stream.peek());
  let timer: ReturnType<typeof setTimeout> | null = null;
  effect(() => {
    const newest = stream.value;
    // What another inspector has told is not looked at any longer.
    if (newest.history !== slow.peek().history) slow.value = newest;
    timer ??= setTimeout(
      () => {
        timer = null;
        slow.value = stream.peek();
      },
      newest.history.frames.length < RECENT ? RECENT_EVERY / 4 : RECENT_EVERY,
    );
  });
  return computed(() => {
    const { frames } = slow.value.history;
    const end = at.value === null ? frames.length : countUpTo(frames, at.value);
    return frames.slice(Math.max(0, end - RECENT), end);
  });
}

/** The address says what is looked at, and what it says is looked at. */
function keepPlace({
  store,
  walk,
  acting,
  view,
  others,
}: Pick<Page, 'store' | 'walk' | 'acting' | 'view' | 'others'>): void {
  let written = '';
  const restore = (): void => {
    const place = placeOfHash(location.hash);
    written = location.hash;
    if (place.actor !== null) store.actorId.value = place.actor;
    if (place.view !== null) view.value = place.view;
    others.value = new Set(place.others);
    acting.awaited.value = place.run;
    if (place.n !== null) walk.goTo(place.n);
  };
  addEventListener('hashchange', () => {
    if (location.hash !== written) restore();
  });
  // Browsers count how often an address changes, and refuse at some point.
  const write = (): void => {
    timer = null;
    const place = {
      ...{ actor: store.actorId.peek(), n: store.at.peek(), view: view.peek() },
      ...{ others: [...others.peek()], run: acting.awaited.peek() },
    };
    const hash = hashOfPlace(place);
    if (hash === written) return;
    written = hash;
    history.replaceState(null, '', `${location.pathname}${location.search}${hash}`);
  };
  let timer: ReturnType<typeof setTimeout> | null = null;
  let isRestored = false;
  effect(() => {
    const looked = [store.actorId.value, store.at.value, view.value, others.value, acting.awaited.value];
    if (!store.isCaughtUp.value || looked.length === 0) return;
    if (!isRestored) restore();
    isRestored = true;
    timer ??= setTimeout(write, 250);
  });
}
