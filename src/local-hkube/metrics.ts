// The metrics of tasks: each worker's algorithm writes into a folder of its own, and what a task has written there is kept, by
// pipeline, node, run and task. What HKube's worker does after a success, done while the task runs, however it ends.
//
//   D1. A folder holds the files of one task: it is taken away, whole and at once, when the task is over, or when the next begins.
//   D2. The end of a task is told when its files are kept, so that whoever hears of it finds them.
//   D3. Nothing that goes wrong here fails a task.

import { mkdtempSync, rmSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describeFailure } from '#model/failure';
import { createFileCollector, type FileCollector } from '#local-hkube/collect-files';
import type { LocalLogger } from '#local-hkube/local-logger';
import { type Owner, ownerOf, removeMetrics, safeName, TASK_FILE, taskPlace } from '#local-hkube/metrics-layout';
import { createWorkerFolder, type WorkerFolder } from '#local-hkube/worker-folder';
import { writeJson } from '#model/write-file';
import type { TaskData } from '#wire/task-data';

/** Where the files of a task are kept; null: none could be. */
export interface KeptMetrics {
  readonly path: string | null;
  readonly error?: string;
}

/** What a task writes, as long as it runs. */
export interface TaskMetrics {
  /** The task is over; undefined if it has written nothing. Never rejects. */
  end(): Promise<KeptMetrics> | undefined;
}

export interface MetricsDesk {
  /** Where everything is kept. */
  readonly root: string;
  /** The folder into which the algorithm of this worker writes; null if there can be none. */
  folderOf(worker: string): string | null;
  /** From now on what is written there is of this task. */
  begin(worker: string, data: TaskData): TaskMetrics;
  /** Removes what belongs to runs that are not kept. Never rejects. */
  prune(isKept: (jobId: string) => boolean): Promise<void>;
  /** Resolves when all is kept that was written, and nothing is left of the folders. */
  close(): Promise<void>;
}

export interface MetricsOptions {
  /** The folder that keeps runs; null: metrics are kept until the end. */
  readonly stateDir: string | null;
  readonly logger: LocalLogger;
  /** More of this task, in this folder, can be read. */
  readonly onGrown: (folder: string, owner: Owner) => void;
}

/** Below the folder that keeps runs. */
export const metricsRoot = (stateDir: string): string => resolve(stateDir, 'metrics');

const PASS_MS = 400;
const NOTHING: TaskMetrics = { end: () => undefined };

/** A task whose folder is in use. */
interface Open {
  /** Takes what has come. */
  pass(): void;
  /** D1: takes the folder away from whoever writes into it. */
  detach(): void;
}

interface Running {
  readonly worker: string;
  readonly folder: WorkerFolder;
  readonly data: TaskData;
  /** In milliseconds since 1970. */
  readonly began: number;
}

/** Where the files of a task go. */
interface Keeping {
  readonly owner: Owner;
  readonly into: string;
  readonly files: FileCollector;
}

function createKeeping(root: string, data: TaskData, began: number): Keeping {
  const owner = ownerOf(data);
  const into = join(root, taskPlace(owner, new Date(began)));
  return { owner, into, files: createFileCollector(into, () => writeJson(join(into, TASK_FILE), owner)) };
}

