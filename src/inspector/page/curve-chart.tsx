// The curves of one tag. It is drawn anew only when something has changed; where somebody points is drawn over it.

import type { JSX } from 'preact';
import { dashOf, markOf, Swatch } from '#page/curve-looks.tsx';
import {
  draw,
  type Drawing,
  type Drawn,
  type DrawnLine,
  EDGES,
  type Reading,
  readingsOf,
  wordsOf,
} from '#page/curve-drawing.ts';
import { xOf } from '#page/curve-lines.ts';
import { ValueRows } from '#page/curves-table.tsx';
import { kept } from '#page/kept.ts';
import { countWords } from '#page/time-words.ts';

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

export const CurveChart = kept<CurveChartProps>((_, redraw) => {
  let inputs: readonly unknown[] = [];
  let drawn: Drawn | null = null;
  let isSeen = false;
  let observer: IntersectionObserver | null = null;
  const watch = (figure: HTMLElement | null): void => {
    observer?.disconnect();
    if (!figure) return;
    const heard = (entries: readonly IntersectionObserverEntry[]): void => {
      isSeen = entries.at(-1)?.isIntersecting ?? false;
      redraw();
    };
    observer = new IntersectionObserver(heard, { root: figure.closest('.drawing'), rootMargin: '200px' });
    observer.observe(figure);
  };
  return (props) => {
    const { lines, width, height, axis, smoothing, isLog, cursor } = props;
    const looks = lines.flatMap((one) => [one.points, one.slot, one.begun, one.name]);
    const now = [width, height, axis, smoothing, isLog, isSeen, ...looks];
    if (now.length !== inputs.length || now.some((value, place) => value !== inputs[place]))
      drawn = draw(props, isSeen);
    inputs = now;
    return <Figure {...props} cursor={isSeen ? cursor : null} drawn={drawn} watch={watch} />;
  };
});

interface DrawnProps extends CurveChartProps {
  readonly drawn: Drawn | null;
  readonly watch: (figure: HTMLElement | null) => void;
}

function Figure(props: DrawnProps): JSX.Element {
  const { tag, lines, width, isTable, isLarge, onSize, drawn, watch } = props;
  return (
    <figure class="curve" ref={watch} style={{ width: `${width + 2}px` }}>
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

function Plot(props: PlotProps): JSX.Element {
  const { tag, drawn, width, height, cursor, axis, onCursor } = props;
  const readings = readingsOf(props);
  const [first] = readings;
  const point = (event: PointerEvent): void => {
    const { left } = event.currentTarget instanceof Element ? event.currentTarget.getBoundingClientRect() : { left: 0 };
    onCursor(drawn.x.value(Math.min(width - EDGES.right, Math.max(EDGES.left, event.clientX - left))));
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
            <DrawnCurve key={one.line.key} drawn={one} />
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
          <path class="rule" d={`M${EDGES.left} ${y.place(at).toFixed(1)}H${width - EDGES.right}`} />
          <text class="small" x={EDGES.left - 6} y={y.place(at) + 4} text-anchor="end">
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
      <path class="edge" d={`M${EDGES.left} ${height - EDGES.bottom}H${width - EDGES.right}`} />
    </>
  );
}

function DrawnCurve({ drawn: { line, raw, path, end } }: { readonly drawn: DrawnLine }): JSX.Element {
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
  if (at < EDGES.left - 1 || at > width - EDGES.right + 1) return null;
  return (
    <g class="curve-cursor">
      <path class="edge" d={`M${at.toFixed(1)} ${EDGES.top}V${height - EDGES.bottom}`} />
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
