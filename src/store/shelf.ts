// Stored algorithms on the disk: a folder each, of its name, with algorithm.json, its versions, its readme, and the archives that its code
// came in.
//
//   H1. A file is the former one or the new one, also if this process is killed: written beside, moved into place.
//   H2. Versions may outlive their algorithm. A folder in which nothing is left goes.
//   H3. What is asked for is a name, and no path.

import { copyFile, link, mkdir, readdir, readFile, rename, rm, rmdir, stat, writeFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import type { StoredAlgorithm } from '#descriptors/stored-algorithm';
import { createId } from '#model/create-id';
import { readJson } from '#model/read-json';
import { writeJson } from '#model/write-file';
import { AlgorithmVersion, newestFirst, Stored } from '#store/version';

export interface Shelf {
  /** Of all algorithms that are stored. */
  names(): Promise<string[]>;
  /** Also those of which only versions are left. */
  folders(): Promise<string[]>;
  read(name: string): Promise<StoredAlgorithm | undefined>;
  write(algorithm: StoredAlgorithm): Promise<void>;
  /** Its versions stay. */
  remove(name: string): Promise<void>;
  /** The newest first. */
  versions(name: string): Promise<AlgorithmVersion[]>;
  version(name: string, version: string): Promise<AlgorithmVersion | undefined>;
  writeVersion(version: AlgorithmVersion): Promise<void>;
  removeVersion(name: string, version: string): Promise<void>;
  readme(name: string): Promise<string | undefined>;
  writeReadme(name: string, text: string): Promise<void>;
  removeReadme(name: string): Promise<void>;
  /** Keeps what is at this path under a name of its own, and leaves it there. */
  keepArchive(name: string, file: string, path: string): Promise<void>;
  /** Undefined where it is not kept. */
  archive(name: string, file: string): Promise<string | undefined>;
  /** The others go. */
  keepArchives(name: string, files: ReadonlySet<string>): Promise<void>;
  /** Removes what a process that was killed was writing. */
  sweep(): Promise<void>;
}

const NAME = /^[a-z0-9][-a-z0-9.]*[a-z0-9]$/;
const VERSION = /^[a-z0-9]{1,10}$/;
const ARCHIVE = /^[0-9a-f]{64}\.(zip|gz)$/;

export function createShelf(folder: string): Shelf {
  const root = resolve(folder, 'algorithms');
  const place = (name: string, ...path: string[]): string => join(root, name, ...path);
  const isStored = async (name: string): Promise<boolean> => (await read(name)) !== undefined;

  async function read(name: string): Promise<StoredAlgorithm | undefined> {
    return NAME.test(name) ? readJson(place(name, 'algorithm.json'), Stored) : undefined;
  }

  async function version(name: string, id: string): Promise<AlgorithmVersion | undefined> {
    if (!NAME.test(name) || !VERSION.test(id)) return undefined;
    return readJson(place(name, 'versions', `${id}.json`), AlgorithmVersion);
  }

  async function versions(name: string): Promise<AlgorithmVersion[]> {
    if (!NAME.test(name)) return [];
    const ids = (await namesIn(place(name, 'versions'))).flatMap((file) => /^(\w+)\.json$/.exec(file)?.[1] ?? []);
    const found: AlgorithmVersion[] = [];
    // One after the other: files that are open at once are scarce, and there are few.
    for (const id of ids) found.push(...[(await version(name, id)) ?? []].flat());
    return found.toSorted(newestFirst);
  }

  /** H2 */
  async function sweep(name: string): Promise<void> {
    if (await isStored(name)) return;
    await rm(place(name, 'README.md'), { force: true });
    if ((await versions(name)).length > 0) return;
    await rm(place(name), { recursive: true, force: true });
  }

  const archive: Shelf['archive'] = async (name, file) => {
    const isKept = ARCHIVE.test(file) && (await namesIn(place(name, 'archives'))).includes(file);
    return isKept ? place(name, 'archives', file) : undefined;
  };

  async function folders(): Promise<string[]> {
    return (await namesIn(root)).filter((name) => NAME.test(name));
  }

  return {
    folders,
    names: async () => {
      const names: string[] = [];
      for (const name of await folders()) if (await isStored(name)) names.push(name);
      return names;
    },
    read,
    write: (algorithm) => writeJson(place(algorithm.name, 'algorithm.json'), algorithm, true),
    remove: async (name) => {
      await rm(place(name, 'algorithm.json'), { force: true });
      await sweep(name);
    },
    versions,
    version,
    writeVersion: (one) => writeJson(place(one.name, 'versions', `${one.version}.json`), one, true),
    removeVersion: async (name, id) => {
      await rm(place(name, 'versions', `${id}.json`), { force: true });
      await sweep(name);
    },
    readme: (name) => readFile(place(name, 'README.md'), 'utf8').catch(() => undefined),
    writeReadme: (name, text) => writeWhole(place(name), 'README.md', text),
    removeReadme: (name) => rm(place(name, 'README.md'), { force: true }),
    archive,
    keepArchive: async (name, file, path) => {
      if (await archive(name, file)) return;
      await mkdir(place(name, 'archives'), { recursive: true });
      const beside = place(name, 'archives', `.${createId(8)}`);
      // The same bytes under two names, where the disk can do that.
      await link(path, beside).catch(() => copyFile(path, beside));
      await rename(beside, place(name, 'archives', file));
    },
    keepArchives: async (name, files) => {
      for (const file of await namesIn(place(name, 'archives')))
        if (!files.has(file)) await rm(place(name, 'archives', file), { force: true });
      await rmdir(place(name, 'archives')).catch(() => undefined);
    },
    sweep: async () => {
      const files = await readdir(root, { recursive: true }).catch(() => []);
      for (const file of files.filter((one) => UNFINISHED.test(basename(one)))) await removeIfOld(join(root, file));
    },
  };
}

/** Another process may be writing what is younger. */
const OLD_MS = 3_600_000;
const UNFINISHED = /\.tmp$|^\.\w{8}$/;

async function removeIfOld(path: string): Promise<void> {
  const age = Date.now() - ((await stat(path).catch(() => undefined))?.mtimeMs ?? Infinity);
  if (age > OLD_MS) await rm(path, { force: true });
}

const namesIn = (folder: string): Promise<string[]> => readdir(folder).catch(() => []);

async function writeWhole(folder: string, file: string, text: string): Promise<void> {
  const beside = join(folder, `.${file}.${createId(8)}.tmp`);
  try {
    await mkdir(folder, { recursive: true });
    await writeFile(beside, text, { flush: true });
    await rename(beside, join(folder, file));
  } catch (error) {
    await rm(beside, { force: true });
    throw error;
  }
}
