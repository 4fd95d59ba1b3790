// The frames of each actor, and the lines that the processes of workers wrote. Pure, but for what it remembers.

import type { Frame, FrameOf } from '#inspector/frames';
import { growing } from '#page/growing.ts';

export interface FrameIndex {
  /** The frames that are about an actor, in their order. */
  readonly of: (actor: string) => readonly Frame[];
  /** The lines that the process of a local HKube has logged, by the worker that they begin with: `word-count-1 | ready`. */
  readonly logOf: (worker: string) => readonly FrameOf<'log'>[];
}

interface Lists {
  readonly byActor: Map<string, Frame[]>;
  readonly byWorker: Map<string, FrameOf<'log'>[]>;
}

const read = growing<Lists>({ create: () => ({ byActor: new Map(), byWorker: new Map() }), take });

export function indexOf(frames: readonly Frame[]): FrameIndex {
  const { byActor, byWorker } = read(frames, 'all');
  return { of: (actor) => byActor.get(actor) ?? [], logOf: (worker) => byWorker.get(worker) ?? [] };
}

function take({ byActor, byWorker }: Lists, frame: Frame): void {
  if (frame.kind === 'log') {
    const end = frame.text.indexOf(' | ');
    if (end > 0) push(byWorker, frame.text.slice(0, end), frame);
    return;
  }
  if ('actor' in frame && frame.actor !== null) push(byActor, frame.actor, frame);
}

function push<Item>(lists: Map<string, Item[]>, key: string, item: Item): void {
  const list = lists.get(key);
  if (list) list.push(item);
  else lists.set(key, [item]);
}
