// Where the files that tasks write stand, and whose they are (HKube's layout, by which a board shows a task, a node or a pipeline):
//
//   <root>/<pipelineName>/<nodeName>/<jobId>/<taskId>/<when the task began>/…
//
//   B1. Names are made safe for any file system, and none leaves its folder. What they were stands in TASK_FILE beside the files.
//   B2. A run that is not kept keeps no metrics; those of its sub-pipelines go with it.

import { readdir, readFile, rm, rmdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import * as z from 'zod/mini';
import { type TaskIds, taskIds } from '#model/task';
import { isEventFile } from '#metrics/event-file';
import type { TaskData } from '#wire/task-data';

export const TASK_FILE = '.task.json';

/** Whose the files of a folder are. */
const Owner = z.object({
  jobId: z.nullable(z.string()),
  taskId: z.nullable(z.string()),
  attempts: z.nullable(z.number()),
  nodeName: z.nullable(z.string()),
  algorithmName: z.nullable(z.string()),
  pipelineName: z.nullable(z.string()),
  /** The run of a person that all this belongs to. */
  rootJobId: z.nullable(z.string()),
});
export type Owner = Readonly<z.output<typeof Owner>>;

export function ownerOf(data: TaskData): Owner {
  const root: unknown = data.info?.rootJobId;
  return { ...taskIds(data), rootJobId: typeof root === 'string' ? root : (data.jobId ?? null) };
}

export const idsOf = (owner: Owner): TaskIds => taskIds(owner);

/** B1 */
export function safeName(name: string | null): string {
  const safe = (name ?? '').replaceAll(process.platform === 'win32' ? /[^\w.-]/g : /[^\w.:-]/g, '_');
  return /^\.*$/.test(safe) ? '_'.repeat(safe.length || 1) : safe;
}

/** The place of a task that began then, below the root. */
export function taskPlace({ pipelineName, nodeName, jobId, taskId }: TaskIds, began: Date): string {
  const moment = began.toISOString().replaceAll(':', '-');
  return join(...[pipelineName, nodeName, jobId, taskId].map(safeName), moment);
}

export async function readOwner(folder: string): Promise<Owner | undefined> {
  const text = await readFile(join(folder, TASK_FILE), 'utf8').catch(() => '');
  try {
    return Owner.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

async function foldersIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => join(folder, name));
}

/** The folders so many levels below. */
export async function foldersBelow(folder: string, levels: number): Promise<string[]> {
  let found = [folder];
  for (let level = 0; level < levels; level += 1) found = (await Promise.all(found.map(foldersIn))).flat();
  return found;
}

export const JOB_LEVEL = 3;
export const TASK_ID_LEVEL = 4;
const TASK_LEVEL = 5;

/** The folders of tasks, the newest first. */
export async function taskFolders(root: string): Promise<string[]> {
  const moment = (path: string): string => path.slice(-MOMENT_CHARS);
  return (await foldersBelow(root, TASK_LEVEL)).sort((one, other) => moment(other).localeCompare(moment(one)));
}
const MOMENT_CHARS = new Date(0).toISOString().length;

/** What is younger may belong to a run that is not in the books yet. */
const YOUNG_MS = 60_000;

/** B2: removes the metrics of runs that are not kept, and then the folders that have become empty. */
export async function removeMetrics(root: string, isKept: (jobId: string) => boolean): Promise<void> {
  for (const job of await foldersBelow(root, JOB_LEVEL)) {
    const [task] = await foldersBelow(job, TASK_LEVEL - JOB_LEVEL);
    const owner = task === undefined ? undefined : await readOwner(task);
    const age =
      Date.now() -
      (await stat(job).then(
        ({ mtimeMs }) => mtimeMs,
        () => Date.now(),
      ));
    if (age < YOUNG_MS || isKept(owner?.rootJobId ?? basename(job))) continue;
    await rm(job, { recursive: true, force: true });
  }
  for (const level of [JOB_LEVEL - 1, JOB_LEVEL - 2])
    for (const folder of await foldersBelow(root, level)) await rmdir(folder).catch(() => undefined);
}

/** The event files below a folder, by their paths in it. */
export async function eventFilesBelow(folder: string): Promise<string[]> {
  const names = await readdir(folder, { recursive: true, encoding: 'utf8' }).catch(() => []);
  return names.filter(isEventFile);
}
