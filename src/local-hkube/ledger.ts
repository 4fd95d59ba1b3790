// What is known of runs, by their ids, in HKube's words: those that are on their way here, the last ones that have ended, and, with
// a folder, those of before.

import { RuntimeError } from '#errors';
import type { AuditEntry, JobEntry, JobTree } from '#descriptors/job';
import type { RawPipeline } from '#descriptors/pipeline';
import { isOver, type RunDocument, type RunGraph, type RunStatus, type RunSummary } from '#descriptors/run';
import { createFamilies } from '#local-hkube/families';
import type { History, RunRemains } from '#local-hkube/history';
import { facetsOf, summaryOf } from '#local-hkube/job-entry';
import type { PendingRun } from '#local-hkube/run';

type BookedRun = Omit<PendingRun, 'admit'>;

/** When a run is in the books: at its beginning, and with its document. Neither rejects. */
export interface Entered {
  readonly listed: Promise<void>;
  readonly kept: Promise<RunDocument>;
}

/** What a run is. */
export interface Booking {
  readonly pipeline: RawPipeline;
  /** Nobody's sub-pipeline: it stays in the books when it is over. */
  readonly isRoot: boolean;
  /** The run that it has come of. */
  readonly parentJobId: string | null;
}

/** A run that is on its way, or over and not kept yet. */
export interface LiveRun extends Booking {
  readonly run: BookedRun;
  readonly kept: Promise<RunDocument>;
}

export interface Ledger {
  open(): Promise<void>;
  enter(run: BookedRun, booking: Booking): Entered;
  /** Throws `NOT_FOUND` if it is not on its way here. */
  stop(jobId: string, reason: string): void;
  list(): Promise<RunSummary[]>;
  /** The list, with what a search looks at. */
  entries(): Promise<JobEntry[]>;
  status(jobId: string): Promise<RunStatus>;
  graph(jobId: string): Promise<RunGraph>;
  result(jobId: string): Promise<RunDocument>;
  /** As it runs, or ran. */
  pipeline(jobId: string): Promise<RawPipeline>;
  auditTrail(jobId: string): Promise<readonly AuditEntry[]>;
  tree(jobId: string): Promise<JobTree>;
  /** Undefined if it is not on its way here. */
  live(jobId: string): LiveRun | undefined;
  /** Somebody has done this to a run that is on its way. */
  note(jobId: string, action: AuditEntry['action']): void;
}

interface Entry extends LiveRun {
  readonly auditTrail: AuditEntry[];
}

interface Ended {
  readonly remains: RunRemains;
  readonly pipeline: RawPipeline;
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
  const ended = new Map<string, Ended>();
  const families = createFamilies();

  function remember(one: Ended): void {
    ended.set(one.remains.document.jobId, one);
    for (const jobId of ended.keys()) {
      if (ended.size <= REMEMBERED) break;
      ended.delete(jobId);
      forgotten += 1;
      if (history === null && forgotten % FORGET_EVERY === 0) void forget?.((id) => live.has(id) || ended.has(id));
    }
  }

  async function book(run: BookedRun, { isRoot, pipeline }: Booking, auditTrail: AuditEntry[]): Promise<RunDocument> {
    const document = await run.done;
    const tree = families.leave(run.jobId);
    if (isRoot) {
      const remains = { document, status: run.status(), graph: run.graph(), auditTrail, tree };
      // What the folder does not take is at least remembered.
      if (!(await history?.end(remains))) remember({ remains, pipeline });
    }
    live.delete(run.jobId);
    return document;
  }

  /** One that is over and not kept yet is waited for (J1). */
  async function find(jobId: string): Promise<BookedRun | RunRemains | RunSummary> {
    const entry = live.get(jobId);
    if (entry && isOver(entry.run.status().status)) await entry.kept;
    const found = live.get(jobId)?.run ?? ended.get(jobId)?.remains ?? (await history?.find(jobId));
    if (found) return found;
    throw notFound('job', jobId);
  }

