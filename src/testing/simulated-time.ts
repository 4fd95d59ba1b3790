// Time that passes when a test says so. The timers of both sides go by it, one after the other, each at its moment; between two
// of them the line comes to rest, so that what the first one has set off is over before the next one fires.

import { RuntimeError } from '#errors';
import type { After } from '#model/after';
import { LONGEST_TIMER_MS } from '#model/duration';

// As they were when this was loaded: see memory-line.
const nextTurn = setImmediate;

/**
 * Simulated time, in milliseconds. It drives the timers of the runtime and of the worker: graces, heartbeats, watchdogs, waits
 * before a reconnect, `timeoutMs` of a sub-pipeline, delays of faults. It does not reach `setTimeout` in the author's own code:
 * give that this object as its timers, or use the fake timers of the test runner.
 */
export interface SimulatedTime {
  /** Begins at 0. */
  readonly now: number;
  /** In how many milliseconds the next timer is due; null if there is none. */
  readonly nextIn: number | null;
  /**
   * Lets so many milliseconds pass. Resolves when the timers that were due have fired, and what they set off has crossed the
   * line. Throws `INVALID_CALL` for what is no time.
   */
  advance(ms: number): Promise<void>;
  /** For an author's code that takes its timers as an argument. */
  setTimeout(work: () => void, ms: number): number;
  clearTimeout(timer: unknown): void;
}

interface Timer {
  readonly at: number;
  readonly work: () => void;
}

/** A line, as time waits for it. */
export interface Restless {
  /** Something is on its way. */
  readonly isBusy: boolean;
  /** Resolves when the two sides are connected. */
  readonly connected: Promise<unknown>;
}

/** What the kit itself does with a simulated time. */
export interface TimeKeeper {
  readonly after: After;
  /** From now on time waits for this line, until the returned function is called. */
  waitFor(line: Restless): () => void;
}

const keepers = new WeakMap<object, TimeKeeper>();

/** So many turns in a row without a frame on its way, and the line is at rest. */
const QUIET_TURNS = 3;
/** An algorithm that never stops talking is not waited for. */
const MOST_TURNS = 10_000;

export const turn = (): Promise<void> => new Promise((resolve) => void nextTurn(resolve));

/** Creates a time that stands still at 0. Give it to several tests, and they share it. */
export function simulateTime(): SimulatedTime {
  const timers = new Set<Timer>();
  const lines = new Set<Restless>();
  /** Of the author's timers, by their ids. */
  const theirs = new Map<unknown, () => void>();
  let given = 0;
  let now = 0;
  let passing: Promise<void> = Promise.resolve();

  const after: After = (ms, work) => {
    // The worker's word for never.
    if (ms >= LONGEST_TIMER_MS) return () => undefined;
    const timer = { at: now + Math.max(0, ms), work };
    timers.add(timer);
    return () => timers.delete(timer);
  };

  /** The earliest; of several, the one that was armed first. */
  function next(): Timer | undefined {
    let found: Timer | undefined;
    for (const timer of timers) if (!found || timer.at < found.at) found = timer;
    return found;
  }

  async function rest(): Promise<void> {
    await Promise.all([...lines].map(({ connected }) => connected));
    for (let quiet = 0, turns = 0; quiet < QUIET_TURNS && turns < MOST_TURNS; turns += 1) {
      await turn();
      quiet = [...lines].some(({ isBusy }) => isBusy) ? 0 : quiet + 1;
    }
  }

  async function pass(ms: number): Promise<void> {
    const until = now + ms;
    await rest();
    for (let timer = next(); timer && timer.at <= until; timer = next()) {
      now = timer.at;
      timers.delete(timer);
      timer.work();
      await rest();
    }
    now = until;
  }

  const time: SimulatedTime = {
    get now() {
      return now;
    },
    get nextIn() {
      const timer = next();
      return timer ? timer.at - now : null;
    },
    advance: async (ms) => {
      if (typeof ms !== 'number' || !(ms >= 0) || ms === Infinity)
        throw new RuntimeError('INVALID_CALL', `time.advance: expected milliseconds, 0 or more, got ${String(ms)}.`);
      const passed = passing.then(() => pass(ms));
      passing = passed.catch(() => undefined);
      return passed;
    },
    setTimeout: (work, ms) => {
      const id = (given += 1);
      const forget = after(ms, () => {
        theirs.delete(id);
        work();
      });
      theirs.set(id, forget);
      return id;
    },
    clearTimeout: (id) => {
      theirs.get(id)?.();
      theirs.delete(id);
    },
  };
  keepers.set(time, {
    after,
    waitFor: (line) => {
      lines.add(line);
      return () => lines.delete(line);
    },
  });
  return time;
}

/** The other side of a time that `simulateTime` has made. */
export function keeperOf(time: unknown): TimeKeeper | undefined {
  return typeof time === 'object' && time !== null ? keepers.get(time) : undefined;
}
