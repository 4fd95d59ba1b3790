// The frames of the log that pass a filter. New ones are looked at as they come; when the filter changes, all are, in slices, so
// that whoever types is not kept waiting.
//
//   S1. `found` is in order, and whole as soon as `isBusy` is false.
//   S2. The words of a frame are made once, and only when somebody searches.

import type { Frame } from '#inspector/frames';
import { countUpTo } from '#inspector/history';
import { actorOf, type Kind, kindOf } from '#page/words.ts';

export interface SieveFilter {
  readonly hidden: ReadonlySet<Kind>;
  /** Only frames of this actor; null: all. */
  readonly actor: string | null;
  /** Lower case; empty: everything. */
  readonly text: string;
  /** Frames before this number are not shown. */
  readonly from: number;
}

export interface SieveOptions {
  /** All frames, oldest first; a new list when old ones have gone. */
  readonly frames: () => readonly Frame[];
  /** Something was found, or all has been looked at. */
  readonly changed: () => void;
  /** Goes on a little later. */
  readonly later: (work: () => void) => void;
  readonly now: () => number;
}

export interface Sieve {
  readonly found: readonly Frame[];
  readonly isBusy: boolean;
  filter(filter: SieveFilter): void;
  /** There are more frames. */
  more(): void;
}

/** How long one slice may take, in milliseconds: half of what a picture on the screen has. */
const SLICE = 8;
/** Between slices, what was found is shown so often; to show it costs more than to find it. */
const TOLD_EVERY = 150;

export function createSieve({ frames, changed, later, now }: SieveOptions): Sieve {
  const words = new WeakMap<Frame, string>();
  let filter: SieveFilter = { hidden: new Set(), actor: null, text: '', from: 0 };
  let found: Frame[] = [];
  let next = 0;
  let isScheduled = false;
  let toldAt = 0;

  function textOf(frame: Frame): string {
    const known = words.get(frame) ?? JSON.stringify(frame).toLowerCase();
    words.set(frame, known);
    return known;
  }

  function passes(frame: Frame): boolean {
    if (filter.hidden.has(kindOf(frame))) return false;
    if (filter.actor !== null && actorOf(frame) !== filter.actor) return false;
    return filter.text === '' || textOf(frame).includes(filter.text);
  }

  function work(): void {
    isScheduled = false;
    const all = frames();
    const until = now() + SLICE;
    let place = countUpTo(all, next - 1);
    for (let step = 0; place < all.length; step += 1, place += 1) {
      if (step % 64 === 63 && now() > until) break;
      const frame = all[place];
      if (!frame) break;
      next = frame.n + 1;
      if (passes(frame)) found.push(frame);
    }
    if (place < all.length) schedule();
    if (isScheduled && now() < toldAt + TOLD_EVERY) return;
    toldAt = now();
    changed();
  }

  function schedule(): void {
    if (isScheduled) return;
    isScheduled = true;
    later(work);
  }

  return {
    get found() {
      return found;
    },
    get isBusy() {
      return isScheduled;
    },
    filter: (wanted) => {
      filter = wanted;
      found = [];
      next = filter.from;
      work();
    },
    more: () => {
      const [oldest] = frames();
      if (oldest && (found[0]?.n ?? oldest.n) < oldest.n) found = found.slice(countUpTo(found, oldest.n - 1));
      if (!isScheduled) work();
    },
  };
}
