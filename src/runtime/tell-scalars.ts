// Scalars on their way into files, told to whoever looks at this process: the last MOST_TASKS tasks to one who begins to look.

import type { Probe } from '#inspector/probe';
import { createSeriesBook, type SeriesBook } from '#metrics/series';
import type { After } from '#model/after';
import type { TaskIds } from '#model/task';
import type { Metrics } from '#runtime/metrics';

const MOST_TASKS = 50;
const PAUSE_MS = 250;

interface Told {
  readonly task: TaskIds;
  readonly book: SeriesBook;
}

/** The same metrics, overheard. */
export function tellScalars(metrics: Metrics, probe: Probe, after: After): Metrics {
  const tasks: Told[] = [];
  let current: Told | undefined;
  let forget: (() => void) | undefined;

  function begin(task: TaskIds): Told {
    const told = { task, book: createSeriesBook() };
    tasks.push(told);
    if (tasks.length > MOST_TASKS) tasks.shift();
    return told;
  }

  function tell(): void {
    forget?.();
    forget = undefined;
    const series = current?.book.news() ?? [];
    if (current && series.length > 0) probe.scalars(current.task, series);
  }

  probe.onWatched(() => {
    for (const { task, book } of tasks) probe.scalars(task, book.whole());
  });
  return {
    write: (task, calls) => {
      metrics.write(task, calls);
      if (!calls.some(({ kind }) => kind === 'scalar')) return;
      current ??= begin(task);
      for (const call of calls) if (call.kind === 'scalar') current.book.add(call);
      if (probe.isWatched) forget ??= after(PAUSE_MS, tell);
    },
    close: () => {
      metrics.close();
      tell();
      current = undefined;
    },
  };
}
