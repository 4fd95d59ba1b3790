// The scalars of tasks, on their way into files.
//
//   G1. A task has a file of its own, from its first scalar on; it is whole, and closed, before the task's outcome leaves.
//   G2. Meanwhile it is written out every FLUSH_MS, so that it can be followed.
//   G3. A file that cannot be written costs its scalars and a warning, never the task. The same words are said once.

import type { Logger } from '#handlers/logger';
import { type EventFile, openEventFile } from '#metrics/event-file';
import type { After } from '#model/after';
import type { ApiCall } from '#model/api-call';
import { describeFailure } from '#model/failure';
import type { TaskIds } from '#model/task';

const FLUSH_MS = 500;

export interface Metrics {
  /** Takes the scalars among these calls. */
  write(task: TaskIds, calls: readonly ApiCall[]): void;
  /** The task is over, or as good as over. */
  close(): void;
}

export interface MetricsOptions {
  /** Undefined: there is none. */
  readonly folder: string | undefined;
  readonly logger: Logger;
  readonly after: After;
}

export type OpenMetrics = (options: MetricsOptions) => Metrics;

export const openMetrics: OpenMetrics = ({ folder, logger, after }) => {
  const warned = new Set<string>();
  let file: EventFile | undefined;
  /** The rest of this task's scalars is lost (G3). */
  let isLost = false;
  let forgetFlush: (() => void) | undefined;

  function warnOnce(words: string): void {
    if (warned.has(words)) return;
    warned.add(words);
    logger.warn(words);
  }

  function attempt(work: () => void): void {
    try {
      work();
    } catch (error) {
      isLost = true;
      // Without the name of the file, which is another one each time.
      const why = describeFailure(error).message.replace(/, \w+( '.*)?$/s, '');
      warnOnce(
        `api.metrics.scalar: ${folder ?? ''} cannot be written to (${why}): the task goes on, its scalars are lost`,
      );
    }
  }

  function flush(): void {
    forgetFlush = undefined;
    attempt(() => file?.flush());
  }

  return {
    write: (_, calls) => {
      if (isLost || !calls.some(({ kind }) => kind === 'scalar')) return;
      if (folder === undefined)
        return warnOnce(
          'api.metrics.scalar: scalars are not written, because no folder is known. Set ALGO_METRICS_DIR, or the option metricsDir.',
        );
      attempt(() => {
        file ??= openEventFile(folder);
        for (const call of calls) if (call.kind === 'scalar') file.add(call);
      });
      forgetFlush ??= after(FLUSH_MS, flush);
    },
    close: () => {
      forgetFlush?.();
      forgetFlush = undefined;
      const closing = file;
      file = undefined;
      if (closing) attempt(() => closing.close());
      isLost = false;
    },
  };
};
