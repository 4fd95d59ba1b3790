// The bottom: everything that happened, line by line, filtered; and beside it what was written to logs.

import type { JSX } from 'preact';
import { FrameStrip } from '#page/frame-strip.tsx';
import { countUpTo } from '#inspector/history';
import { laterThan, LogRow, Output } from '#page/log-rows.tsx';
import type { Page } from '#page/page-state.ts';
import { createSieve, type Sieve } from '#page/sieve.ts';
import { Tabs } from '#page/tabs.tsx';
import { countWords } from '#page/time-words.ts';
import type { PageProps } from '#page/top-bar.tsx';
import { VirtualList } from '#page/virtual-list.tsx';
import { type Kind, KINDS, kindWords } from '#page/words.ts';
import { kept } from '#page/kept.ts';
import { computed, effect, type ReadonlySignal, type Signal, signal } from '#page/signals.ts';

const TABS = ['events', 'output'] as const;

interface LogState {
  readonly hidden: Signal<ReadonlySet<Kind>>;
  readonly isOwn: Signal<boolean>;
  readonly text: Signal<string>;
  readonly sieve: Sieve;
  /** Grows when more was found. */
  readonly found: ReadonlySignal<number>;
  /** The number of the frame whose JSON is shown; null: the one that is looked at. */
  readonly cursor: Signal<number | null>;
}

interface LogProps extends PageProps {
  readonly log: LogState;
}

export const Log = kept<PageProps>(({ page }) => {
  const tab = signal<(typeof TABS)[number]>('events');
  const log = createLog(page);
  return () => (
    <section class="panel log" aria-label="Log">
      <div class="panel-head">
        <Tabs id="log" label="Log" names={TABS} chosen={tab.value} onChoose={(name) => (tab.value = name)} />
        {tab.value === 'events' && <Filters page={page} log={log} />}
      </div>
      <div class="log-body" id="log-panel" role="tabpanel" aria-labelledby={`log-${tab.value}`}>
        {tab.value === 'events' ? <Events page={page} log={log} /> : <Output page={page} />}
      </div>
    </section>
  );
});

function createLog({ store }: Page): LogState {
  const [found, text, isOwn] = [signal(0), signal(''), signal(false)];
  const hidden = signal<ReadonlySet<Kind>>(new Set());
  const cursor = signal<number | null>(null);
  const sieve = createSieve({
    frames: () => store.stream.peek().history.frames,
    changed: () => (found.value = found.peek() + 1),
    later: (work) => void setTimeout(work, 0),
    now: () => performance.now(),
  });
  // Another inspector has other frames under the same numbers.
  const source = computed(() => store.stream.value.history);
  effect(() => {
    const actor = isOwn.value ? store.actorId.value : null;
    if (source.value.forgotten < 0) return;
    sieve.filter({ hidden: hidden.value, actor, text: text.value.trim().toLowerCase(), from: store.from.value });
  });
  effect(() => {
    if (store.stream.value.history.frames.length > 0) sieve.more();
  });
  // Going through time takes the cursor along.
  effect(() => {
    if (source.value.forgotten < 0 || store.at.value !== cursor.peek()) cursor.value = null;
  });
  return { sieve, found, hidden, isOwn, text, cursor };
}

function Filters({ log }: LogProps): JSX.Element {
  const { hidden, isOwn, text, found, sieve } = log;
  const toggle = (kind: Kind): void => {
    const next = new Set(hidden.value);
    if (!next.delete(kind)) next.add(kind);
    hidden.value = next;
  };
  return (
    <div class="filters spread">
      <div class="spread" role="group" aria-label="Kinds of lines">
        {KINDS.map((kind) => (
          <button
            key={kind}
            class={`toggle tone-${kind}`}
            aria-pressed={!hidden.value.has(kind)}
            onClick={() => toggle(kind)}
          >
            {kindWords(kind)}
          </button>
        ))}
      </div>
      <label class="spread">
        <input type="checkbox" checked={isOwn.value} onChange={() => (isOwn.value = !isOwn.value)} /> only this actor
      </label>
      <input
        type="search"
        id="log-filter"
        placeholder="Search"
        aria-label="Search in all lines"
        value={text.value}
        onInput={({ currentTarget }) => (text.value = currentTarget.value)}
      />
      <output class="faint count">
        {found.value >= 0 && countWords(sieve.found.length, 'line')}
        {sieve.isBusy ? '…' : ''}
      </output>
    </div>
  );
}

function Events({ page, log }: LogProps): JSX.Element {
  const { store, walk } = page;
  const { sieve, cursor, found } = log;
  const frames = found.value >= 0 ? sieve.found : [];
  const at = store.at.value;
  const shown = cursor.value ?? at;
  const active = shown === null ? -1 : countUpTo(frames, shown) - 1;
  const begun = store.hello.value?.header.at ?? 0;
  return (
    <>
      {frames.length === 0 && !sieve.isBusy && <NoLines page={page} />}
      <VirtualList
        id="event"
        label="Everything that happened"
        count={frames.length}
        rowHeight={24}
        active={active}
        follows={at === null}
        row={(index) => {
          const frame = frames[index];
          if (!frame) return { key: -index, content: <></> };
          const content = <LogRow frame={frame} page={page} begun={begun} />;
          return { key: frame.n, content, className: laterThan(at, frame) };
        }}
        onMove={(index) => (cursor.value = frames[index]?.n ?? null)}
        onPick={(index) => {
          const frame = frames[index];
          cursor.value = frame?.n ?? null;
          if (frame) walk.visit(frame);
        }}
      />
      <FrameStrip frame={frames[active] ?? null} />
    </>
  );
}

function NoLines({ page: { store } }: PageProps): JSX.Element {
  const isEmpty = store.stream.value.history.frames.length === 0;
  return <p class="empty">{isEmpty ? 'Nothing has happened yet.' : 'No line passes the filter.'}</p>;
}
