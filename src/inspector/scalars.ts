// What tasks measure of themselves, on its way out of a process.
//
//   Q4. It is gathered by task and tag, and told once a batch: a training of many steps does not make a frame of each. No frame has
//       more points than a reader takes in at once.
//   Q5. `redact` is asked about the points of a tag, by the name of the tag: where it gives back anything else, they are not told.

import type { Happening, ScalarPoint, ScalarSeries } from '#inspector/frames';
import { createCopies } from '#inspector/copies';
import { errorText, fieldsOf } from '#inspector/read-actor';
import type { Redact } from '#inspector/shorten';
import type { TaskIds } from '#model/task';

export type Scalars = Extract<Happening, { kind: 'scalars' }>;

export interface ScalarBook {
  /** Values that are no finite number are told as null. */
  add(task: TaskIds, series: readonly ScalarSeries[]): void;
  /** What was gathered, and how large it is in characters, about; it is gathered no longer. */
  drain(): { readonly scalars: Scalars; readonly chars: number }[];
  clear(): void;
}

const POINTS_A_FRAME = 5_000;
/** A point as JSON, about. */
export const POINT_CHARS = 36;

interface Pending {
  points: ScalarPoint[];
  isWhole: boolean;
}

interface OfTask {
  readonly task: TaskIds;
  readonly byTag: Map<string, Pending>;
}

export function createScalarBook(redact?: Redact): ScalarBook {
  const redacted = createRedactScalars(redact);
  const byTask = new Map<string, OfTask>();

  function add(task: TaskIds, series: readonly ScalarSeries[]): void {
    const key = taskKey(task);
    const { byTag } = byTask.get(key) ?? begin(key, task);
    for (const { tag, points, isWhole } of series) {
      const before = isWhole ? undefined : byTag.get(tag);
      const pending = before ?? { points: [], isWhole };
      for (const point of points) pending.points.push(finite(point));
      byTag.set(tag, pending);
    }
  }

  function begin(key: string, task: TaskIds): OfTask {
    const one: OfTask = { task, byTag: new Map() };
    byTask.set(key, one);
    return one;
  }

  return {
    add,
    clear: () => byTask.clear(),
    drain: () => {
      const told = [...byTask.values()].flatMap(({ task, byTag }) =>
        framed(byTag).map((series) => ({
          scalars: redacted({ kind: 'scalars', task, series }),
          chars: POINT_CHARS * countPoints(series),
        })),
      );
      byTask.clear();
      return told;
    },
  };
}

/** The task of these ids, as one word. */
export const taskKey = ({ jobId, taskId, attempts }: TaskIds): string => JSON.stringify([jobId, taskId, attempts]);

export const countPoints = (series: readonly ScalarSeries[]): number =>
  series.reduce((sum, { points }) => sum + points.length, 0);

const finite = ([step, value, atMs]: ScalarPoint): ScalarPoint => [
  step,
  value !== null && Number.isFinite(value) ? value : null,
  atMs,
];

/** Q4 */
function framed(byTag: ReadonlyMap<string, Pending>): ScalarSeries[][] {
  const frames: ScalarSeries[][] = [];
  let room = 0;
  for (const [tag, { points, isWhole }] of byTag) {
    let start = 0;
    do {
      if (room === 0) frames.push([]);
      if (room === 0) room = POINTS_A_FRAME;
      const piece = points.slice(start, start + room);
      frames.at(-1)?.push({ tag, points: piece, isWhole: isWhole && start === 0 });
      start += piece.length;
      room -= piece.length;
    } while (start < points.length);
  }
  return frames;
}

/** Q5, and texts without what nobody may see. */
export function createRedactScalars(redact?: Redact): (scalars: Scalars) => Scalars {
  const { brief } = createCopies(redact);

  function isSeen({ tag, points }: ScalarSeries): boolean {
    try {
      return !redact || redact(points, tag) === points;
    } catch {
      return false;
    }
  }

  return ({ kind, task, series }) => ({
    kind,
    task: idsOf(fieldsOf(brief(task))),
    series: series.filter(isSeen).map((one) => ({ ...one, tag: errorText(one.tag, brief) })),
  });
}

function idsOf(copy: Readonly<Record<string, unknown>>): TaskIds {
  const text = (name: keyof TaskIds): string | null => {
    const value = copy[name];
    return typeof value === 'string' ? value : null;
  };
  return {
    ...{ jobId: text('jobId'), taskId: text('taskId'), nodeName: text('nodeName') },
    ...{ algorithmName: text('algorithmName'), pipelineName: text('pipelineName') },
    attempts: typeof copy['attempts'] === 'number' ? copy['attempts'] : null,
  };
}