export function createMetricsDesk({ stateDir, logger, onGrown }: MetricsOptions): MetricsDesk {
  const folders = new Map<string, WorkerFolder | null>();
  const open = new Map<string, Open>();
  const ending = new Set<Promise<unknown>>();
  let root = stateDir === null ? undefined : metricsRoot(stateDir);
  let work: string | undefined;
  let removed = 0;
  let timer: NodeJS.Timeout | undefined;

  const workFolder = (): string => (work ??= mkdtempSync(join(tmpdir(), 'algorithm-actor-metrics-')));
  const rootFolder = (): string => (root ??= join(workFolder(), 'kept'));

  function makeFolder(worker: string): WorkerFolder | null {
    try {
      return createWorkerFolder(join(workFolder(), 'now', safeName(worker)));
    } catch (error) {
      logger.warn(`${worker}: there is no folder for its metrics: ${describeFailure(error).message}`);
      return null;
    }
  }

  function folderOf(worker: string): WorkerFolder | null {
    const known = folders.get(worker);
    if (known !== undefined) return known;
    const made = makeFolder(worker);
    folders.set(worker, made);
    return made;
  }

  /** D1: its files, in a folder that nobody knows; undefined if there are none. */
  function takeAway(worker: string, folder: WorkerFolder): string | undefined {
    try {
      if (folder.isEmpty()) return undefined;
      removed += 1;
      const away = join(workFolder(), String(removed));
      folder.moveTo(away);
      return away;
    } catch (error) {
      logger.warn(`${worker}: its metrics: ${describeFailure(error).message}`);
      return undefined;
    }
  }

  function removeNow(worker: string, left: string): void {
    try {
      rmSync(left, { recursive: true, force: true });
    } catch (error) {
      logger.warn(`${worker}: what was left of its metrics cannot be removed: ${describeFailure(error).message}`);
    }
  }

  function startPasses(): void {
    timer ??= setInterval(() => {
      for (const one of open.values()) one.pass();
      if (open.size > 0) return;
      clearInterval(timer);
      timer = undefined;
    }, PASS_MS).unref();
  }

  function begin(worker: string, data: TaskData): TaskMetrics {
    const folder = folderOf(worker);
    if (folder === null) return NOTHING;
    open.get(worker)?.detach();
    open.delete(worker);
    // What came after the end of a task is nobody's.
    const left = takeAway(worker, folder);
    if (left !== undefined) removeNow(worker, left);
    const task = collect({ worker, folder, data, began: Date.now() });
    open.set(worker, task);
    startPasses();
    return {
      end: () => {
        if (open.get(worker) === task) open.delete(worker);
        return task.end();
      },
    };
  }

  function collect({ worker, folder, data, began }: Running): Open & TaskMetrics {
    const isWanted = data.metrics?.tensorboard !== false;
    let kept: Keeping | undefined;
    let passing: Promise<void> | undefined;
    let isDetached = false;
    let away: string | undefined;

    async function take(from: string, which: 'growing' | 'all'): Promise<Keeping> {
      kept ??= createKeeping(rootFolder(), data, began);
      if (await kept.files.take(from, which)) onGrown(kept.into, kept.owner);
      return kept;
    }

    function detach(): void {
      if (isDetached) return;
      isDetached = true;
      away = takeAway(worker, folder);
    }

    async function pass(): Promise<void> {
      await take(folder.path, 'growing');
      passing = undefined;
    }

    async function finish(from: string): Promise<KeptMetrics> {
      await passing;
      const { files, into } = await take(from, 'all');
      await rm(from, { recursive: true, force: true }).catch(() => undefined);
      const path = files.count > 0 ? into : null;
      if (files.problem === null) return { path };
      logger.warn(`${data.nodeName ?? ''} (${data.taskId ?? ''}): metrics were not kept: ${files.problem}`);
      return { path, error: files.problem };
    }

    return {
      pass: () => {
        if (!isDetached && isWanted && hasCome(folder)) passing ??= pass();
      },
      detach,
      end: () => {
        detach();
        if (away !== undefined && isWanted) return noteEnding(finish(away));
        if (away !== undefined) void noteEnding(rm(away, { recursive: true, force: true }).catch(() => undefined));
        return kept && kept.files.count > 0 ? Promise.resolve({ path: kept.into }) : undefined;
      },
    };
  }

  /** What cannot be looked at is said at the end. */
  function hasCome(folder: WorkerFolder): boolean {
    try {
      return !folder.isEmpty();
    } catch {
      return false;
    }
  }

  function noteEnding<Value>(work: Promise<Value>): Promise<Value> {
    ending.add(work);
    void work.then(() => ending.delete(work));
    return work;
  }

  return {
    get root() {
      return rootFolder();
    },
    folderOf: (worker) => folderOf(worker)?.path ?? null,
    begin,
    prune: async (isKept) => {
      if (root === undefined) return;
      await removeMetrics(root, isKept).catch((error: unknown) => {
        logger.warn(`metrics of former runs could not be removed: ${describeFailure(error).message}`);
      });
    },
    close: async () => {
      clearInterval(timer);
      await Promise.all(ending);
      if (work !== undefined) await rm(work, { recursive: true, force: true }).catch(() => undefined);
    },
  };
}
