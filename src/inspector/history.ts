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
  let block: Block = { start: 0, scene: now.scene(), chars: 0 };
  let blocks: Block[] = [block];
  let last = block.scene;
  let isFresh = true;

  function sceneNow(): Scene {
    if (!isFresh) last = now.scene();
    isFresh = true;
    return last;
  }

  function isFull({ start, chars }: Block): boolean {
    return frames.length - start >= Math.max(BLOCK, now.size / ACTORS_PER_FRAME) || chars > most / PARTS;
  }

  function add(more: readonly Frame[], chars = 0): void {
    const each = chars / Math.max(1, more.length);
    for (const frame of more) {
      if (isFull(block)) {
        block = { start: frames.length, scene: sceneNow(), chars: 0 };
        blocks.push(block);
      }
      frames.push(frame);
      now.apply(frame);
      isFresh = false;
      block.chars += each;
    }
  }

  function trim(): void {
    let size = blocks.reduce((sum, one) => sum + one.chars, 0);
    let gone = 0;
    for (; gone < blocks.length - 1; gone++) {
      const kept = frames.length - (blocks[gone + 1]?.start ?? 0);
      if (kept < limit && size <= most) break;
      size -= blocks[gone]?.chars ?? 0;
    }
    if (gone === 0) return;
    blocks = blocks.slice(gone);
    const surplus = blocks[0]?.start ?? 0;
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
      return blocks[0]?.scene ?? sceneNow();
    },
    get last() {
      return sceneNow();
    },
    add,
    trim,
    placeOf,
    sceneAt: (n) => {
      const place = placeOf(n);
      const from = blocks[upTo(blocks, ({ start }) => start <= place + 1) - 1] ?? block;
      const maker = createScene(from.scene);
      for (const frame of frames.slice(from.start, place + 1)) maker.apply(frame);
      return maker.scene();
    },
  };
}

/** How many of these frames have a number up to `n`. */
export const countUpTo = (frames: readonly { readonly n: number }[], n: number): number =>
  upTo(frames, (frame) => frame.n <= n);

/** How many of the first ones are so, where those that are stand before those that are not. */
function upTo<Item>(items: readonly Item[], isSo: (item: Item) => boolean): number {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const item = items[middle];
    if (item !== undefined && isSo(item)) low = middle + 1;
    else high = middle;
  }
  return low;
}
