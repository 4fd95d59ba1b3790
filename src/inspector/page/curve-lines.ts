// What is drawn of curves, and what is said of them: which tasks belong to whom, smoothing, the line through so many points, the
// values that stand out. Pure.

import { type Curve, pointsOf, type TaskCurves } from '#inspector/curves';
import type { ScalarPoint } from '#inspector/frames';
import type { Scene } from '#inspector/scene';
import { put } from '#page/json.ts';
import type { Scale, XAxis } from '#page/curve-scale.ts';

/** The curve of one tag of one task. */
export interface Line {
  readonly key: string;
  readonly name: string;
  /** Which colour, dash and mark it has. */
  readonly slot: number;
  /** When its task measured first. */
  readonly begun: number;
  readonly points: readonly ScalarPoint[];
}

export interface TagLines {
  readonly tag: string;
  readonly lines: readonly Line[];
}

type Curves = Scene['curves'];

export interface Whose {
  /** Of a run. */
  readonly jobId: string | null;
  /** Null: all tasks of the run. */
  readonly taskId: string | null;
  readonly process: string;
}

/** What belongs to a task, with its other attempts; to a run; or, where no ids are known, what its process has measured last. */
export function ownCurves(curves: Curves, { jobId, taskId, process }: Whose): TaskCurves[] {
  const all = [...curves.values()];
  if (jobId !== null)
    return all.filter(({ task }) => task.jobId === jobId && (taskId === null || task.taskId === taskId));
  const last = all.findLast((one) => one.process === process);
  return last ? [last] : [];
}

/** What it may be compared with: the same node of the same pipeline first, then the same node, the same algorithm; newer ones first. */
export function candidates(curves: Curves, own: readonly TaskCurves[]): TaskCurves[] {
  const likeness = ({ task }: TaskCurves): number =>
    Math.max(
      0,
      ...own.map((one) => {
        const isNode = task.nodeName === one.task.nodeName;
        if (isNode && task.pipelineName === one.task.pipelineName) return 3;
        return isNode ? 2 : task.algorithmName === one.task.algorithmName ? 1 : 0;
      }),
    );
  const taken = new Set(own.map(({ key }) => key));
  return [...curves.values()]
    .filter(({ key }) => !taken.has(key))
    .reverse()
    .toSorted((one, other) => likeness(other) - likeness(one));
}

/** A name for each task that tells it from all others. */
export function namesOf(curves: Curves): Map<string, string> {
  const alike = new Map<string, TaskCurves[]>();
  for (const one of curves.values()) put(alike, plainName(one), one);
  const names = new Map<string, string>();
  for (const [name, tasks] of alike)
    for (const { key, task } of tasks) {
      const others = tasks.filter((one) => one.task.taskId === task.taskId).length > 1;
      const id = tasks.length > 1 && task.taskId !== null ? ` · ${tail(task.taskId)}` : '';
      names.set(key, `${name}${id}${others && task.attempts !== null ? ` · attempt ${task.attempts}` : ''}`);
    }
  return names;
}

const plainName = ({ task: { nodeName, algorithmName, jobId }, process }: TaskCurves): string =>
  `${nodeName ?? algorithmName ?? 'a task'} · ${jobId === null ? process : tail(jobId)}`;

const tail = (id: string): string => (id.length > 24 ? `…${id.slice(-23)}` : id);

const lists = new WeakMap<Curve, readonly ScalarPoint[]>();

/** The same list as long as nothing has come to it: what was made of it need not be made again. */
function known(curve: Curve): readonly ScalarPoint[] {
  const points = lists.get(curve) ?? pointsOf(curve);
  lists.set(curve, points);
  return points;
}

/** By tag, in order; within it by task. */
export function linesByTag(tasks: readonly (TaskCurves & Pick<Line, 'name' | 'slot'>)[]): TagLines[] {
  const byTag = new Map<string, Line[]>();
  for (const { key, name, slot, tags } of tasks) {
    const all = [...tags].map(([tag, curve]) => ({ tag, points: known(curve) }));
    const begun = Math.min(...all.flatMap(({ points: [first] }) => (first ? [first[2]] : [])));
    for (const { tag, points } of all) if (points.length > 0) put(byTag, tag, { key, name, slot, begun, points });
  }
  return [...byTag]
    .map(([tag, lines]) => ({ tag, lines }))
    .sort((one, other) => one.tag.localeCompare(other.tag, 'en', { numeric: true }));
}

export function xOf(axis: XAxis, { begun }: Line): (point: ScalarPoint) => number {
  if (axis === 'step') return ([step]) => step;
  return axis === 'wall' ? ([, , at]) => at : ([, , at]) => at - begun;
}

/** A mean in which what came long ago counts less and less; `weight` below 1. At the beginning it is a mean of what there is. */
export function smoothed(points: readonly ScalarPoint[], weight: number): (number | null)[] {
  let [sum, count] = [0, 0];
  return points.map(([, value]) => {
    if (value === null || weight === 0) return value;
    count += 1;
    sum = sum * weight + (1 - weight) * value;
    return sum / (1 - weight ** count);
  });
}

