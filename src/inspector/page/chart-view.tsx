// A chart as a drawing: where its actor is, and which arrows its last step took.

import type { JSX } from 'preact';
import type { Chart, ChartLayout, ChartState, LaidLine, Point } from '#inspector/chart';
import type { ActorView } from '#inspector/scene';
import { activeStates, type Lit, litBy, sentenceOf, statesOf, stateText } from '#page/chart-state.ts';
import { kept } from '#page/kept.ts';
import { createViewport, READABLE, type Viewport } from '#page/viewport.ts';

export interface ChartViewProps {
  readonly chart: Chart;
  readonly actor: ActorView;
  readonly onPick: (stateId: string) => void;
}

export const ChartView = kept<ChartViewProps>((_, redraw) => {
  const view = createViewport(redraw);
  return (props) => <Drawn {...props} view={view} />;
});

function Drawn({ chart, actor, onPick, view }: ChartViewProps & { readonly view: Viewport }): JSX.Element {
  const { root, layout } = chart;
  const lit = litBy(chart, actor.arrows);
  const active = activeStates(root, actor.value);
  const { x, y, scale } = view.sightOf(layout, layout.boxes[[...active].at(-1) ?? ''] ?? null);
  return (
    <div class="chart">
      <div class="chart-box" tabIndex={0} aria-label="Chart; arrows move it, + and - zoom" {...view.handlers}>
        <svg role="img" aria-label={sentenceOf(chart, actor, actor.openedAt)}>
          <Heads names={['line', 'lit']} />
          <g transform={`translate(${x} ${y}) scale(${scale})`}>
            <Lines layout={layout} lit={lit} arrows={actor.arrows} movedIn={actor.movedIn} scale={scale} />
            <States chart={chart} active={active} lit={lit} onPick={onPick} />
          </g>
        </svg>
      </div>
      <Tools view={view} />
      <Whole root={root} lit={lit} />
      <InWords root={root} active={active} />
    </div>
  );
}

/** The heads of lines: an arrow for each colour that a line may have. */
export function Heads({ names }: { readonly names: readonly string[] }): JSX.Element {
  return (
    <defs>
      {names.map((name) => (
        <marker
          key={name}
          id={`head-${name}`}
          viewBox="0 0 10 10"
          refX="9"
          refY="5"
          markerWidth="7"
          markerHeight="7"
          orient="auto"
        >
          <path class={`head ${name}`} d="M0 1 L9 5 L0 9 z" />
        </marker>
      ))}
    </defs>
  );
}

interface LinesProps {
  readonly layout: ChartLayout;
  readonly lit: Lit;
  readonly arrows: readonly string[];
  readonly movedIn: number | null;
  readonly scale: number;
}

/** Those that are lit lie above the others. */
function Lines({ layout, lit, arrows, movedIn, scale }: LinesProps): JSX.Element {
  const taken = new Set(arrows);
  const dark = layout.lines.filter((line) => !lit.lines.has(line));
  return (
    <>
      {layout.frames.map((box) => (
        <rect class="frame" key={`${box.x} ${box.y}`} {...box} rx={10} />
      ))}
      {dark.map((line) => (
        <Line key={keyOf(line)} line={line} taken={taken} isLit={false} scale={scale} />
      ))}
      {[...lit.lines].map((line) => (
        // A new key begins the animation anew.
        <Line key={`${keyOf(line)} ${movedIn ?? ''}`} line={line} taken={taken} isLit scale={scale} />
      ))}
    </>
  );
}

const keyOf = ({ from, to, rows }: LaidLine): string => `${from} ${to} ${rows[0]?.[0]?.text ?? ''}`;

interface LineProps {
  readonly line: LaidLine;
  readonly taken: ReadonlySet<string>;
  readonly isLit: boolean;
  readonly scale: number;
}

function Line({ line, taken, isLit, scale }: LineProps): JSX.Element {
  const { points, rows } = line;
  const start = points[0];
  return (
    <g class={isLit ? 'lit' : ''}>
      <path class="edge" d={pathOf(points)} marker-end={`url(#head-${isLit ? 'lit' : 'line'})`} pathLength={1} />
      {rows.length === 0 && start && <circle class="start" cx={start.x} cy={start.y} r={5} />}
      {/* Words that are lit stay readable where the drawing is small. */}
      <Words line={line} taken={taken} grown={isLit ? Math.max(1, READABLE / scale) : 1} />
    </g>
  );
}

