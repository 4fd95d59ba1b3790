// The curves of a scene: what each task has measured, by tag.
//
//   U1. Of a long curve every other point goes, but never the lowest nor the highest of its neighbourhood, the first, or the last.
//   U2. There are only so many points in all: the tasks that have measured nothing for the longest go.
//   U3. Scenes of different points in time share a list that grows, and each knows how much of it is its own. Who goes on from an
//       earlier one has a copy.

import type { FrameOf, ScalarPoint } from '#inspector/frames';
import type { TaskIds } from '#model/task';

export interface Curve {
  /** It may hold more: what came later. */
  readonly list: ScalarPoint[];
  readonly count: number;
}

export interface TaskCurves {
  readonly key: string;
  readonly task: TaskIds;
  readonly process: string;
  /** When it was told last. */
  readonly at: number;
  /** How much it takes of what may be kept: its points, and something for itself. */
  readonly weight: number;
  readonly tags: ReadonlyMap<string, Curve>;
}

/** So many points of a tag are kept, and so many in all. */
export const MOST_POINTS = 4_000;
export const MOST_IN_ALL = 400_000;
const OWN_WEIGHT = 400;

/** Takes the frame into the map. */
export function measured(curves: Map<string, TaskCurves>, { task, process, at, series }: FrameOf<'scalars'>): void {
  // Who sends no ids has one task at a time.
  const key = task.taskId === null ? process : [task.jobId, task.taskId, task.attempts].join('/');
  const tags = new Map(curves.get(key)?.tags);
  for (const { tag, points, isWhole } of series) tags.set(tag, grown(isWhole ? undefined : tags.get(tag), points));
  let weight = OWN_WEIGHT;
  for (const { count } of tags.values()) weight += count;
  curves.delete(key);
  curves.set(key, { key, task, process, at, weight, tags });
  let all = 0;
  for (const one of curves.values()) all += one.weight;
  for (const [old, one] of curves) {
    if (all <= MOST_IN_ALL || old === key) return;
    curves.delete(old);
    all -= one.weight;
  }
}

/** U3 */
function grown(before: Curve | undefined, points: readonly ScalarPoint[]): Curve {
  const isLast = before !== undefined && before.list.length === before.count;
  let list = isLast ? before.list : pointsOf(before);
  for (const point of points) list.push(point);
  if (list.length > MOST_POINTS) list = thinned(list);
  return { list, count: list.length };
}

/** The points of a curve, which nobody changes. */
export const pointsOf = (curve: Curve | undefined): ScalarPoint[] => curve?.list.slice(0, curve.count) ?? [];

/** U1 */
function thinned(points: ScalarPoint[]): ScalarPoint[] {
  if (points.length <= MOST_POINTS) return points;
  const kept: ScalarPoint[] = [];
  const ends = new Set([points[0], points.at(-1)]);
  for (let place = 0; place < points.length; place += 4) {
    const four = points.slice(place, place + 4);
    const sorted = four.filter(([, value]) => value !== null).sort(([, one], [, other]) => Number(one) - Number(other));
    ends.add(sorted[0] ?? four[0]).add(sorted.at(-1));
    kept.push(...four.filter((point) => ends.has(point)));
  }
  return thinned(kept);
}
