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
  /** Lets the oldest go, where there are too many: by blocks, so that a few more than the limit may stay. */
  trim(): void;
  /** How everything stood after the frame of this number, or the last one before it. */
  sceneAt(n: number): Scene;
  /** The place of the frame of this number, or of the last one before it; -1: none is older. */
  placeOf(n: number): number;
}

const BLOCK = 500;
/** A scene holds all actors: where there are many, it is kept less often. */
const ACTORS_PER_FRAME = 4;
/** A block is at most this part of the limit in characters. */
const PARTS = 16;

/** So many frames in a row. */
interface Block {
  /** The place of its first frame. */
  start: number;
  /** How everything stood before it. */
  readonly scene: Scene;
  chars: number;
}

export function createHistory({ limit, chars: most = Infinity }: HistoryOptions): History {
  const now = createScene();
  let frames: Frame[] = [];
  let forgotten = 0;
  let size = 0;
  let block: Block = { start: 0, scene: now.scene(), chars: 0 };
  const blocks = [block];
  let last: Scene | undefined;

  const sceneNow = (): Scene => (last ??= now.scene());

  function add(more: readonly Frame[], chars = 0): void {
    for (const frame of more) {
      const length = frames.length - block.start;
      if (length >= Math.max(BLOCK, now.size / ACTORS_PER_FRAME) || block.chars > most / PARTS)
        blocks.push((block = { start: frames.length, scene: sceneNow(), chars: 0 }));
      frames.push(frame);
      now.apply(frame);
      last = undefined;
      block.chars += chars / more.length;
    }
    size += chars;
  }

  function trim(): void {
    for (let next = blocks[1]; next && (frames.length - next.start >= limit || size > most); next = blocks[1])
      size -= blocks.shift()?.chars ?? 0;
    const surplus = blocks[0]?.start ?? 0;
    if (surplus === 0) return;
    frames = frames.slice(surplus);
    for (const one of blocks) one.start -= surplus;
    forgotten += surplus;
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
      return (blocks[0] ?? block).scene;
    },
    get last() {
      return sceneNow();
    },
    add,
    trim,
    placeOf,
    sceneAt: (n) => {
      const end = placeOf(n) + 1;
      const { start, scene } = blocks.findLast((one) => one.start <= end) ?? block;
      const maker = createScene(scene);
      for (const frame of frames.slice(start, end)) maker.apply(frame);
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
