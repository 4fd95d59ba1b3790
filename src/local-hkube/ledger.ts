// What is known of runs, by their ids, in HKube's words: those that are on their way here, the last ones that have ended, and, with
// a folder, those of before.

import { RuntimeError } from '#errors';
import type { RawPipeline } from '#descriptors/pipeline';
import { isOver, type RunDocument, type RunGraph, type RunStatus, type RunSummary } from '#descriptors/run';
import type { History, RunRemains } from '#local-hkube/history';
import type { PendingRun } from '#local-hkube/run';

type BookedRun = Omit<PendingRun, 'admit'>;

/** When a run is in the books: at its beginning, and with its document. Neither rejects. */
export interface Entered {
  readonly listed: Promise<void>;
  readonly kept: Promise<RunDocument>;
}

export interface Ledger {
  open(): Promise<void>;
  /**
   * Takes a run into the books. A run that is nobody's sub-pipeline is a root, and stays there when it is over.
   */
  enter(run: BookedRun, pipeline: RawPipeline, isRoot: boolean): Entered;
  /** Throws `NOT_FOUND` if it is not on its way here. */
  stop(jobId: string, reason: string): void;
  list(): Promise<RunSummary[]>;
  status(jobId: string): Promise<RunStatus>;
  graph(jobId: string): Promise<RunGraph>;
  result(jobId: string): Promise<RunDocument>;
}

/** A run that is on its way, or over and not kept yet. */
interface Entry {
  readonly run: BookedRun;
  readonly isRoot: boolean;
  readonly kept: Promise<RunDocument>;
}

/** Of runs that are over, and in no folder. */
const REMEMBERED = 100;

/** Each time that so many were forgotten, what belongs to them goes, too. */
const FORGET_EVERY = 20;

/** `forget`: what belongs to others than these can go. */
export function createLedger(
  history: History | null,
  forget?: (isKept: (jobId: string) => boolean) => Promise<void>,
): Ledger {
  let forgotten = 0;
  const live = new Map<string, Entry>();
  const ended = new Map<string, RunRemains>();

  function remember(remains: RunRemains): void {
    ended.set(remains.document.jobId, remains);
    for (const jobId of ended.keys()) {
      if (ended.size <= REMEMBERED) break;
      ended.delete(jobId);
      forgotten += 1;
      if (history === null && forgotten % FORGET_EVERY === 0) void forget?.((id) => live.has(id) || ended.has(id));
    }
  }

  async function book(run: BookedRun, isRoot: boolean): Promise<RunDocument> {
    const document = await run.done;
    if (isRoot) {
      const remains = { document, status: run.status(), graph: run.graph() };
      // What the folder does not take is at least remembered.
      if (!(await history?.end(remains))) remember(remains);
    }
    live.delete(run.jobId);
    return document;
  }

  /** One that is over and not kept yet is waited for (J1). */
  async function find(jobId: string): Promise<BookedRun | RunRemains | RunSummary> {
    const entry = live.get(jobId);
    if (entry && isOver(entry.run.status().status)) await entry.kept;
    const found = live.get(jobId)?.run ?? ended.get(jobId) ?? (await history?.find(jobId));
    if (found) return found;
    throw new RuntimeError('NOT_FOUND', `job ${jobId} Not Found`, { facts: { jobId } });
  }

  return {
    open: async () => history?.open(),
    enter: (run, pipeline, isRoot) => {
      const listed = isRoot && history ? history.begin(summaryOf(run), pipeline) : Promise.resolve();
      const kept = book(run, isRoot);
      live.set(run.jobId, { run, isRoot, kept });
      return { listed, kept };
    },
    stop: (jobId, reason) => {
      const run = live.get(jobId)?.run;
      if (run) return run.stop(reason);
      throw new RuntimeError('NOT_FOUND', `No jobs found matching criteria (jobId: ${jobId})`, { facts: { jobId } });
    },
    list: async () => {
      await Promise.all([...live.values()].filter(({ run }) => isOver(run.status().status)).map(({ kept }) => kept));
      const here = [...live.values()].flatMap(({ run, isRoot }) => (isRoot ? summaryOf(run) : []));
      const known = [...here, ...[...ended.values()].map(({ document }) => summaryOfEnded(document))];
      const before = (await history?.list()) ?? [];
      const mine = new Set(known.map(({ jobId }) => jobId));
      return [...known, ...before.filter(({ jobId }) => !mine.has(jobId))].toSorted(
        (one, other) => other.startTime - one.startTime,
      );
    },
    status: async (jobId) => {
      const found = await find(jobId);
      if ('done' in found) return found.status();
      return 'document' in found ? found.status : { ...found, timestamp: found.startTime };
    },
    graph: async (jobId) => {
      const found = await find(jobId);
      const graph = 'done' in found ? found.graph() : 'document' in found ? found.graph : undefined;
      if (graph) return graph;
      throw new RuntimeError('NOT_FOUND', `graph ${jobId} Not Found`, { facts: { jobId } });
    },
    result: async (jobId) => {
      const found = await find(jobId);
      if ('document' in found) return found.document;
      const { pipeline, status } = 'done' in found ? found.status() : found;
      throw new RuntimeError(
        'INVALID_CALL',
        `unable to get results for pipeline ${pipeline} because its in ${status} status`,
        { facts: { jobId, status } },
      );
    },
  };
}

function summaryOf(run: BookedRun): RunSummary {
  const { jobId, pipeline, status } = run.status();
  return { jobId, pipeline, status, startTime: run.startTime };
}

function summaryOfEnded({ jobId, pipeline, status, startTime, timeTook }: RunDocument): RunSummary {
  return { jobId, pipeline, status, startTime, timeTook };
}
