// Going through time: a line with all frames on it, marked where tasks have ended, and the way back to what happens now.

import type { JSX } from 'preact';
import { clockWords, numberWords } from '#page/time-words.ts';
import { countUpTo } from '#inspector/history';
import type { Milestone } from '#page/ledger.ts';
import { kept } from '#page/kept.ts';
import type { PageProps } from '#page/top-bar.tsx';

export function TimeBar({ page }: PageProps): JSX.Element {
  const { store, walk } = page;
  const { frames } = store.stream.value.history;
  const start = countUpTo(frames, store.from.value - 1);
  const end = frames.length - 1;
  const at = store.at.value;
  const place = at === null ? end : countUpTo(frames, at) - 1;
  const begun = store.hello.value?.header.at ?? 0;
  const time = clockWords((frames[place]?.at ?? begun) - begun);
  const isPast = at !== null && store.hello.value?.mode === 'live';
  return (
    <section class={`time spread ${isPast ? 'past' : ''}`} aria-label="Time">
      <button class="quiet icon" aria-label="Previous frame" onClick={() => walk.step(-1, false)}>
        ‹
      </button>
      <div class="way-of-time">
        <Marks page={page} start={start} end={end} />
        <input
          type="range"
          aria-label="Frame that is looked at"
          aria-valuetext={`frame ${place - start + 1} of ${end - start + 1}, at ${time} seconds`}
          min={start}
          max={Math.max(start, end)}
          value={Math.max(start, place)}
          onInput={({ currentTarget }) => walk.goTo(frames[currentTarget.valueAsNumber]?.n ?? null)}
        />
      </div>
      <button class="quiet icon" aria-label="Next frame" onClick={() => walk.step(1, false)}>
        ›
      </button>
      <Place time={time} place={place - start + 1} count={end - start + 1} />
      {isPast && (
        <button class="primary" onClick={() => walk.goTo(null)}>
          Back to live <kbd>L</kbd>
        </button>
      )}
    </section>
  );
}

interface PlaceProps {
  readonly time: string;
  /** The frame that is looked at, and how many there are. */
  readonly place: number;
  readonly count: number;
}

const Place = ({ time, place, count }: PlaceProps): JSX.Element => (
  <output class="mono">
    {time}{' '}
    <span class="faint">
      {numberWords(place)} / {numberWords(count)}
    </span>
  </output>
);

interface MarksProps extends PageProps {
  readonly start: number;
  readonly end: number;
}

/** As many as can be told apart. */
const COLUMNS = 300;

const Marks = kept<MarksProps>(() => {
  let [known, marks] = ['', new Map<number, Milestone['kind']>()];
  return ({ page: { store }, start, end }) => {
    const { ledger, history } = store.stream.value;
    const { milestones } = ledger;
    // They move by less than one can see until there is one percent more.
    const step = Math.max(1, Math.floor((end - start) / 100));
    const now = [milestones.length, Math.floor(end / step), start, store.hello.value?.header.at].join(' ');
    if (now !== known)
      marks = columnsOf(milestones, (n) => (countUpTo(history.frames, n) - 1 - start) / Math.max(1, end - start));
    known = now;
    return (
      <svg class="marks" viewBox={`0 0 ${COLUMNS} 4`} preserveAspectRatio="none" aria-hidden="true">
        {[...marks].map(([column, kind]) => (
          <rect key={column} x={column} y="0" width="1" height="4" class={kind} />
        ))}
      </svg>
    );
  };
});

/** What is bad hides what is good. */
function columnsOf(milestones: readonly Milestone[], place: (n: number) => number): Map<number, Milestone['kind']> {
  const columns = new Map<number, Milestone['kind']>();
  for (const { n, kind } of milestones) {
    const share = place(n);
    const column = Math.round(share * (COLUMNS - 1));
    if (share >= 0 && columns.get(column) !== 'bad') columns.set(column, kind);
  }
  return columns;
}
