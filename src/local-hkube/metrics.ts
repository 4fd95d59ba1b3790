// The metrics of tasks: each worker's algorithm writes into a folder of its own, and what a task has written there is kept, by
// pipeline, node, run and task. What HKube's worker does after a success, done while the task runs, however it ends.
//
//   D1. A folder holds the files of one task: it is taken away, whole and at once, when the task is over, or when the next begins.
//   D2. The end of a task is told when its files are kept, so that whoever hears of it finds them.
//   D3. Nothing that goes wrong here fails a task.

import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describeFailure } from '#model/failure';
import { createFileCollector } from '#local-hkube/collect-files';
import type { LocalLogger } from '#local-hkube/local-logger';
import { type Owner, ownerOf, removeMetrics, safeName, TASK_FILE, taskPlace } from '#local-hkube/metrics-layout';
import { writeJson } from '#local-hkube/write-file';
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

const PASS_MS = 400;
const NOTHING: TaskMetrics = { end: () => undefined };

/** A task whose folder is in use. */
interface Open {
  /** Takes what has come. */
  pass(): Promise<void>;
  /** D1: takes the folder away from whoever writes into it. */
  detach(): void;
}

export function createMetricsDesk({ stateDir, logger, onGrown }: MetricsOptions): MetricsDesk {
  const folders = new Map<string, string | null>();
  const open = new Map<string, Open>();
  const ending = new Set<Promise<unknown>>();
  let root = stateDir === null ? undefined : resolve(stateDir, 'metrics');
  let work: string | undefined;
  let removed = 0;
  let timer: NodeJS.Timeout | undefined;

  const workFolder = (): string => (work ??= mkdtempSync(join(tmpdir(), 'algorithm-actor-metrics-')));
  const rootFolder = (): string => (root ??= join(workFolder(), 'kept'));

  function makeFolder(worker: string): string | null {
    try {
      const folder = join(workFolder(), 'now', safeName(worker));
      mkdirSync(folder, { recursive: true });
      return folder;
    } catch (error) {
      logger.warn(`${worker}: there is no folder for its metrics: ${describeFailure(error).message}`);
      return null;
    }
  }

  function folderOf(worker: string): string | null {
    const known = folders.get(worker);
    if (known !== undefined) return known;
    const made = makeFolder(worker);
    folders.set(worker, made);
    return made;
  }

  /** D1: its files, in a folder that nobody knows; undefined if there are none. */
  function takeAway(folder: string): string | undefined {
    if (readdirSync(folder).length === 0) return undefined;
    removed += 1;
    const away = join(workFolder(), String(removed));
    renameSync(folder, away);
    mkdirSync(folder);
    return away;
  }

  function startPasses(): void {
    timer ??= setInterval(() => {
      for (const one of open.values()) void one.pass();
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
    attempt(worker, () => {
      // What came after the end of a task is nobody's.
      const left = takeAway(folder);
      if (left !== undefined) rmSync(left, { recursive: true, force: true });
    });
    const isWanted = data.metrics?.tensorboard !== false;
    const task = collect({ worker, folder, owner: ownerOf(data), isWanted });
    open.set(worker, task);
    startPasses();
    return {
      end: () => {
        if (open.get(worker) === task) open.delete(worker);
        return task.end();
      },
    };
  }

  function attempt<Value>(worker: string, work: () => Value): Value | undefined {
    try {
      return work();
    } catch (error) {
      logger.warn(`${worker}: its metrics: ${describeFailure(error).message}`);
      return undefined;
    }
  }

  interface Task {
    readonly worker: string;
    readonly folder: string;
    readonly owner: Owner;
    readonly isWanted: boolean;
  }

  function collect({ worker, folder, owner, isWanted }: Task): Open & TaskMetrics {
    const into = join(rootFolder(), taskPlace(owner, new Date()));
    const files = createFileCollector(into, () => writeJson(join(into, TASK_FILE), owner));
    let passing: Promise<void> = Promise.resolve();
    let isPassing = false;
    let isDetached = false;
    let away: string | undefined;

    async function take(from: string, which: 'growing' | 'all'): Promise<void> {
      isPassing = true;
      if (await files.take(from, which)) onGrown(into, owner);
      isPassing = false;
    }

    function detach(): void {
      if (isDetached) return;
      isDetached = true;
      away = attempt(worker, () => takeAway(folder));
    }

    async function finish(from: string): Promise<KeptMetrics> {
      await passing;
      if (isWanted) await take(from, 'all');
      await rm(from, { recursive: true, force: true }).catch(() => undefined);
      const path = files.count > 0 ? into : null;
      if (files.problem === null) return { path };
      logger.warn(`${owner.nodeName ?? ''} (${owner.taskId ?? ''}): metrics were not kept: ${files.problem}`);
      return { path, error: files.problem };
    }

    return {
      pass: async () => {
        if (isDetached || isPassing || !isWanted) return;
        passing = take(folder, 'growing');
        await passing;
      },
      detach,
      end: () => {
        detach();
        if (away === undefined) return files.count === 0 ? undefined : passing.then(() => ({ path: into }));
        const kept = finish(away);
        ending.add(kept);
        void kept.then(() => ending.delete(kept));
        return isWanted ? kept : undefined;
      },
    };
  }

  return {
    get root() {
      return rootFolder();
    },
    folderOf,
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
