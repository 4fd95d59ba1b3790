// Lines of the log, and the list of those that were written to logs.

import type { JSX } from 'preact';
import type { Frame } from '#inspector/frames';
import { countUpTo } from '#inspector/history';
import { nameIn } from '#page/store.ts';
import { clockWords } from '#page/time-words.ts';
import type { PageProps } from '#page/top-bar.tsx';
import { VirtualList } from '#page/virtual-list.tsx';
import { actorOf, kindOf, kindWords, wordsOf } from '#page/words.ts';

interface LogRowProps extends PageProps {
  readonly frame: Frame;
  /** When the first frame was. */
  readonly begun: number;
}

export function LogRow({ frame, page: { store }, begun }: LogRowProps): JSX.Element {
  const kind = kindOf(frame);
  // Names do not change, and those that have gone are still known at the end.
  const { last } = store.stream.peek().history;
  const nameOf = (id: string): string | null => nameIn(last, id);
  const who = actorOf(frame) ?? frame.process;
  return (
    <>
      <span class="time-cell">{clockWords(frame.at - begun)}</span>
      <span class={`kind-cell tone tone-${kind}`}>{kindWords(kind)}</span>
      <span class="who-cell cut">{nameOf(who) ?? who}</span>
      <span class={`what-cell cut ${toneOf(frame)}`}>{wordsOf(frame, { nameOf, arrows: store.arrows.value })}</span>
    </>
  );
}

/** What is wrong stands out. */
function toneOf(frame: Frame): string {
  if (frame.kind === 'log') return `tone-${frame.level} ${frame.level === 'info' ? '' : 'tone'}`;
  return isBad(frame) ? 'tone tone-failed' : '';
}

function isBad(frame: Frame): boolean {
  if (frame.kind === 'gap') return true;
  if (frame.kind === 'moved') return frame.error !== undefined;
  if (frame.kind === 'message') return frame.command === null || frame.command === 'errorMessage';
  return frame.kind === 'emitted' && /refused|rejected/.test(frame.event.type);
}

/** Pale where it has not happened yet. */
export const laterThan = (at: number | null, { n }: Frame): string => (at !== null && n > at ? 'later' : '');

/** What processes logged, and what algorithms wrote. */
export function Output({ page }: PageProps): JSX.Element {
  const { store, walk } = page;
  const { lines } = store.stream.value.ledger;
  const first = countUpTo(lines, store.from.value - 1);
  const at = store.at.value;
  const begun = store.hello.value?.header.at ?? 0;
  const { processes } = store.scene.value;
  const count = lines.length - first;
  if (count === 0) return <p class="empty">No process has written anything yet.</p>;
  return (
    <VirtualList
      id="output"
      label="What processes wrote"
      count={count}
      rowHeight={22}
      active={at === null ? -1 : countUpTo(lines, at) - 1 - first}
      follows={at === null}
      row={(index) => {
        const line = lines[first + index];
        if (line?.kind !== 'log') return { key: -index, content: <></> };
        const content = (
          <>
            <span class="time-cell">{clockWords(line.at - begun)}</span>
            <span class="who-cell cut">{processes.get(line.process)?.opened.title ?? line.process}</span>
            <span class={`what-cell cut ${toneOf(line)}`}>{line.text}</span>
          </>
        );
        return { key: line.n, content, className: laterThan(at, line) };
      }}
      onMove={(index) => walk.goTo(lines[first + index]?.n ?? null)}
      onPick={(index) => walk.goTo(lines[first + index]?.n ?? null)}
    />
  );
}
