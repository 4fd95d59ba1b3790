// What a run has to show for itself: its progress while it goes, its status, its result document at the end. Pure.

import type { RunDocument, RunStatus, TaskCounts } from '#descriptors/run';
import type { RunEnd } from '#machines/run.machine';

/** How far a run has come, as HKube words it. */
export interface RunProgress {
  readonly jobId: string;
  /** Tasks that have ended, in percent of all that are known. */
  readonly progress: number;
  /** `33.33% completed, 4 succeed, 2 active` */
  readonly details: string;
  readonly states: Readonly<Record<string, number>>;
}

const order = ['succeed', 'failed', 'skipped', 'creating', 'active'] as const;

export function progressOf(jobId: string, counts: TaskCounts): RunProgress {
  const over = counts.succeed + counts.failed + counts.skipped;
  const progress = counts.total === 0 ? 0 : Math.round((10_000 * over) / counts.total) / 100;
  const present = order.filter((state) => counts[state] > 0);
  const details = [`${progress}% completed`, ...present.map((state) => `${counts[state]} ${state}`)].join(', ');
  return { jobId, progress, details, states: Object.fromEntries(present.map((state) => [state, counts[state]])) };
}

/** `now` and `startTime` in milliseconds since 1970. */
export function documentOf(
  head: Pick<RunDocument, 'jobId' | 'pipeline' | 'startTime'>,
  end: RunEnd,
  now: number,
): RunDocument {
  return { ...head, timestamp: now, timeTook: (now - head.startTime) / 1_000, ...end };
}

/** The status of a run: `document` is what it ended with, if it is over. `now` in milliseconds since 1970. */
export function statusOf(
  { jobId, pipeline, state }: { readonly jobId: string; readonly pipeline: string; readonly state: string },
  progress: RunProgress,
  { document, now }: { readonly document: RunDocument | undefined; readonly now: number },
): RunStatus {
  const { progress: percent, details, states } = progress;
  const data = { progress: percent, details, states };
  const going = { jobId, timestamp: document?.timestamp ?? now, pipeline, status: state, data };
  switch (document?.status) {
    case 'failed':
      return { ...going, level: 'error', error: document.error, nodeName: document.nodeName };
    case 'stopped':
      return { ...going, level: 'info', reason: document.reason };
    case 'completed':
      return { ...going, level: 'info' };
    case undefined:
      return { ...going, level: 'debug' };
  }
}
