// The drawing of one tag, before it is markup: scales, lines, and what is read where somebody points. Pure.

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

export interface Drawing {
  readonly lines: readonly Line[];
  /** Within its border. */
  readonly width: number;
  readonly height: number;
  readonly axis: XAxis;
  readonly smoothing: number;
  readonly isLog: boolean;
}

export interface Drawn extends Placing {
  readonly paths: readonly DrawnLine[];
}

export interface DrawnLine {
  readonly line: Line;
  /** As it was measured, where it is drawn smoothed. */
  readonly raw: string | null;
  readonly path: string;
  readonly end: Dot | undefined;
  readonly values: readonly (number | null)[];
}

export const EDGES = { left: 46, right: 14, top: 4, bottom: 22 };
/** Nothing that is drawn lies on the edge. */
const ROOM = 5;

/** Null: there is nothing to draw. What nobody sees has its place and its numbers, and no lines. */
export function draw({ lines, width, height, axis, smoothing, isLog }: Drawing, isSeen: boolean): Drawn | null {
  const extent = extentOf(lines, axis, isLog);
  if (!extent) return null;
  const x = linearScale({ values: extent.x, places: [EDGES.left, width - EDGES.right], count: width / 90 }, axis);
  const vertical = {
    values: extent.y,
    places: [height - EDGES.bottom - ROOM, EDGES.top + ROOM],
    count: height / 27,
  } as const;
  const placing: Placing = { x, y: isLog ? logScale(vertical) : linearScale(vertical), axis };
  const paths = lines.map((line): DrawnLine => {
    const values = smoothed(line.points, smoothing);
    if (!isSeen) return { line, values, path: '', end: undefined, raw: null };
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

interface Read extends Pick<Drawing, 'axis' | 'smoothing'> {
  readonly drawn: Drawn;
  /** Where somebody points; null: nowhere. */
  readonly cursor: number | null;
}

/** What is known where somebody points, or of the last point. */
export interface Reading {
  readonly drawn: DrawnLine;
  readonly place: number;
  readonly value: string;
  /** Null: it is the value itself. */
  readonly smooth: string | null;
  /** Its step, or its time. */
  readonly where: string;
}

export function readingsOf({ drawn, axis, cursor, smoothing }: Read): Reading[] {
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

export const wordsOf = ({ drawn, value, smooth, where }: Reading): string =>
  `${drawn.line.name}: ${value}${smooth === null ? '' : `, smoothed ${smooth}`}, ${where}`;
