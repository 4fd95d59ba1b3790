// The curves of one tag. It is drawn anew only when something has changed; where somebody points is drawn over it.

import type { JSX } from 'preact';
import { dashOf, markOf, Swatch } from '#page/curve-looks.tsx';
import {
  type Dot,
  dotsOf,
  extentOf,
  type Line,
  nearest,
  pathOf,
  type Placing,
  smoothed,
  thinned,
  xOf,
} from '#page/curve-lines.ts';
import {
  exactNumber,
  linearScale,
  logScale,
  shortNumber,
  spanWords,
  wallWords,
  type XAxis,
} from '#page/curve-scale.ts';
import { ValueRows } from '#page/curves-table.tsx';
import { kept } from '#page/kept.ts';
import { countWords } from '#page/time-words.ts';

interface Drawing {
  readonly lines: readonly Line[];
  /** Within its border. */
  readonly width: number;
  readonly height: number;
  readonly axis: XAxis;
  readonly smoothing: number;
  readonly isLog: boolean;
}

export interface CurveChartProps extends Drawing {
  readonly tag: string;
  readonly isTable: boolean;
  /** Where on the x axis somebody points, in this drawing or another one. */
  readonly cursor: number | null;
  readonly onCursor: (at: number | null) => void;
  /** Null: it cannot be made larger. */
  readonly isLarge: boolean | null;
  readonly onSize: () => void;
}

interface Drawn extends Placing {
  readonly paths: readonly DrawnLine[];
}

interface DrawnLine {
  readonly line: Line;
  /** As it was measured, where it is drawn smoothed. */
  readonly raw: string | null;
  readonly path: string;
  readonly end: Dot | undefined;
  readonly values: readonly (number | null)[];
}

const [LEFT, RIGHT, TOP, BOTTOM] = [46, 14, 4, 22];
/** Nothing that is drawn lies on the edge. */
const ROOM = 5;

export const CurveChart = kept<CurveChartProps>(() => {
  let inputs: readonly unknown[] = [];
  let drawn: Drawn | null = null;
  return (props) => {
    const { lines, width, height, axis, smoothing, isLog } = props;
    const now = [width, height, axis, smoothing, isLog, ...lines.flatMap((one) => [one.points, one.slot, one.begun])];
    if (now.length !== inputs.length || now.some((value, place) => value !== inputs[place])) drawn = draw(props);
    inputs = now;
    return <Figure {...props} drawn={drawn} />;
  };
});

/** Null: there is nothing to draw. */
function draw({ lines, width, height, axis, smoothing, isLog }: Drawing): Drawn | null {
  const extent = extentOf(lines, axis, isLog);
  if (!extent) return null;
  const x = linearScale({ values: extent.x, places: [LEFT, width - RIGHT], count: width / 90 }, axis);
  const vertical = { values: extent.y, places: [height - BOTTOM - ROOM, TOP + ROOM], count: height / 27 } as const;
  const placing: Placing = { x, y: isLog ? logScale(vertical) : linearScale(vertical), axis };
  const paths = lines.map((line): DrawnLine => {
    const values = smoothed(line.points, smoothing);
    const dots = dotsOf(line, values, placing);
    const raw = line.points.map(([, value]) => value);
    const through = (some: readonly Dot[]): string => pathOf(thinned(some, width));
    return {
      ...{ line, values, path: through(dots), end: dots.findLast(({ y }) => Number.isFinite(y)) },
      raw: smoothing === 0 ? null : through(dotsOf(line, raw, placing)),
    };
  });
  return { ...placing, paths };
}

interface DrawnProps extends CurveChartProps {
  readonly drawn: Drawn | null;
}

function Figure(props: DrawnProps): JSX.Element {
  const { tag, lines, width, isTable, isLarge, onSize, drawn } = props;
  return (
    <figure class="curve" style={{ width: `${width + 2}px` }}>
      <figcaption class="spread">
        <b class="cut" title={tag}>
          {tag}
        </b>
        {isLarge !== null && (
          <button class="quiet icon" aria-label={`${tag}: large`} aria-pressed={isLarge} onClick={onSize}>
            {isLarge ? '−' : '+'}
          </button>
        )}
      </figcaption>
      {isTable ? <ValueRows tag={tag} lines={lines} /> : drawn ? <Plot {...props} drawn={drawn} /> : <Nothing />}
      {!isTable && <Notes {...props} />}
    </figure>
  );
}

const Nothing = (): JSX.Element => <p class="empty">There is no value that can be drawn.</p>;

function Notes({ lines, isLog }: CurveChartProps): JSX.Element | null {
  let [broken, low] = [0, 0];
  for (const { points } of lines)
    for (const [, value] of points) {
      if (value === null) broken += 1;
      else if (isLog && value <= 0) low += 1;
    }
  if (broken + low === 0) return null;
  const parts = [
    broken > 0 && `${countWords(broken, 'value')} that ${broken === 1 ? 'is' : 'are'} no number`,
    low > 0 && `${countWords(low, 'value')} not above zero`,
  ];
  return <p class="faint">Not drawn: {parts.filter(Boolean).join(', ')}.</p>;
}

interface PlotProps extends CurveChartProps {
  readonly drawn: Drawn;
}

/** What is known where somebody points, or of the last point. */
interface Reading {
  readonly drawn: DrawnLine;
  readonly place: number;
  readonly value: string;
  /** Null: it is the value itself. */
  readonly smooth: string | null;
  /** Its step, or its time. */
  readonly where: string;
}

