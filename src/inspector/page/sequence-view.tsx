// A sequence diagram of a worker and its algorithm. The newest is at the bottom, and is followed as long as nobody has scrolled away
// from it.

import type { JSX } from 'preact';
import type { ActorView } from '#inspector/scene';
import type { ActorProps } from '#page/card.tsx';
import { counterpartOf } from '#page/kinship.ts';
import type { Page } from '#page/page-state.ts';
import { type Lane, LANES, type Sequence, type SequenceRow, sequenceOf } from '#page/sequence.ts';
import { clockWords, durationWords } from '#page/time-words.ts';
import { VirtualList, type VirtualRow } from '#page/virtual-list.tsx';

export function SequenceView({ page, actor }: ActorProps): JSX.Element {
  const { store, walk } = page;
  const sequence = readSequence(page, actor);
  const begun = sequence?.rows[0]?.at;
  if (!sequence || begun === undefined)
    return <p class="empty">Nothing that it says to its other end has been heard yet.</p>;
  const { rows } = sequence;
  const lanes = LANES.filter((lane) => sequence.lanes.has(lane));
  const goTo = (index: number): void => walk.goTo(rows[index]?.n ?? null);
  return (
    <div class="sequence">
      <Heads lanes={lanes} />
      <VirtualList
        id="steps"
        label="What happened, oldest first"
        count={rows.length}
        rowHeight={26}
        active={store.at.value === null ? -1 : rows.length - 1}
        follows={store.at.value === null}
        row={(index) => {
          const row = rows[index];
          return row ? rowOf(row, { index, lanes, begun }) : { key: index, content: <></> };
        }}
        onMove={goTo}
        onPick={goTo}
      />
    </div>
  );
}

function readSequence({ recent, store }: Page, actor: ActorView): Sequence | null {
  const isAlgorithm = actor.chart === 'algorithm';
  if (!isAlgorithm && actor.chart !== 'session' && actor.chart !== 'sidecar') return null;
  const other = counterpartOf(store.scene.value, actor)?.id ?? '';
  const [worker, algorithm] = isAlgorithm ? [other, actor.id] : [actor.id, other];
  return sequenceOf(recent.value, { teller: actor.id, worker, algorithm });
}

/** Where a lane is, in percent of the width that is left of the times. */
const placeOf = (lane: Lane, lanes: readonly Lane[]): number => ((lanes.indexOf(lane) + 0.5) / lanes.length) * 100;

function Heads({ lanes }: { readonly lanes: readonly Lane[] }): JSX.Element {
  return (
    <div class="sequence-heads">
      {lanes.map((lane) => (
        <b key={lane} style={{ left: `${placeOf(lane, lanes)}%` }}>
          {lane}
        </b>
      ))}
    </div>
  );
}

interface Place {
  readonly index: number;
  readonly lanes: readonly Lane[];
  readonly begun: number;
}

function rowOf(row: SequenceRow, { index, lanes, begun }: Place): VirtualRow {
  const { kind, from, to, at, lastAt, count, busy, text } = row;
  const [start, end] = [placeOf(from, lanes), placeOf(to, lanes)];
  const clock = clockWords(at - begun);
  const content = (
    <>
      <time class="time-cell">{kind === 'pause' ? '' : clock}</time>
      <div class="lanes">
        {lanes.map((lane) => (
          <i key={lane} class={busy.has(lane) ? 'life busy' : 'life'} style={{ left: `${placeOf(lane, lanes)}%` }} />
        ))}
        {kind === 'state' || kind === 'pause' ? (
          <b style={{ left: `${kind === 'pause' ? 50 : start}%` }}>{text}</b>
        ) : (
          <span
            class={end < start ? 'way back' : 'way'}
            style={{ left: `${Math.min(start, end)}%`, width: `${Math.abs(end - start)}%` }}
          >
            <em class="cut">{count > 1 ? `${text} × ${count}` : text}</em>
          </span>
        )}
      </div>
    </>
  );
  const took = lastAt > at ? `, for ${durationWords(lastAt - at)}` : '';
  const more = { 'aria-label': `${clock} ${wordsOf(row)}`, title: `${clock}${took}` };
  return { key: index, content, className: kind === 'link' ? 'link-row' : kind, more };
}

function wordsOf({ kind, from, to, text, count }: SequenceRow): string {
  if (kind === 'state') return `${from} is ${text}`;
  if (kind === 'pause') return `nothing for ${text}`;
  if (kind === 'link') return text;
  return `${from} to ${to}: ${text}${count > 1 ? `, ${count} times` : ''}`;
}
