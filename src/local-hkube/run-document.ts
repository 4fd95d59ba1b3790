// What a run has to show for itself: its progress while it goes, its result document at the end. Pure.

import type { NodeResult, TaskCounts } from '#descriptors/run';
import type { RunEnd } from '#machines/run.machine';

/** How far a run has come, as HKube words it. */
export interface RunProgress {
  readonly jobId: string;
  /** Tasks that have ended, in percent of all that are known. */
  readonly progress: number;
  /** `33.33% completed, 4 succeed, 2 active` */
  readonly details: string;
  readonly states: Readonly<Partial<Record<Exclude<keyof TaskCounts, 'total'>, number>>>;
}

interface RunDocumentHead {
  readonly jobId: string;
  /** Milliseconds since 1970, as `timestamp`. */
  readonly startTime: number;
  /** The pipeline's name. */
  readonly pipeline: string;
  readonly timestamp: number;
  /** In seconds. */
  readonly timeTook: number;
}

/** The result document of a run: what HKube answers to `GET /exec/results/{jobId}`. */
export type RunDocument = RunDocumentHead &
  (
    | { readonly status: 'completed'; readonly data: readonly NodeResult[] }
    | { readonly status: 'failed'; readonly error: string; readonly nodeName: string }
    | { readonly status: 'stopped'; readonly reason: string }
  );

const order = ['succeed', 'failed', 'skipped', 'active'] as const;

export function progressOf(jobId: string, counts: TaskCounts): RunProgress {
  const over = counts.succeed + counts.failed + counts.skipped;
  const progress = counts.total === 0 ? 0 : Math.round((10_000 * over) / counts.total) / 100;
  const present = order.filter((state) => counts[state] > 0);
  const details = [`${progress}% completed`, ...present.map((state) => `${counts[state]} ${state}`)].join(', ');
  return { jobId, progress, details, states: Object.fromEntries(present.map((state) => [state, counts[state]])) };
}

/** `now` and `startTime` in milliseconds since 1970. */
export function documentOf(
  head: Pick<RunDocumentHead, 'jobId' | 'pipeline' | 'startTime'>,
  end: RunEnd,
  now: number,
): RunDocument {
  return { ...head, timestamp: now, timeTook: (now - head.startTime) / 1_000, ...end };
}
