// Frames in memory, bounded, and how everything stood after each of them. To go back is to begin at the scene that was kept before,
// and to apply what follows: one is kept every so many frames.

import type { Frame } from '#inspector/frames';
import { createScene, type Scene } from '#inspector/scene';

export interface HistoryOptions {
  /** How many frames are kept; the oldest go first. */
  readonly limit: number;
  /** How large they may be, in characters of JSON, as far as `add` is told. Default: no limit. */
  readonly chars?: number;
}

/** Frames go by their place here, from 0: `frames[place]`. When old ones go, places shift; the number `n` of a frame stays. */
export interface History {
  readonly frames: readonly Frame[];
  /** How many frames have gone. */
  readonly forgotten: number;
  /** How everything stood before the first frame that is kept. */
  readonly first: Scene;
  /** How everything stands after the last frame. */
  readonly last: Scene;
  /** Frames in their order; `n` grows. `chars`: how large they are, about. */
  add(frames: readonly Frame[], chars?: number): void;
  /** How everything stood after the frame of this number, or the last one before it. */
  sceneAt(n: number): Scene;
  /** The place of the frame of this number, or of the last one before it; -1: none is older. */
  placeOf(n: number): number;
}

const EVERY = 500;

export function createHistory({ limit, chars: most = Infinity }: HistoryOptions): History {
  let frames: Frame[] = [];
  let forgotten = 0;
  /** How everything stood before the first frame, and then after every so many. */
  let scenes: Scene[] = [createScene().scene()];
  /** How large each of these blocks is. */
  let sizes: number[] = [0];
  const now = createScene();
  let last = now.scene();
  let isFresh = true;

  function add(more: readonly Frame[], chars = 0): void {
    for (const frame of more) {
      frames.push(frame);
      now.apply(frame);
      if (frames.length % EVERY !== 0) continue;
      scenes.push(now.scene());
      sizes.push(0);
    }
    sizes[sizes.length - 1] = (sizes.at(-1) ?? 0) + chars;
    isFresh = false;
    forget(surplus());
  }

  /** How many blocks are too many. */
  function surplus(): number {
    let blocks = Math.max(0, Math.floor((frames.length - limit) / EVERY));
    let size = sizes.slice(blocks).reduce((sum, one) => sum + one, 0);
    for (; size > most && blocks < sizes.length - 1; blocks++) size -= sizes[blocks] ?? 0;
    return blocks;
  }

  /** In blocks, because to take from the front costs as much as to copy. */
  function forget(blocks: number): void {
    if (blocks === 0) return;
    frames = frames.slice(blocks * EVERY);
    scenes = scenes.slice(blocks);
    sizes = sizes.slice(blocks);
    forgotten += blocks * EVERY;
  }

  const placeOf = (n: number): number => countUpTo(frames, n) - 1;

  return {
    get frames() {
      return frames;
    },
    get forgotten() {
      return forgotten;
    },
    get first() {
      return scenes[0] ?? now.scene();
    },
    get last() {
      if (!isFresh) last = now.scene();
      isFresh = true;
      return last;
    },
    add,
    placeOf,
    sceneAt: (n) => {
      const place = placeOf(n);
      const block = Math.floor((place + 1) / EVERY);
      const maker = createScene(scenes[block]);
      for (const frame of frames.slice(block * EVERY, place + 1)) maker.apply(frame);
      return maker.scene();
    },
  };
}

/** How many of these frames have a number up to `n`. */
export function countUpTo(frames: readonly { readonly n: number }[], n: number): number {
  let low = 0;
  let high = frames.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((frames[middle]?.n ?? n) <= n) low = middle + 1;
    else high = middle;
  }
  return low;
}
