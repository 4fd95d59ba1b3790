// Builds on the disk: a folder each, of its id, with build.json, log.txt, the archive that it was made of, and the code that runs.
//
//   F1. A build's folder is there with its record and its archive, or not at all: it comes and goes by being renamed. What begins with a dot
//       is on its way, and swept when whoever it belonged to is gone.
//   F2. What is asked for is an id, and no path.

import { copyFile, mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import * as z from 'zod/mini';
import { RuntimeError } from '#errors';
import { BuildDocument, isOver } from '#builds/build';
import { createId } from '#model/create-id';
import { describeFailure } from '#model/failure';
import { writeJson } from '#model/write-file';
import { isAlive, markOf } from '#processes/alive';

const source = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('archive'),
    fileExt: z.enum(['zip', 'gz']),
    originalName: z.optional(z.string()),
  }),
  z.object({ kind: z.literal('git') }),
]);

export const BuildRecord = z.object({
  /** Without its log, which is a file of its own; `result` says of it what is marked. */
  build: BuildDocument,
  source,
  /** Each attempt has its own folder: what runs goes on while it is built again. */
  attempt: z.number(),
  /** The folder that runs: of the last attempt that was completed. */
  runs: z.nullable(z.string()),
  /** It is as good as over: only to be published. */
  isBuilt: z.boolean(),
  owner: z.object({ pid: z.number(), birth: z.nullable(z.string()), process: z.string() }),
});
export type BuildRecord = Readonly<z.output<typeof BuildRecord>>;

/** Tells this process from a later one that has got its number. */
export const owner = { ...markOf(process.pid), process: createId(12) };

const onItsWay = `.${process.pid}.${owner.process}.`;

/** It is on its way by its own account, and whoever had it on its way is gone. */
export function isAbandoned({ build, owner: { process: name, ...mark } }: BuildRecord): boolean {
  if (isOver(build.status) || name === owner.process) return false;
  return mark.pid === process.pid || !isAlive(mark);
}

export interface Shelf {
  /** Makes the folder, and sweeps it. Rejects with `CANNOT_WRITE`. */
  open(): Promise<void>;
  /** A new build; its archive is moved in. */
  add(record: BuildRecord, archive: string | undefined): Promise<void>;
  write(record: BuildRecord): Promise<void>;
  /** Undefined where there is none. */
  read(buildId: string): Promise<BuildRecord | undefined>;
  /** Of one algorithm, or of all. */
  list(algorithmName?: string): Promise<BuildRecord[]>;
  remove(buildId: string): Promise<void>;
  place(buildId: string, file: string): string;
  readLog(buildId: string): Promise<string>;
}

const BUILD_ID = /^[a-z0-9](?:[-a-z0-9.]*[a-z0-9])?-[a-z0-9]{6}$/;

export const codeFolder = ({ attempt }: Pick<BuildRecord, 'attempt'>): string =>
  attempt === 1 ? 'code' : `code-${attempt}`;
export const archiveFile = (fileExt: 'zip' | 'gz'): string => `archive.${fileExt === 'gz' ? 'tar.gz' : fileExt}`;

export function createShelf(folder: string): Shelf {
  const builds = resolve(folder);
  const place = (buildId: string, file: string): string => join(builds, buildId, file);

  async function read(buildId: string): Promise<BuildRecord | undefined> {
    if (!BUILD_ID.test(buildId)) return undefined;
    const text = await readFile(place(buildId, 'build.json'), 'utf8').catch(() => '');
    try {
      const record = BuildRecord.parse(JSON.parse(text));
      return record.build.buildId === buildId ? record : undefined;
    } catch {
      return undefined;
    }
  }

  return {
    open: async () => {
      try {
        await mkdir(builds, { recursive: true });
        await sweep(builds);
      } catch (cause) {
        throw cannotWrite(builds, cause);
      }
    },
    add: async (record, archive) => {
      const { buildId } = record.build;
      const beside = join(builds, `${onItsWay}${buildId}`);
      try {
        await writeJson(join(beside, 'build.json'), record, true);
        if (archive !== undefined && record.source.kind === 'archive')
          await move(archive, join(beside, archiveFile(record.source.fileExt)));
        await rename(beside, join(builds, buildId));
      } catch (cause) {
        await rm(beside, { recursive: true, force: true });
        throw cannotWrite(builds, cause);
      }
    },
    write: (record) => writeJson(place(record.build.buildId, 'build.json'), record, true),
    read,
    list: async (algorithmName) => {
      const ids = (await readdir(builds).catch(() => [])).filter(
        (id) => algorithmName === undefined || id.startsWith(`${algorithmName}-`),
      );
      const records: BuildRecord[] = [];
      // One after the other: files that are open at once are scarce, and there are few.
      for (const id of ids) records.push(...[(await read(id)) ?? []].flat());
      return records.filter(({ build }) => algorithmName === undefined || build.algorithmName === algorithmName);
    },
    remove: async (buildId) => {
      const gone = join(builds, `${onItsWay}${buildId}.gone`);
      try {
        await rename(join(builds, buildId), gone);
      } catch (error) {
        // Somebody else was quicker.
        if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return;
        throw cannotWrite(builds, error);
      }
      await removeFolder(gone);
    },
    place,
    readLog: (buildId) => readFile(place(buildId, 'log.txt'), 'utf8').catch(() => ''),
  };
}

/** Scripts of an author may still write where their group has just been ended. */
export const removeFolder = (folder: string): Promise<void> =>
  rm(folder, { recursive: true, force: true, maxRetries: 3, retryDelay: 50 });

async function sweep(builds: string): Promise<void> {
  for (const name of await readdir(builds)) {
    const pid = Number(/^\.(\d+)\./.exec(name)?.[1]);
    if (!Number.isInteger(pid) || name.startsWith(onItsWay)) continue;
    if (pid === process.pid || !isAlive({ pid, birth: null })) await removeFolder(join(builds, name));
  }
}

/** Also from one disk to another. */
async function move(from: string, to: string): Promise<void> {
  try {
    await rename(from, to);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EXDEV')) throw error;
    await copyFile(from, to);
    await rm(from);
  }
}

function cannotWrite(folder: string, cause: unknown): RuntimeError {
  const { message } = describeFailure(cause);
  return new RuntimeError(
    'CANNOT_WRITE',
    `${folder}: builds cannot be kept there: ${message}. Give a folder that can be written to.`,
    { cause },
  );
}
