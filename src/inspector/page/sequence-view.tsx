// A sequence diagram of a worker and its algorithm. Only the rows in sight are there; the newest is at the bottom, and is followed
// as long as nobody has scrolled away from it.

import type { JSX } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { Frame } from '#inspector/frames';
import type { ActorView, Scene } from '#inspector/scene';
import { counterpartOf } from '#page/kinship.ts';
import { type Lane, LANES, type Sequence, type SequenceRow, sequenceOf } from '#page/sequence.ts';
import { clockWords, durationWords } from '#page/time-words.ts';

export interface SequenceViewProps {
  readonly frames: readonly Frame[];
  readonly scene: Scene;
  readonly actor: ActorView;
  readonly onPick: (n: number) => void;
}

const NAMES: Readonly<Record<Lane, string>> = {
  worker: 'worker',
  algorithm: 'algorithm',
  handlers: 'handlers',
  children: 'sub-pipelines',
};

const ROW = 26;
const SPARE = 10;

export function SequenceView({ frames, scene, actor, onPick }: SequenceViewProps): JSX.Element {
  const sequence = readSequence(frames, scene, actor);
  const count = sequence?.rows.length ?? 0;
  const { box, top, height, onScroll } = useTail(count);
  if (!sequence || count === 0)
    return <p class="empty">Workers and algorithms talk to each other; of this actor nothing has been heard yet.</p>;
  const lanes = LANES.filter((lane) => sequence.lanes.has(lane));
  const first = Math.max(0, Math.floor(top / ROW) - SPARE);
  const last = Math.min(count, Math.ceil((top + height) / ROW) + SPARE);
  const begun = sequence.rows[0]?.at ?? 0;
  return (
    <div class="sequence">
      <Heads lanes={lanes} />
      <div
        class="sequence-box"
        ref={box}
        onScroll={onScroll}
        tabIndex={0}
        role="list"
        aria-label="What happened, oldest first"
      >
        <div class="sequence-whole" style={{ height: `${count * ROW}px` }}>
          {sequence.rows.slice(first, last).map((row, place) => (
            <Row
              key={first + place}
              row={row}
              top={(first + place) * ROW}
              lanes={lanes}
              begun={begun}
              onPick={onPick}
            />
          ))}
        </div>
      </div>
    </div>
  );
}

function readSequence(frames: readonly Frame[], scene: Scene, actor: ActorView): Sequence | null {
  const isAlgorithm = actor.chart === 'algorithm';
  if (!isAlgorithm && actor.chart !== 'session' && actor.chart !== 'sidecar') return null;
  const other = counterpartOf(scene, actor)?.id ?? '';
  const [worker, algorithm] = isAlgorithm ? [other, actor.id] : [actor.id, other];
  return sequenceOf(frames, { teller: actor.id, worker, algorithm });
}

/** Where a lane is, in percent of the width that is left of the times. */
const placeOf = (lane: Lane, lanes: readonly Lane[]): number => ((lanes.indexOf(lane) + 0.5) / lanes.length) * 100;

function Heads({ lanes }: { readonly lanes: readonly Lane[] }): JSX.Element {
  return (
    <div class="sequence-heads">
      {lanes.map((lane) => (
        <span key={lane} style={{ left: `${placeOf(lane, lanes)}%` }}>
          {NAMES[lane]}
        </span>
      ))}
    </div>
  );
}

interface RowProps {
  readonly row: SequenceRow;
  readonly top: number;
  readonly lanes: readonly Lane[];
  readonly begun: number;
  readonly onPick: (n: number) => void;
}

function Row({ row, top, lanes, begun, onPick }: RowProps): JSX.Element {
  const { kind, from, to, at, lastAt, count, busy, n } = row;
  const [start, end] = [placeOf(from, lanes), placeOf(to, lanes)];
  const took = lastAt > at ? `, for ${durationWords(lastAt - at)}` : '';
  return (
    <div
      class={`sequence-row ${kind} ${kind === 'state' ? from : ''}`}
      role="listitem"
      aria-label={`${clockWords(at - begun)} ${wordsOf(row)}`}
      style={{ top: `${top}px`, height: `${ROW}px` }}
      title={`${clockWords(at - begun)}${took}`}
      onClick={() => onPick(n)}
    >
      <time>{kind === 'pause' ? '' : clockWords(at - begun)}</time>
      <div class="sequence-lanes">
        {lanes.map((lane) => (
          <i key={lane} class={busy.has(lane) ? 'life busy' : 'life'} style={{ left: `${placeOf(lane, lanes)}%` }} />
        ))}
        {kind === 'state' || kind === 'pause' ? (
          <b class="note" style={{ left: `${kind === 'pause' ? 50 : start}%` }}>
            {row.text}
          </b>
        ) : (
          <span
            class={end < start ? 'way back' : 'way'}
            style={{ left: `${Math.min(start, end)}%`, width: `${Math.abs(end - start)}%` }}
          >
            <em>{count > 1 ? `${row.text} × ${count}` : row.text}</em>
          </span>
        )}
      </div>
    </div>
  );
}

function wordsOf({ kind, from, to, text, count }: SequenceRow): string {
  if (kind === 'state') return `${NAMES[from]} is ${text}`;
  if (kind === 'pause') return `nothing for ${text}`;
  if (kind === 'link') return text;
  return `${NAMES[from]} to ${NAMES[to]}: ${text}${count > 1 ? `, ${count} times` : ''}`;
}

interface Tail {
  readonly box: { current: HTMLDivElement | null };
  readonly top: number;
  readonly height: number;
  readonly onScroll: () => void;
}

function useTail(count: number): Tail {
  const box = useRef<HTMLDivElement>(null);
  const isAtEnd = useRef(true);
  const [seen, setSeen] = useState({ top: 0, height: 600 });
  const onScroll = (): void => {
    const element = box.current;
    if (!element) return;
    isAtEnd.current = element.scrollTop + element.clientHeight >= element.scrollHeight - ROW;
    setSeen({ top: element.scrollTop, height: element.clientHeight });
  };
  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    if (isAtEnd.current) element.scrollTop = count * ROW;
    if (element.clientHeight !== seen.height || element.scrollTop !== seen.top)
      setSeen({ top: element.scrollTop, height: element.clientHeight });
  }, [count]);
  return { box, ...seen, onScroll };
}
