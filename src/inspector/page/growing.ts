// What is read off a stream of frames, without walking all of it again: frames only grow at the end, so what was read grows with
// them. Where another moment or another key is looked at, it begins anew.

import type { Frame } from '#inspector/frames';

export interface Reader<State> {
  readonly create: (key: string) => State;
  readonly take: (state: State, frame: Frame) => void;
}

interface Known<State> {
  readonly first: Frame | undefined;
  last: Frame | undefined;
  count: number;
  readonly state: State;
}

/** So many keys are looked at by turns: an actor, and the other end of its line. */
const KEYS = 4;

/** The state is the same object as long as it only grows. */
export function growing<State>({ create, take }: Reader<State>): (frames: readonly Frame[], key: string) => State {
  const byKey = new Map<string, Known<State>>();
  return (frames, key) => {
    const before = byKey.get(key);
    const known =
      before && isGrown(before, frames) ? before : { first: frames[0], last: undefined, count: 0, state: create(key) };
    for (let place = known.count; place < frames.length; place += 1) {
      const frame = frames[place];
      if (frame) take(known.state, frame);
    }
    known.count = frames.length;
    known.last = frames.at(-1);
    byKey.delete(key);
    byKey.set(key, known);
    for (const oldest of byKey.keys()) if (byKey.size > KEYS) byKey.delete(oldest);
    return known.state;
  };
}

const isGrown = ({ first, last, count }: Known<unknown>, frames: readonly Frame[]): boolean =>
  count > 0 && frames.length >= count && first === frames[0] && last === frames[count - 1];
