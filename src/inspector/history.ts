// Frames in memory, bounded, and how everything stood after each of them. To go back is to begin at the scene that was kept before,
// and to apply what follows: one is kept every so many frames.

import type { Frame } from '#inspector/frames';
import { createScene, type Scene } from '#inspector/scene';

export interface HistoryOptions {
  /** How many frames are kept; the oldest go first. */
  readonly limit: number;
}

/** Frames go by their place here, from 0: `frames[place]`. When old ones go, places shift; the number `n` of a frame stays. */
export interface History {
  readonly frames: readonly Frame[];
  /** How many frames have gone. */
  readonly forgotten: number;
  /** How everything stands after the last frame. */
  readonly last: Scene;
  /** Frames in their order; `n` grows. */
  add(frames: readonly Frame[]): void;
  /** How everything stood after the frame of this number, or the last one before it. */
  sceneAt(n: number): Scene;
  /** The place of the frame of this number, or of the last one before it; -1: none is older. */
  placeOf(n: number): number;
}

const EVERY = 500;

export function createHistory({ limit }: HistoryOptions): History {
  let frames: Frame[] = [];
  let forgotten = 0;
  /** How everything stood before the first frame, and then after every so many. */
  let scenes: Scene[] = [createScene().scene()];
  const now = createScene();
  let last = now.scene();
  let isFresh = true;

  function add(more: readonly Frame[]): void {
    for (const frame of more) {
      frames.push(frame);
      now.apply(frame);
      if (frames.length % EVERY === 0) scenes.push(now.scene());
    }
    isFresh = false;
    // In blocks, because to take from the front costs as much as to copy.
    const surplus = Math.floor((frames.length - limit) / EVERY);
    if (surplus < 1) return;
    frames = frames.slice(surplus * EVERY);
    scenes = scenes.slice(surplus);
    forgotten += surplus * EVERY;
  }

  function placeOf(n: number): number {
    let low = 0;
    let high = frames.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((frames[middle]?.n ?? n) <= n) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }

  return {
    get frames() {
      return frames;
    },
    get forgotten() {
      return forgotten;
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
