// Where what all processes tell comes together, and where those who look get it from.
//
//   X1. Sources are asked to tell as long as somebody looks, and no longer: with nobody there nothing is collected.
//   X2. History is bounded, in frames and in characters. Whoever comes late is told how things stood before it, and all of it.
//   X3. A viewer takes frames as fast as it can, and nobody waits for it. When history has lost what it has not been sent, it is told
//       how many frames it misses and how things stand now, and goes on from there.

import { RuntimeError } from '#errors';
import type { Deeds } from '#inspector/deed';
import type { Frame, News } from '#inspector/frames';
import { createHistory, type History } from '#inspector/history';
import { countPoints, POINT_CHARS } from '#inspector/scalars';
import { EVERY_PROCESS, framesOf, type Scene } from '#inspector/scene';

/** A process that is looked at. */
export interface Source {
  readonly process: string;
  watch(isWatched: boolean): void;
  readonly deeds: Deeds | null;
}

export interface SourceLine {
  tell(news: readonly News[], chars: number): void;
  /** It is gone, and why. */
  leave(reason: string): void;
}

/** Somebody who looks. */
export interface Viewer {
  send(frames: readonly Frame[]): void;
  /** It has all that there is. */
  caughtUp(): void;
  /** Why it misses something, when it does. */
  readonly slowWords: string;
  /** What was sent and has not arrived, in characters. */
  readonly waiting: number;
}

/** How a viewer goes on, and ends. */
export interface Looker {
  /** Resolves when it has been sent everything that there is. */
  untilCaughtUp(): Promise<void>;
  leave(): void;
}

export interface Hub extends Deeds {
  /** Whether a process of this name is there. */
  has(process: string): boolean;
  readonly history: History;
  join(source: Source): SourceLine;
  view(viewer: Viewer): Looker;
}

export interface HubOptions {
  readonly frames?: number;
  readonly chars?: number;
}

const KEPT_FRAMES = 100_000;
const KEPT_CHARS = 64_000_000;
const CHUNK = 1_000;
const CHUNK_CHARS = 4_000_000;
const MOST_WAITING = 8_000_000;
const AGAIN_MS = 20;

interface Looking {
  readonly viewer: Viewer;
  /** The last frame that it was sent. */
  sent: number;
  isBehind: boolean;
  /** Called when it has everything. */
  readonly waitingFor: (() => void)[];
}

export function createHub({ frames = KEPT_FRAMES, chars = KEPT_CHARS }: HubOptions = {}): Hub {
  const history = createHistory({ limit: frames, chars });
  const sources = new Map<string, Source>();
  const viewers = new Set<Looking>();
  let next = 0;
  let timer: NodeJS.Timeout | undefined;

  function add(news: readonly News[], size: number): void {
    history.add(
      news.map((one) => ({ n: next++, ...one })),
      size,
    );
    // Whoever keeps up has seen it before it goes.
    pumpAll();
    history.trim();
  }

  function pumpAll(): void {
    for (const one of viewers) pump(one);
    const isAnyBehind = [...viewers].some(({ isBehind }) => isBehind);
    clearTimeout(timer);
    timer = isAnyBehind ? setTimeout(pumpAll, AGAIN_MS).unref() : undefined;
  }

  /** X3 */
  function pump(one: Looking): void {
    const { viewer } = one;
    while (viewer.waiting < MOST_WAITING) {
      skip(one);
      const chunk = chunkAt(history.frames, history.placeOf(one.sent) + 1);
      const last = chunk.at(-1);
      if (!last) return settle(one);
      one.sent = last.n;
      viewer.send(chunk);
    }
    one.isBehind = true;
  }

  function settle(one: Looking): void {
    if (one.isBehind) one.viewer.caughtUp();
    one.isBehind = false;
    for (const done of one.waitingFor.splice(0)) done();
  }

  function skip(one: Looking): void {
    const first = history.frames[0]?.n ?? 0;
    if (one.sent >= first - 1) return;
    begin(one, history.last, { missing: history.last.n - one.sent, reason: one.viewer.slowWords });
  }

  function begin(one: Looking, scene: Scene, gap?: { readonly missing: number; readonly reason: string }): void {
    const { n, at } = scene;
    const frame: Frame[] = gap ? [{ n, at, process: EVERY_PROCESS, kind: 'gap', ...gap }] : [];
    const frames = [...frame, ...framesOf(scene)];
    for (let place = 0; place < frames.length;) {
      const chunk = chunkAt(frames, place);
      one.viewer.send(chunk);
      place += chunk.length;
    }
    one.sent = n;
  }

  function watchAll(): void {
    for (const source of sources.values()) {
      // What happened meanwhile is not known (X1).
      if (history.frames.length > 0) add([gapOf(source.process)], 0);
      source.watch(true);
    }
  }

  function deedsOf(actor: string): Deeds {
    const source = sources.get(processOf(actor));
    if (source?.deeds) return source.deeds;
    throw new RuntimeError(
      'INVALID_CALL',
      source ? 'Nothing can be done to this actor from here.' : 'Its process is gone.',
    );
  }

  return {
    history,
    has: (process) => sources.has(process),
    join: (source) => {
      sources.set(source.process, source);
      source.watch(viewers.size > 0);
      return {
        tell: (news, size) => {
          if (viewers.size > 0) add(news, size);
        },
        leave: (reason) => {
          if (sources.get(source.process) !== source) return;
          sources.delete(source.process);
          if (viewers.size > 0 || history.frames.length > 0)
            add([{ at: Date.now(), process: source.process, kind: 'process.closed', reason }], 0);
        },
      };
    },
    view: (viewer) => {
      const one: Looking = { viewer, sent: -1, isBehind: true, waitingFor: [] };
      viewers.add(one);
      if (history.first.n >= 0) begin(one, history.first);
      if (viewers.size === 1) watchAll();
      pumpAll();
      return {
        untilCaughtUp: () =>
          new Promise((resolve) => {
            if (!viewers.has(one) || !one.isBehind) return resolve();
            one.waitingFor.push(resolve);
          }),
        leave: () => {
          for (const done of one.waitingFor.splice(0)) done();
          if (!viewers.delete(one) || viewers.size > 0) return;
          clearTimeout(timer);
          for (const source of sources.values()) source.watch(false);
        },
      };
    },
    offers: async (actor) => deedsOf(actor).offers(actor),
    act: async (actor, name, value) => deedsOf(actor).act(actor, name, value),
  };
}

/** What is sent at once, from this place on. */
function chunkAt(frames: readonly Frame[], place: number): Frame[] {
  let chars = 0;
  let end = place;
  for (; end < place + CHUNK && chars < CHUNK_CHARS; end++) chars += weightOf(frames[end]);
  return frames.slice(place, end);
}

/** How large a frame is, about; only messages and curves may be very large. */
function weightOf(frame: Frame | undefined): number {
  if (frame?.kind === 'message') return frame.bytes;
  return frame?.kind === 'scalars' ? 500 + POINT_CHARS * countPoints(frame.series) : 500;
}

/** F1 */
const processOf = (actor: string): string => actor.slice(0, actor.lastIndexOf('/'));

const gapOf = (process: string): News => ({
  at: Date.now(),
  process,
  kind: 'gap',
  missing: null,
  reason: 'nobody looked',
});
