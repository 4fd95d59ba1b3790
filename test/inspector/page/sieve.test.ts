import { describe, expect, it } from 'vitest';
import type { Frame } from '#inspector/frames';
import { createSieve, type Sieve, type SieveFilter } from '#page/sieve.ts';
import { actorOf, kindOf } from '#page/words.ts';
import { makeFrames } from '#test/support/frames';

const all = makeFrames(3000);
const everything: SieveFilter = { hidden: new Set(), actor: null, text: '', from: 0 };

interface Bench {
  readonly sieve: Sieve;
  readonly frames: { list: readonly Frame[] };
  readonly runAll: () => number;
}

/** A sieve whose clock moves with each look at it, so that slices end. */
function bench(list: readonly Frame[], msPerLook = 3): Bench {
  const frames = { list };
  const works: (() => void)[] = [];
  let time = 0;
  const sieve = createSieve({
    frames: () => frames.list,
    changed: () => undefined,
    later: (work) => works.push(work),
    now: () => (time += msPerLook),
  });
  const runAll = (): number => {
    let slices = 0;
    for (let work = works.shift(); work; work = works.shift(), slices += 1) work();
    return slices;
  };
  return { sieve, frames, runAll };
}

describe('the filter of the log', () => {
  it('looks at all frames in slices, and is whole when it is not busy (S1)', () => {
    const { sieve, runAll } = bench(all);
    sieve.filter(everything);
    expect(sieve.isBusy).toBe(true);
    expect(runAll()).toBeGreaterThan(5);
    expect(sieve.isBusy).toBe(false);
    expect(sieve.found).toEqual(all);
  });

  it('takes kinds, an actor and words together', () => {
    const { sieve, runAll } = bench(all);
    const actor = 'word-count-2/x:0';
    sieve.filter({ hidden: new Set(['message']), actor, text: 'no words', from: 0 });
    runAll();
    expect(sieve.found.length).toBeGreaterThan(0);
    expect(sieve.found).toEqual(
      all.filter(
        (frame) =>
          kindOf(frame) !== 'message' && actorOf(frame) === actor && JSON.stringify(frame).includes('no words'),
      ),
    );
  });

  it('begins anew when the filter changes in between', () => {
    const { sieve, runAll } = bench(all);
    sieve.filter({ ...everything, text: 'a' });
    sieve.filter({ ...everything, from: 2990 });
    runAll();
    expect(sieve.found).toEqual(all.filter(({ n }) => n >= 2990));
  });

  it('takes what comes, and lets go of what was forgotten', () => {
    const { sieve, frames, runAll } = bench(all.slice(0, 1000));
    sieve.filter(everything);
    runAll();
    frames.list = all.slice(500, 1500);
    sieve.more();
    runAll();
    expect(sieve.found).toEqual(frames.list);
  });
});
