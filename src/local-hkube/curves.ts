// The curves of tasks for whoever looks: read from the files that are kept, whoever wrote them.
//
//   E1. As long as nobody looks, nothing is read.
//   E2. Who begins to look is told of the last MOST_TASKS tasks, those of former processes, too; then what comes, a few times a second.
//   E3. What is remembered is not read again; there is a limit to it.

import { dirname, join } from 'node:path';
import type { Probe } from '#inspector/probe';
import { eventFilesBelow, idsOf, type Owner, readOwner, taskFolders } from '#local-hkube/metrics-layout';
import { createEventReader, type EventReader } from '#metrics/event-reader';
import { createSeriesBook, type SeriesBook, tooMany } from '#metrics/series';

const MOST_TASKS = 50;
const PAUSE_MS = 250;

export interface Curves {
  /** More of this task, in this folder, can be read. */
  grown(folder: string, owner: Owner): void;
  close(): void;
}

interface TaskCurves {
  readonly owner: Owner;
  readonly readers: Map<string, EventReader>;
  readonly book: SeriesBook;
}

/** `root`: where the files of all tasks are kept. */
export function createCurves(probe: Pick<Probe, 'isWatched' | 'scalars' | 'onWatched'>, root: () => string): Curves {
  const known = new Map<string, TaskCurves>();
  const waiting = new Map<string, Owner>();
  let working: Promise<void> = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;

  /** One after the other: nothing is read twice. Where nothing can be kept there is nothing to read. */
  function queue(work: () => Promise<void>): void {
    working = working.then(work).catch(() => undefined);
  }

  function curvesOf(folder: string, owner: Owner): TaskCurves {
    const found = known.get(folder) ?? { owner, readers: new Map<string, EventReader>(), book: createSeriesBook() };
    known.delete(folder);
    known.set(folder, found);
    const books = [...known.values()].map(({ book }) => book);
    for (const oldest of [...known.keys()].slice(0, tooMany(books, MOST_TASKS))) known.delete(oldest);
    return found;
  }

  /** E3 */
  async function readOn(folder: string, { readers, book }: TaskCurves): Promise<void> {
    for (const path of await eventFilesBelow(folder)) {
      const reader = readers.get(path) ?? createEventReader(join(folder, path));
      readers.set(path, reader);
      const below = dirname(path);
      const prefix = below === '.' ? '' : `${below.replaceAll('\\', '/')}/`;
      await reader.read((scalars) => {
        for (const scalar of scalars) book.add({ ...scalar, tag: `${prefix}${scalar.tag}` });
      });
    }
  }

  async function tellWaiting(): Promise<void> {
    const grown = [...waiting];
    waiting.clear();
    for (const [folder, owner] of grown) {
      const curves = curvesOf(folder, owner);
      await readOn(folder, curves);
      const series = curves.book.news();
      if (series.length > 0) probe.scalars(idsOf(owner), series);
    }
  }

  /** E2: the oldest first, so that they are told in the order of time. */
  async function tellAll(): Promise<void> {
    const folders = await taskFolders(root());
    for (const folder of folders.slice(0, MOST_TASKS).reverse()) {
      const owner = known.get(folder)?.owner ?? (await readOwner(folder));
      if (!owner || !probe.isWatched) continue;
      const curves = curvesOf(folder, owner);
      await readOn(folder, curves);
      const series = curves.book.whole();
      if (series.length > 0) probe.scalars(idsOf(owner), series);
    }
  }

  probe.onWatched(() => queue(tellAll));
  return {
    grown: (folder, owner) => {
      // E1
      if (!probe.isWatched) return;
      waiting.set(folder, owner);
      timer ??= setTimeout(() => {
        timer = undefined;
        queue(tellWaiting);
      }, PAUSE_MS).unref();
    },
    close: () => clearTimeout(timer),
  };
}
