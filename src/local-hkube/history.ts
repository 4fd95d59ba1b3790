// The runs of people that have ended, and those that are on their way, in a folder: so that they outlive this process.
//
//   J1. A run is reported as over when its result is on the disk, and not before.
//   J2. A run whose process is gone has failed, with words: nobody else can end it.
//   J3. Of runs that are over so many are kept; the oldest go first.
//
// `runs/<jobId>/` holds run.json, which is small, pipeline.json, and when it is over end.json.

import { access, constants, mkdir, readdir, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import * as z from 'zod/mini';
import { RuntimeError } from '#errors';
import { AuditEntry, JobEntry, JobTree } from '#descriptors/job';
import { isOver, RunDocument, RunGraph, RunStatus, type RunSummary } from '#descriptors/run';
import { checkPipeline, type RawPipeline } from '#descriptors/pipeline';
import { describeFailure } from '#model/failure';
import { createId } from '#model/create-id';
import { isAlive, markOf } from '#processes/alive';
import { facetsOf } from '#local-hkube/job-entry';
import type { LocalLogger } from '#local-hkube/local-logger';
import { readJson } from '#model/read-json';
import { writeJson } from '#model/write-file';

/** What a run that is over has left. */
export interface RunRemains {
  readonly document: RunDocument;
  readonly status: RunStatus;
  /** Not of one whose process was killed. */
  readonly graph?: RunGraph | undefined;
  readonly auditTrail?: readonly AuditEntry[] | undefined;
  /** The runs that have come of it. */
  readonly tree?: JobTree | undefined;
}

export interface History {
  /** Looks at what is there; runs whose process is gone are marked (J2). Rejects with `INVALID_OPTIONS`. */
  open(): Promise<void>;
  /** Resolves when the run is known to the folder; never rejects. */
  begin(run: Pick<RunSummary, 'jobId' | 'pipeline' | 'startTime'>, pipeline: RawPipeline): Promise<void>;
  /** Resolves with whether it is kept; never rejects. */
  end(remains: RunRemains): Promise<boolean>;
  list(): Promise<JobEntry[]>;
  /** What is left of a run that is over; of one that another process runs, its summary. */
  find(jobId: string): Promise<RunRemains | RunSummary | undefined>;
  /** As it ran. */
  pipeline(jobId: string): Promise<RawPipeline | undefined>;
}

const Record = z.extend(JobEntry, {
  owner: z.object({ pid: z.number(), birth: z.nullable(z.string()), process: z.string() }),
});
type Record = z.output<typeof Record>;
const End = z.object({
  document: RunDocument,
  status: RunStatus,
  graph: z.optional(RunGraph),
  auditTrail: z.optional(z.array(AuditEntry)),
  tree: z.optional(JobTree),
});

/** Tells this process from a later one that has got its number. */
const owner = { ...markOf(process.pid), process: createId(12) };

export interface HistoryOptions {
  /** The folder, such as `.hkube/local`. */
  readonly folder: string;
  /** How many runs are kept. */
  readonly keep: number;
  /** Old runs were removed: what belongs to others than these can go, too. Never rejects. */
  readonly onPruned?: (isKept: (jobId: string) => boolean) => Promise<void>;
  readonly logger: LocalLogger;
}

export function createHistory({ folder, keep, logger, onPruned }: HistoryOptions): History {
  const runs = resolve(folder, 'runs');
  /** What is still being written, by run. */
  const writing = new Map<string, Promise<boolean>>();
  const own = new Map<string, Record>();
  let begun = 0;

  const placeOf = (jobId: string, file: string): string => join(runs, jobId, `${file}.json`);

  /** One after the other; what fails is said and harms no run. */
  function write(jobId: string, work: () => Promise<void>): Promise<boolean> {
    const before = writing.get(jobId) ?? Promise.resolve(true);
    const written = before.then(work).then(
      () => true,
      (error: unknown) => {
        logger.error(`run ${jobId} could not be kept in ${runs}: ${describeFailure(error).message}`);
        return false;
      },
    );
    writing.set(jobId, written);
    return written;
  }

  async function read(jobId: string): Promise<Record | undefined> {
    // What is asked for is a name, and no path.
    if (!/^\w+$/.test(jobId)) return undefined;
    const record = await readJson(placeOf(jobId, 'run'), Record);
    return record && record.jobId === jobId ? record : undefined;
  }

  /** In portions: files that are open at once are scarce. */
  async function readAll(): Promise<Record[]> {
    const names = await namesIn(runs);
    const records: Record[] = [];
    for (let from = 0; from < names.length; from += PORTION) {
      const portion = await Promise.all(names.slice(from, from + PORTION).map(read));
      records.push(...portion.flatMap((record) => record ?? []));
    }
    return records.toSorted((one, other) => other.startTime - one.startTime);
  }

  /** J2; its end may have been written before it was killed. */
  async function endOf(record: Record): Promise<RunRemains> {
    const end = await readJson(placeOf(record.jobId, 'end'), End);
    if (end) return end;
    const words = isOver(record.status)
      ? `its result cannot be read any more (${placeOf(record.jobId, 'end')}).`
      : `local HKube (process ${record.owner.pid}) was ended while this run was on its way. Run it again.`;
    return broken(record, words, Date.now());
  }

  async function keepEnd(record: Record, remains: RunRemains): Promise<void> {
    const { status, timeTook } = remains.document;
    const { auditTrail, status: state } = remains;
    await writeJson(placeOf(record.jobId, 'end'), remains, true);
    await writeJson(placeOf(record.jobId, 'run'), { ...record, status, timeTook, state, auditTrail }, true);
  }

  /** J3 */
  async function prune(): Promise<void> {
    const records = await readAll();
    const old = records.slice(keep).filter(({ status }) => isOver(status));
    await Promise.all(old.map(({ jobId }) => rm(join(runs, jobId), { recursive: true, force: true })));
    const kept = new Set(await namesIn(runs));
    await onPruned?.((jobId) => kept.has(jobId));
  }

  async function open(): Promise<void> {
    await mkdir(runs, { recursive: true })
      .then(() => access(runs, constants.R_OK | constants.W_OK))
      .catch((cause: unknown) => {
        throw new RuntimeError(
          'INVALID_OPTIONS',
          `${runs}: runs cannot be kept there: ${describeFailure(cause).message}. Give a folder that can be written to.`,
          { cause },
        );
      });
    const abandoned = (await readAll()).filter(isAbandoned);
    for (const record of abandoned) {
      const end = await endOf(record);
      await write(record.jobId, () => keepEnd(record, end));
      writing.delete(record.jobId);
    }
    await prune();
  }

  return {
    open,
    begin: async ({ jobId, pipeline, startTime }, document) => {
      const record: Record = { jobId, pipeline, status: 'active', startTime, owner, facets: facetsOf(document) };
      own.set(jobId, record);
      begun += 1;
      if (begun % PRUNE_EVERY === 0)
        void prune().catch((error: unknown) => logger.warn(`${runs}: ${describeFailure(error).message}`));
      await write(jobId, async () => {
        await writeJson(placeOf(jobId, 'run'), record);
        await writeJson(placeOf(jobId, 'pipeline'), document);
      });
    },
    end: async (remains) => {
      const { jobId } = remains.document;
      const record = own.get(jobId);
      const isKept = record !== undefined && (await write(jobId, () => keepEnd(record, remains)));
      writing.delete(jobId);
      own.delete(jobId);
      return isKept;
    },
    list: async () => (await readAll()).map(entryOf),
    pipeline: async (jobId) => {
      if (!(await read(jobId))) return undefined;
      const kept = await readJson(placeOf(jobId, 'pipeline'), z.looseObject({}));
      return kept && checkPipeline(kept, `run ${jobId}`);
    },
    find: async (jobId) => {
      const record = await read(jobId);
      if (!record) return undefined;
      return isOver(record.status) || isAbandoned(record) ? endOf(record) : summaryOf(record);
    },
  };
}

function entryOf(record: Record): JobEntry {
  const { facets, state, auditTrail } = record;
  return { ...summaryOf(record), facets, state, auditTrail };
}

function summaryOf(record: Record): RunSummary {
  const { jobId, pipeline, status, startTime, timeTook } = record;
  return { jobId, pipeline, startTime, timeTook, status: isAbandoned(record) ? 'failed' : status };
}

const PRUNE_EVERY = 100;
const PORTION = 64;

const namesIn = (folder: string): Promise<string[]> => readdir(folder).catch(() => []);

/** It is on its way by its own account, and whoever had it on its way is gone. */
function isAbandoned({ status, owner: { process: name, ...mark } }: Record): boolean {
  if (isOver(status) || name === owner.process) return false;
  return mark.pid === process.pid || !isAlive(mark);
}

function broken({ jobId, pipeline, startTime }: Record, error: string, now: number): RunRemains {
  const failed = { status: 'failed', error, nodeName: '' } as const;
  return {
    document: { jobId, pipeline, startTime, timestamp: now, timeTook: (now - startTime) / 1_000, ...failed },
    status: { jobId, pipeline, timestamp: now, level: 'error', ...failed },
  };
}
