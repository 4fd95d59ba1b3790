// The frames of each actor, found without walking all of them again: frames only grow at the end, so an index grows with them.
// Where another moment is looked at, it begins anew.

import type { Frame, FrameOf } from '#inspector/frames';

export interface FrameIndex {
  /** The frames that are about an actor, in their order. */
  readonly of: (actor: string) => readonly Frame[];
  /** The lines that the process of a local HKube has logged, by the worker that they begin with: `word-count-1 | ready`. */
  readonly logOf: (worker: string) => readonly FrameOf<'log'>[];
}

interface Known {
  readonly first: Frame | undefined;
  last: Frame | undefined;
  count: number;
  readonly byActor: Map<string, Frame[]>;
  readonly byWorker: Map<string, FrameOf<'log'>[]>;
}

let known: Known = forget();

function forget(first?: Frame): Known {
  return { first, last: undefined, count: 0, byActor: new Map(), byWorker: new Map() };
}

export function indexOf(frames: readonly Frame[]): FrameIndex {
  const isGrown = known.first === frames[0] && known.last === frames[known.count - 1] && frames.length >= known.count;
  if (!isGrown || known.count === 0) known = forget(frames[0]);
  for (let place = known.count; place < frames.length; place += 1) {
    const frame = frames[place];
    if (frame) take(known, frame);
  }
  known.count = frames.length;
  known.last = frames.at(-1);
  const { byActor, byWorker } = known;
  return { of: (actor) => byActor.get(actor) ?? [], logOf: (worker) => byWorker.get(worker) ?? [] };
}

function take({ byActor, byWorker }: Known, frame: Frame): void {
  if (frame.kind === 'log') {
    const [worker, text] = frame.text.split(' | ', 2);
    if (worker !== undefined && text !== undefined) push(byWorker, worker, frame);
    return;
  }
  if ('actor' in frame && frame.actor !== null) push(byActor, frame.actor, frame);
}

function push<Item>(lists: Map<string, Item[]>, key: string, item: Item): void {
  const list = lists.get(key);
  if (list) list.push(item);
  else lists.set(key, [item]);
}