  async function entries(): Promise<JobEntry[]> {
    await Promise.all([...live.values()].filter(({ run }) => isOver(run.status().status)).map(({ kept }) => kept));
    const here = [...live.values()].flatMap((entry) => (entry.isRoot ? entryOfLive(entry) : []));
    const known = [...here, ...[...ended.values()].map(entryOfEnded)];
    const before = (await history?.list()) ?? [];
    const mine = new Set(known.map(({ jobId }) => jobId));
    return [...known, ...before.filter(({ jobId }) => !mine.has(jobId))].toSorted(
      (one, other) => other.startTime - one.startTime,
    );
  }

  return {
    open: async () => history?.open(),
    enter: (run, booking) => {
      const { pipeline, isRoot, parentJobId } = booking;
      const auditTrail: AuditEntry[] = [{ timestamp: run.startTime, action: 'run' }];
      families.enter({ name: pipeline.name, jobId: run.jobId }, parentJobId);
      const listed = isRoot && history ? history.begin(summaryOf(run), pipeline) : Promise.resolve();
      const kept = book(run, booking, auditTrail);
      live.set(run.jobId, { run, ...booking, kept, auditTrail });
      return { listed, kept };
    },
    stop: (jobId, reason) => {
      const run = live.get(jobId)?.run;
      if (run) return run.stop(reason);
      throw new RuntimeError('NOT_FOUND', `No jobs found matching criteria (jobId: ${jobId})`, { facts: { jobId } });
    },
    list: async () => (await entries()).map(withoutFacets),
    entries,
    status: async (jobId) => {
      const found = await find(jobId);
      if ('done' in found) return found.status();
      return 'document' in found ? found.status : { ...found, timestamp: found.startTime };
    },
    graph: async (jobId) => {
      const found = await find(jobId);
      const graph = 'done' in found ? found.graph() : 'document' in found ? found.graph : undefined;
      if (graph) return graph;
      throw notFound('graph', jobId);
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
    pipeline: async (jobId) => {
      const found = live.get(jobId)?.pipeline ?? ended.get(jobId)?.pipeline ?? (await history?.pipeline(jobId));
      if (found) return found;
      throw notFound('pipeline', jobId);
    },
    auditTrail: async (jobId) => {
      const here = live.get(jobId)?.auditTrail;
      if (here) return here;
      const found = await find(jobId);
      return ('document' in found && found.auditTrail) || [];
    },
    tree: async (jobId) => {
      const here = families.of(jobId);
      if (here) return here;
      const found = await find(jobId);
      if ('document' in found) return found.tree ?? { name: found.document.pipeline, jobId, children: [] };
      return { name: 'done' in found ? found.status().pipeline : found.pipeline, jobId, children: [] };
    },
    live: (jobId) => live.get(jobId),
    note: (jobId, action) => live.get(jobId)?.auditTrail.push({ timestamp: Date.now(), action }),
  };
}

function entryOfLive({ run, pipeline, auditTrail }: Entry): JobEntry {
  return { ...summaryOf(run), state: run.status(), facets: facetsOf(pipeline), auditTrail };
}

function withoutFacets({ jobId, pipeline, status, startTime, timeTook }: JobEntry): RunSummary {
  return { jobId, pipeline, status, startTime, timeTook };
}

function notFound(what: 'job' | 'graph' | 'pipeline', jobId: string): RuntimeError {
  return new RuntimeError('NOT_FOUND', `${what} ${jobId} Not Found`, { facts: { jobId } });
}

function entryOfEnded({ remains: { document, status: state, auditTrail }, pipeline }: Ended): JobEntry {
  const { jobId, pipeline: name, status, startTime, timeTook } = document;
  const facets = facetsOf(pipeline);
  return { jobId, pipeline: name, status, startTime, timeTook, state, facets, auditTrail: [...(auditTrail ?? [])] };
}