function readingsOf({ drawn, axis, cursor, smoothing }: PlotProps): Reading[] {
  return drawn.paths.map((one) => {
    const { line, values } = one;
    const place = cursor === null ? line.points.length - 1 : nearest(line, axis, cursor);
    const [step = 0, value = null, at = 0] = line.points[place] ?? [];
    const mean = values[place] ?? null;
    const smooth = smoothing === 0 || mean === null ? null : shortNumber(mean);
    const when = axis === 'wall' ? wallWords(at) : spanWords(at - line.begun);
    return { drawn: one, place, value: exactNumber(value), smooth, where: `step ${step}, ${when}` };
  });
}

function Plot(props: PlotProps): JSX.Element {
  const { tag, drawn, width, height, cursor, axis, onCursor } = props;
  const readings = readingsOf(props);
  const [first] = readings;
  const point = (event: PointerEvent): void => {
    const { left } = event.currentTarget instanceof Element ? event.currentTarget.getBoundingClientRect() : { left: 0 };
    onCursor(drawn.x.value(Math.min(width - RIGHT, Math.max(LEFT, event.clientX - left))));
  };
  return (
    <>
      <div
        class="curve-plot"
        role="slider"
        tabIndex={0}
        aria-label={`${tag}: ${countWords(readings.length, 'curve')}`}
        aria-valuemin={0}
        aria-valuemax={(first?.drawn.line.points.length ?? 1) - 1}
        aria-valuenow={first?.place ?? 0}
        aria-valuetext={readings.map(wordsOf).join('; ')}
        onPointerMove={point}
        onPointerDown={point}
        onPointerLeave={() => onCursor(null)}
        onBlur={() => onCursor(null)}
        onKeyDown={(event) => {
          const next = first && placeAfter(event, first);
          const to = first?.drawn.line.points[next ?? -1];
          if (event.key !== 'Escape' && !to) return;
          event.preventDefault();
          event.stopPropagation();
          onCursor(to && first ? xOf(axis, first.drawn.line)(to) : null);
        }}
      >
        <svg width={width} height={height} viewBox={`0 0 ${width} ${height}`} aria-hidden="true">
          <Axes {...props} />
          {drawn.paths.map((one) => (
            <Drawn key={one.line.key} drawn={one} />
          ))}
          {cursor !== null && <Cursor {...props} cursor={cursor} readings={readings} />}
        </svg>
      </div>
      <ul class="curve-now">
        {readings.map((one) => (
          <li key={one.drawn.line.key} class="cut" title={wordsOf(one)}>
            <Swatch slot={one.drawn.line.slot} />
            <b class="mono">{one.value}</b>
            {one.smooth !== null && <span>≈ {one.smooth}</span>}
            <span>{one.where}</span>
          </li>
        ))}
      </ul>
    </>
  );
}

const wordsOf = ({ drawn, value, smooth, where }: Reading): string =>
  `${drawn.line.name}: ${value}${smooth === null ? '' : `, smoothed ${smooth}`}, ${where}`;

function placeAfter({ key, shiftKey }: KeyboardEvent, { place, drawn }: Reading): number | undefined {
  const last = drawn.line.points.length - 1;
  const far = shiftKey ? 10 : 1;
  const places: Readonly<Record<string, number>> = {
    ArrowLeft: Math.max(0, place - far),
    ArrowRight: Math.min(last, place + far),
    Home: 0,
    End: last,
  };
  return places[key];
}

function Axes({ drawn: { x, y }, width, height }: PlotProps): JSX.Element {
  return (
    <>
      {y.ticks.map(({ at, words }) => (
        <g key={at}>
          <path class="rule" d={`M${LEFT} ${y.place(at).toFixed(1)}H${width - RIGHT}`} />
          <text class="small" x={LEFT - 6} y={y.place(at) + 4} text-anchor="end">
            {words}
          </text>
        </g>
      ))}
      {x.ticks.map(({ at, words }) => (
        <text
          key={at}
          class="small"
          x={x.place(at)}
          y={height - 6}
          text-anchor={x.place(at) > width - 30 ? 'end' : 'middle'}
        >
          {words}
        </text>
      ))}
      <path class="edge" d={`M${LEFT} ${height - BOTTOM}H${width - RIGHT}`} />
    </>
  );
}

function Drawn({ drawn: { line, raw, path, end } }: { readonly drawn: DrawnLine }): JSX.Element {
  const { slot } = line;
  return (
    <g class={`line-${slot % 8}`}>
      {raw !== null && <path class="line raw" d={raw} />}
      <path class="line" stroke-dasharray={dashOf(slot)} d={path} />
      {end && <path class="end" transform={`translate(${end.x} ${end.y})`} d={markOf(slot)} />}
    </g>
  );
}

interface CursorProps extends PlotProps {
  readonly cursor: number;
  readonly readings: readonly Reading[];
}

function Cursor({ drawn: { x, y }, width, height, axis, cursor, readings }: CursorProps): JSX.Element | null {
  const at = x.place(cursor);
  if (at < LEFT - 1 || at > width - RIGHT + 1) return null;
  return (
    <g class="curve-cursor">
      <path class="edge" d={`M${at.toFixed(1)} ${TOP}V${height - BOTTOM}`} />
      {readings.map(({ drawn: { line, values }, place }) => {
        const point = line.points[place];
        const high = y.place(values[place] ?? NaN);
        if (!point || !Number.isFinite(high)) return null;
        return (
          <circle key={line.key} class={`line-${line.slot % 8}`} cx={x.place(xOf(axis, line)(point))} cy={high} r={4} />
        );
      })}
    </g>
  );
}
