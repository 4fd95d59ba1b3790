// What is kept of a build that is over. Pure.

import { type BuildDocument, imageOf } from '#builds/build';
import type { BuildLog } from '#builds/build-log';
import { type BuildRecord, codeFolder } from '#builds/shelf';
import type { BuildFailure } from '#machines/build.machine';

export interface Ending {
  readonly status: 'completed' | 'failed' | 'stopped';
  /** In percent. */
  readonly progress: number;
  readonly failure: BuildFailure | null;
}

/** Where a build that has failed stands, in HKube's numbers. */
export const FAILED_PROGRESS = 80;

type Marked = Pick<BuildLog, 'warnings' | 'errors' | 'tail'>;

export function endedRecord(
  record: BuildRecord,
  { status, progress, failure }: Ending,
  { warnings, errors, tail }: Marked,
): BuildRecord {
  const isCompleted = status === 'completed';
  const now = Date.now();
  const build: BuildDocument = {
    ...record.build,
    ...{ status, progress, endTime: now, timestamp: now },
    // The log is a file of its own.
    result: { data: '', warnings: [...warnings], errors: [...errors] },
    error: failure?.message ?? null,
    trace: failure === null ? null : failure.trace || tail,
    ...(isCompleted && { algorithmImage: imageOf(record.build) }),
  };
  return { ...record, build, isBuilt: false, runs: isCompleted ? codeFolder(record) : record.runs };
}

/** How its log ends. */
export function lastWords({ status, failure }: Ending): string {
  switch (status) {
    case 'completed':
      return 'Built.';
    case 'failed':
      return `Failed: ${failure?.message ?? ''}`;
    case 'stopped':
      return failure === null ? 'Stopped.' : `Stopped: ${failure.message}`;
  }
}
