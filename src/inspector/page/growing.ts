// What is read off a stream of frames, without walking all of it again: frames only grow at the end, so what was read grows with
// them. Where another moment or another key is looked at, it begins anew.

import type { Frame } from '#inspector/frames';

export interface Reader<State> {
  readonly create: (key: string) => State;
  readonly take: (state: State, frame: Frame) => void;
}

/** The state is the same object as long as it only grows. */
export function growing<State>({ create, take }: Reader<State>): (frames: readonly Frame[], key: string) => State {
  let known: { key: string; first: Frame | undefined; last: Frame | undefined; count: number; state: State } | null =
    null;
  return (frames, key) => {
    const isGrown =
      known?.key === key &&
      known.count > 0 &&
      frames.length >= known.count &&
      known.first === frames[0] &&
      known.last === frames[known.count - 1];
    const next = known && isGrown ? known : { key, first: frames[0], last: undefined, count: 0, state: create(key) };
    for (let place = next.count; place < frames.length; place += 1) {
      const frame = frames[place];
      if (frame) take(next.state, frame);
    }
    next.count = frames.length;
    next.last = frames.at(-1);
    known = next;
    return next.state;
  };
}
