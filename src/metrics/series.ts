// The curves of a task, as much of them as a picture needs, and what of that has not been told yet.
//
//   N1. A tag has MOST_POINTS points at most: when they are more, every other one goes, and from then on only each second, fourth, …
//       is kept. The last one is always there.
//   N2. News of a tag follow what was told of it, or replace it: the first time, after points have gone, and now and then, so that
//       last points which were told and not kept do not pile up.
//   N3. A task has MOST_TAGS tags at most; those that come later are left out.

import type { Scalar } from '#model/scalar';

export type Point = readonly [step: number, value: number, atMs: number];

/** `isWhole`: the points replace all that was told of this tag; else they follow it. */
export interface Series {
  readonly tag: string;
  readonly points: readonly Point[];
  readonly isWhole: boolean;
}

export interface SeriesBook {
  add(scalar: Scalar): void;
  /** What is new since the last call of either function. */
  news(): Series[];
  /** All that is known. */
  whole(): Series[];
}

export const MOST_POINTS = 1_000;
export const MOST_TAGS = 100;

interface Curve {
  kept: Point[];
  /** The last one, where it is not kept. */
  last: Point | null;
  /** Each of so many points is kept. */
  stride: number;
  seen: number;
  /** How many of the kept ones were told, and how many points since the last whole. */
  toldKept: number;
  told: number;
  /** N2: what is told next replaces what was told. */
  isWholeNext: boolean;
  hasNews: boolean;
}

export function createSeriesBook(): SeriesBook {
  const curves = new Map<string, Curve>();

  function curveOf(tag: string): Curve | undefined {
    const known = curves.get(tag);
    if (known || curves.size >= MOST_TAGS) return known;
    const fresh = { kept: [], last: null, stride: 1, seen: 0, toldKept: 0, told: 0, isWholeNext: true, hasNews: true };
    curves.set(tag, fresh);
    return fresh;
  }

  const collect = (isWanted: (curve: Curve) => boolean): Series[] =>
    [...curves].flatMap(([tag, curve]) => (isWanted(curve) ? tell(tag, curve) : []));

  return {
    add: ({ tag, step, value, at }) => {
      const curve = curveOf(tag);
      if (curve) addPoint(curve, [step, value, at]);
    },
    news: () => collect(({ hasNews }) => hasNews),
    whole: () =>
      collect((curve) => {
        curve.isWholeNext = true;
        return true;
      }),
  };
}

function addPoint(curve: Curve, point: Point): void {
  curve.hasNews = true;
  const isKept = curve.seen % curve.stride === 0;
  curve.seen += 1;
  if (!isKept) {
    curve.last = point;
    return;
  }
  curve.last = null;
  curve.kept.push(point);
  if (curve.kept.length >= MOST_POINTS) halve(curve);
}

/** N1 */
function halve(curve: Curve): void {
  const last = curve.kept.at(-1) ?? null;
  curve.kept = curve.kept.filter((_, index) => index % 2 === 0);
  curve.last = curve.kept.at(-1) === last ? null : last;
  curve.stride *= 2;
  curve.isWholeNext = true;
}

/** N2 */
function tell(tag: string, curve: Curve): Series {
  const isWhole = curve.isWholeNext || curve.told > 2 * MOST_POINTS;
  const kept = isWhole ? curve.kept : curve.kept.slice(curve.toldKept);
  const points = curve.last ? [...kept, curve.last] : [...kept];
  curve.toldKept = curve.kept.length;
  curve.told = (isWhole ? 0 : curve.told) + points.length;
  curve.isWholeNext = false;
  curve.hasNews = false;
  return { tag, points, isWhole };
}