interface WordsProps {
  readonly line: LaidLine;
  readonly taken: ReadonlySet<string>;
  readonly grown: number;
}

function Words({ line: { rows, label }, taken, grown }: WordsProps): JSX.Element | null {
  if (rows.length === 0) return null;
  return (
    <g class="label-of-line" style={`scale:${grown}`}>
      <rect class="behind" {...label} rx={3} />
      {rows.map((row, place) => (
        <text key={place} class="small" x={label.x + 4} y={label.y + 13 + place * 14}>
          {row.map((word, index) => (
            <tspan key={word.text} class={word.arrows.some((id) => taken.has(id)) ? 'taken' : ''}>
              {index > 0 ? ` ${word.text}` : word.text}
            </tspan>
          ))}
        </text>
      ))}
    </g>
  );
}

const CORNER = 6;

/** Straight lines with round corners. */
export function pathOf(points: readonly Point[]): string {
  const [first, ...rest] = points;
  if (!first) return '';
  let before = first;
  const parts = rest.map((point, index) => {
    const next = rest[index + 1];
    const part = next ? cornerAt(before, point, next) : `L${point.x} ${point.y}`;
    before = point;
    return part;
  });
  return `M${first.x} ${first.y}${parts.join('')}`;
}

function cornerAt(before: Point, at: Point, next: Point): string {
  const [into, out] = [toward(at, before), toward(at, next)];
  return `L${into.x} ${into.y}Q${at.x} ${at.y} ${out.x} ${out.y}`;
}

function toward(from: Point, to: Point): Point {
  const length = Math.hypot(to.x - from.x, to.y - from.y) || 1;
  const part = Math.min(CORNER, length / 2) / length;
  return { x: from.x + (to.x - from.x) * part, y: from.y + (to.y - from.y) * part };
}

interface StatesProps {
  readonly chart: Chart;
  readonly active: ReadonlySet<string>;
  readonly lit: Lit;
  readonly onPick: (stateId: string) => void;
}

function States({ chart: { root, layout }, active, lit, onPick }: StatesProps): JSX.Element {
  return (
    <>
      {statesOf(root).map((state) => {
        const box = layout.boxes[state.id];
        if (!box) return null;
        const classes = ['state', state.states.length > 0 ? 'around' : '', active.has(state.id) ? 'active' : ''].join(
          ' ',
        );
        const middle = { x: box.x + box.width / 2, y: state.states.length > 0 ? box.y + 18 : box.y + box.height / 2 };
        return (
          <g key={state.id} class={classes} onClick={() => onPick(state.id)}>
            <title>{stateText(state)}</title>
            <rect {...box} rx={8} />
            {state.kind === 'final' && (
              <rect x={box.x + 3} y={box.y + 3} width={box.width - 6} height={box.height - 6} rx={6} />
            )}
            <text class="name" {...middle} dy="0.35em">
              {state.key}
            </text>
            {lit.stirred.has(state) && <circle class="stir" cx={box.x + box.width - 4} cy={box.y + 4} r={5} />}
          </g>
        );
      })}
    </>
  );
}

function Tools({ view }: { readonly view: Viewport }): JSX.Element {
  return (
    <div class="chart-tools spread" role="group" aria-label="Zoom">
      <button class="quiet icon" onClick={() => view.zoom(1.25)} aria-label="Zoom in">
        +
      </button>
      <button class="quiet icon" onClick={() => view.zoom(0.8)} aria-label="Zoom out">
        −
      </button>
      <button class="quiet" onClick={view.fit} aria-pressed={view.isFitted()}>
        fit
      </button>
    </div>
  );
}

interface WholeProps {
  readonly root: ChartState;
  readonly lit: Lit;
}

/** What happened without leaving, in the chart as a whole or in a state. */
function Whole({ root, lit }: WholeProps): JSX.Element | null {
  if (lit.stirred.size === 0) return null;
  return (
    <p class="chart-stir box">
      {[...lit.stirred].map(([{ id, key }, events]) => (
        <span key={id}>
          ● {events.join(', ')} <small>{id === root.id ? 'in any state' : `in ${key}`}, without leaving</small>
        </span>
      ))}
    </p>
  );
}

function InWords({ root, active }: { readonly root: ChartState; readonly active: ReadonlySet<string> }): JSX.Element {
  return (
    <ul class="unseen">
      {statesOf(root).map((state) => (
        <li key={state.id}>
          {state.key}
          {active.has(state.id) ? ', where it is now' : ''}. {stateText(state)}
        </li>
      ))}
    </ul>
  );
}
