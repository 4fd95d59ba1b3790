// What the page knows and what somebody looks at: everything that is shown is a function of the two.
//
//   D1. Frames that come are taken in at most once for each picture on the screen; at the beginning more seldom.
//   D2. `at` is the number of the frame that is looked at; null: the last one, whichever it is.
//   D3. While the past is looked at, what comes changes nothing but the number of frames.

import type { Frame } from '#inspector/frames';
import { countUpTo, createHistory, type History } from '#inspector/history';
import type { ActorView, Scene } from '#inspector/scene';
import type { Reply } from '#inspector/talk';
import { createLedger, type Ledger } from '#page/ledger.ts';
import { nameOf } from '#page/tree.ts';
import { type ArrowWords, arrowWordsOf } from '#page/words.ts';
import { batch, computed, type ReadonlySignal, signal, type Signal } from '#page/signals.ts';

/** How the page is connected: by a socket, or not at all, because the document holds a recording. */
export type LinkState = 'connecting' | 'open' | 'lost' | 'file';

export type Hello = Extract<Reply, { kind: 'hello' }>;

export interface Stream {
  readonly history: History;
  readonly ledger: Ledger;
}

export interface Store {
  readonly hello: Signal<Hello | null>;
  readonly link: Signal<LinkState>;
  readonly isCaughtUp: Signal<boolean>;
  readonly complaint: Signal<string | null>;
  /** Another object whenever there are more frames; its parts grow in place. */
  readonly stream: ReadonlySignal<Stream>;
  readonly arrows: ReadonlySignal<ArrowWords>;
  readonly at: Signal<number | null>;
  /** Frames before this one have been cleared away. */
  readonly from: Signal<number>;
  readonly actorId: Signal<string | null>;
  /** Another point, to compare contexts with. */
  readonly pin: Signal<number | null>;
  readonly scene: ReadonlySignal<Scene>;
  readonly actor: ReadonlySignal<ActorView | null>;
  /** The frames of the selected actor, up to the point that is looked at. */
  readonly ownFrames: ReadonlySignal<readonly Frame[]>;
  readonly isLive: ReadonlySignal<boolean>;
  begin(hello: Hello): void;
  take(frames: readonly Frame[]): void;
  /** All that is kept has come; what follows is live. */
  catchUp(): void;
}

export interface StoreOptions {
  /** Calls back before the next picture. */
  readonly nextPicture: (work: () => void) => void;
  /** Calls back when a good part of what is kept may have come. */
  readonly later: (work: () => void) => void;
  readonly limit?: number;
}

const RESTARTED = 'The inspector was started anew: what it has told before is gone.';
/** So many frames may wait for a picture; a page that nobody sees draws none. */
const WAITING_LIMIT = 5000;

export function createStore({ nextPicture, later, limit = 200_000 }: StoreOptions): Store {
  let waiting: Frame[] = [];
  const begun = (): Stream => ({ history: createHistory({ limit }), ledger: createLedger() });
  const stream = signal(begun());
  const own = createOwn();
  const { hello, at, from, actorId, pin, isCaughtUp, complaint } = own;

  const scene = computed(() =>
    at.value === null ? stream.value.history.last : stream.peek().history.sceneAt(at.value),
  );
  const actor = computed(() => scene.value.actors.get(actorId.value ?? '') ?? null);
  const ownFrames = computed(() => {
    const { ledger } = at.value === null ? stream.value : stream.peek();
    const frames = ledger.framesOf(actorId.value ?? '');
    return frames.slice(0, countUpTo(frames, at.value ?? Infinity));
  });

  function flush(): void {
    if (waiting.length === 0) return;
    const { history, ledger } = stream.peek();
    history.add(waiting);
    history.trim();
    ledger.add(waiting);
    ledger.forgetBefore(history.frames[0]?.n ?? 0);
    waiting = [];
    stream.value = { history, ledger };
  }

  function begin(said: Hello): void {
    const before = hello.peek()?.header.at ?? said.header.at;
    waiting = [];
    batch(() => {
      stream.value = begun();
      hello.value = said;
      isCaughtUp.value = false;
      // Another inspector numbers its frames anew.
      if (before === said.header.at) return;
      [at.value, from.value, pin.value] = [null, 0, null];
      complaint.value = RESTARTED;
    });
  }

  function take(frames: readonly Frame[]): void {
    const isLate = !isCaughtUp.peek();
    if (waiting.length === 0 && frames.length > 0) (isLate ? later : nextPicture)(flush);
    for (const frame of frames) waiting.push(frame);
    if (waiting.length > WAITING_LIMIT && !isLate) flush();
  }

  function catchUp(): void {
    batch(() => {
      flush();
      isCaughtUp.value = true;
    });
  }

  return {
    ...own,
    ...{ stream, scene, actor, ownFrames, begin, take, catchUp },
    arrows: computed(() => arrowWordsOf(hello.value?.header.charts ?? {})),
    isLive: computed(() => at.value === null && hello.value?.mode === 'live' && own.link.value === 'open'),
  };
}

/** What nothing else follows from. */
const createOwn = (): Pick<
  Store,
  'hello' | 'link' | 'isCaughtUp' | 'complaint' | 'at' | 'from' | 'actorId' | 'pin'
> => ({
  hello: signal(null),
  link: signal('connecting'),
  isCaughtUp: signal(false),
  complaint: signal(null),
  at: signal(null),
  from: signal(0),
  actorId: signal(null),
  pin: signal(null),
});

/** The name of an actor as it is written in lines: its worker, its pipeline, or its own; of a process its title. */
export function nameIn({ actors, processes }: Scene, id: string): string | null {
  const actor = actors.get(id);
  if (actor) {
    const { label } = nameOf(actor);
    const { opened } = processes.get(actor.process) ?? {};
    return opened?.role === 'algorithm' ? `${opened.worker ?? opened.title} › ${label}` : label;
  }
  return processes.get(id)?.opened.title ?? null;
}