export interface Dot {
  readonly x: number;
  /** NaN: there is none, and the line is broken. */
  readonly y: number;
}

/** Of many dots in one column of the drawing only the first, the highest, the lowest and the last are seen. */
export function thinned(dots: readonly Dot[], columns: number): readonly Dot[] {
  if (dots.length <= columns * 4) return dots;
  const kept: Dot[] = [];
  let start = 0;
  const column = ({ x }: Dot): number => Math.floor(x);
  for (let place = 1; place <= dots.length; place += 1) {
    const [before, dot] = [dots[place - 1], dots[place]];
    if (before && dot && column(dot) === column(before) && Number.isNaN(dot.y) === Number.isNaN(before.y)) continue;
    kept.push(...extremes(dots.slice(start, place)));
    start = place;
  }
  return kept;
}

function extremes(dots: readonly Dot[]): readonly Dot[] {
  if (dots.length <= 4) return dots;
  const sorted = dots.toSorted((one, other) => one.y - other.y);
  const seen = new Set([dots[0], sorted[0], sorted.at(-1), dots.at(-1)]);
  return dots.filter((dot) => seen.has(dot));
}

/** Of an SVG path; a dot that stands alone is a line without length, which a round cap shows. */
export function pathOf(dots: readonly Dot[]): string {
  let path = '';
  let isOn = false;
  for (const { x, y } of dots) {
    const isThere = Number.isFinite(y);
    if (isThere) path += `${isOn ? 'L' : 'M'}${x.toFixed(1)} ${y.toFixed(1)}${isOn ? '' : 'h0'}`;
    isOn = isThere;
  }
  return path;
}

export interface Extent {
  readonly x: readonly [number, number];
  readonly y: readonly [number, number];
}

/** Null: there is nothing to draw. `isLog`: only values above zero count. */
export function extentOf(lines: readonly Line[], axis: XAxis, isLog: boolean): Extent | null {
  let [left, right, low, high] = [Infinity, -Infinity, Infinity, -Infinity];
  for (const line of lines) {
    const x = xOf(axis, line);
    for (const point of line.points) {
      const value = point[1];
      if (value === null || (isLog && value <= 0)) continue;
      [left, right] = [Math.min(left, x(point)), Math.max(right, x(point))];
      [low, high] = [Math.min(low, value), Math.max(high, value)];
    }
  }
  return left > right ? null : { x: [left, right], y: [low, high] };
}

export const dotsOf = (line: Line, values: readonly (number | null)[], { x, y, axis }: Placing): Dot[] => {
  const at = xOf(axis, line);
  return line.points.map((point, place) => ({ x: x.place(at(point)), y: y.place(values[place] ?? NaN) }));
};

export interface Placing {
  readonly x: Scale;
  readonly y: Scale;
  readonly axis: XAxis;
}

/** The place in the list of the point that is nearest to this `x`; -1: there is none. */
export function nearest(line: Line, axis: XAxis, wanted: number): number {
  const x = xOf(axis, line);
  let [found, distance] = [-1, Infinity];
  for (const [place, point] of line.points.entries()) {
    const far = Math.abs(x(point) - wanted);
    if (far > distance) continue;
    [found, distance] = [place, far];
  }
  return found;
}

export interface Summary {
  readonly count: number;
  /** Values that are no finite number. */
  readonly broken: number;
  readonly last: ScalarPoint | null;
  readonly lowest: ScalarPoint | null;
  readonly highest: ScalarPoint | null;
}

export function summaryOf({ points }: Pick<Line, 'points'>): Summary {
  let [lowest, highest, broken]: [ScalarPoint | null, ScalarPoint | null, number] = [null, null, 0];
  for (const point of points) {
    const value = point[1];
    if (value === null) broken += 1;
    else {
      if (value < (lowest?.[1] ?? Infinity)) lowest = point;
      if (value > (highest?.[1] ?? -Infinity)) highest = point;
    }
  }
  return { count: points.length, broken, last: points.at(-1) ?? null, lowest, highest };
}

/** How much more or less than something it is: `−0.25 (−20 %)`. */
export function differenceWords(value: number | null, base: number | null, words: (value: number) => string): string {
  if (value === null || base === null) return '';
  const difference = value - base;
  const sign = difference > 0 ? '+' : '';
  const part = base === 0 ? '' : ` (${sign}${((difference / Math.abs(base)) * 100).toFixed(1).replace('-', '−')} %)`;
  return difference === 0 ? 'the same' : `${sign}${words(difference)}${part}`;
}

/** So many of a long list, evenly, with its first and its last. */
export function sample<Item>(items: readonly Item[], most: number): Item[] {
  if (items.length <= most) return [...items];
  const step = (items.length - 1) / (most - 1);
  return Array.from({ length: most }, (_, index) => items[Math.round(index * step)]).filter(
    (item) => item !== undefined,
  );
}
