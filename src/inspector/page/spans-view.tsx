// The spans of a task: those that are open now, and all of them along the time, with its progress.

import type { JSX } from 'preact';
import type { Frame } from '#inspector/frames';
import type { ActorView, Scene } from '#inspector/scene';
import type { ActorProps } from '#page/card.tsx';
import { brief } from '#page/json.ts';
import { counterpartOf } from '#page/kinship.ts';
import { type SpanBar, type SpanHistory, spansOf } from '#page/span-history.ts';
import { clockWords, durationWords } from '#page/time-words.ts';

/** More nobody reads; the latest are shown. */
const SHOWN = 300;
/** Marks that would lie on each other are one. */
const MARKS = 240;

export function SpansView({ page, actor }: ActorProps): JSX.Element {
  const scene = page.store.scene.value;
  const history = readSpans(page.recent.value, scene, actor);
  const onPick = (n: number): void => page.walk.goTo(n);
  const begun = history.begun ?? history.spans[0]?.begun ?? history.marks[0]?.at;
  if (begun === undefined) return <p class="empty">No task of this actor has told of spans or progress.</p>;
  const shown = history.spans.slice(-SHOWN);
  const end = Math.max(history.ended ?? scene.at, begun + 1, ...shown.map((span) => span.ended ?? 0));
  const scale = { begun, end };
  const hidden = history.spans.length - shown.length + history.dropped;
  return (
    <div class="spans">
      <Stack history={history} now={scene.at} />
      <Axis scale={scale} />
      <Marks history={history} scale={scale} onPick={onPick} />
      {hidden > 0 && <p class="faint">{hidden} earlier spans are not shown.</p>}
      <ol class="spans-list" aria-label="Spans of the task">
        {shown.map((span) => (
          <Bar key={`${span.id} ${span.n}`} span={span} scale={scale} onPick={onPick} />
        ))}
      </ol>
    </div>
  );
}

/** Its own; or those of the other end, if only that one has told any. */
function readSpans(frames: readonly Frame[], scene: Scene, actor: ActorView): SpanHistory {
  const own = spansOf(frames, actor.id);
  if (own.spans.length > 0 || own.marks.length > 0) return own;
  const other = counterpartOf(scene, actor);
  return other ? spansOf(frames, other.id) : own;
}

interface Scale {
  readonly begun: number;
  readonly end: number;
}

const place = (at: number, { begun, end }: Scale): number =>
  Math.min(100, Math.max(0, ((at - begun) / (end - begun)) * 100));

function Stack({ history: { open }, now }: { readonly history: SpanHistory; readonly now: number }): JSX.Element {
  if (open.length === 0) return <p class="spans-stack">No span is open.</p>;
  return (
    <p class="spans-stack spread" aria-label="Open spans, the innermost last">
      {open.map((span) => (
        <span key={span.id} class="chip">
          {span.name} <small>{durationWords(now - span.begun)}</small>
        </span>
      ))}
    </p>
  );
}

const STEPS = [0, 0.25, 0.5, 0.75, 1];

function Axis({ scale: { begun, end } }: { readonly scale: Scale }): JSX.Element {
  return (
    <div class="spans-axis faint mono" aria-hidden="true">
      {STEPS.map((part) => (
        <span key={part} style={{ left: `${part * 100}%` }}>
          {clockWords((end - begun) * part)}
        </span>
      ))}
    </div>
  );
}

interface MarksProps {
  readonly history: SpanHistory;
  readonly scale: Scale;
  readonly onPick: (n: number) => void;
}

function Marks({ history: { marks }, scale, onPick }: MarksProps): JSX.Element | null {
  const latest = marks.at(-1);
  if (!latest) return null;
  const bySpot = new Map(marks.map((mark) => [Math.round((place(mark.at, scale) / 100) * MARKS), mark]));
  return (
    <div class="spans-marks">
      <div class="spans-lane">
        {[...bySpot].map(([spot, { n, text, at }]) => (
          <i
            key={spot}
            style={{ left: `${(spot / MARKS) * 100}%` }}
            title={`${clockWords(at - scale.begun)} ${text}`}
            onClick={() => onPick(n)}
          />
        ))}
      </div>
      <p class="faint cut">
        progress × {marks.length}, last {latest.text}
      </p>
    </div>
  );
}

interface BarProps {
  readonly span: SpanBar;
  readonly scale: Scale;
  readonly onPick: (n: number) => void;
}

function Bar({ span, scale, onPick }: BarProps): JSX.Element {
  const { name, depth, begun, ended, error, tags, n } = span;
  const [start, end] = [place(begun, scale), place(ended ?? scale.end, scale)];
  const took = ended === null ? 'open' : durationWords(ended - begun);
  const known = Object.entries(tags).map(([key, value]) => `${key}: ${brief(value, 60)}`);
  const state = ended === null ? 'open' : error === null ? '' : 'failed';
  return (
    <li>
      <button onClick={() => onPick(n)} title={[name, took, error, ...known].filter(Boolean).join('\n')}>
        <span class="cut" style={{ paddingLeft: `${Math.min(depth, 8) * 12}px` }}>
          {name}
        </span>
        <span class="spans-lane">
          <span class={state} style={{ left: `${start}%`, width: `${Math.max(0.4, end - start)}%` }} />
        </span>
        <span class="spans-took faint mono">{took}</span>
        {(error !== null || known.length > 0) && (
          <span class="spans-more faint cut">
            {error !== null && <strong class="tone tone-failed">{error}</strong>} {known.join(', ')}
          </span>
        )}
      </button>
    </li>
  );
}
