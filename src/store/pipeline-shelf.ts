// Stored pipelines on the disk: a folder each, with pipeline.json and its readme.

import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { StoredPipeline } from '#descriptors/stored-pipeline';
import { createId } from '#model/create-id';
import { writeJson } from '#model/write-file';

export interface PipelineShelf {
  readAll(): Promise<StoredPipeline[]>;
  write(pipeline: StoredPipeline): Promise<void>;
  /** With its readme. */
  remove(name: string): Promise<void>;
  readme(name: string): Promise<string | undefined>;
  writeReadme(name: string, text: string): Promise<void>;
  /** Resolves with whether there was one. */
  removeReadme(name: string): Promise<boolean>;
}

const README = 'README.md';
const LONGEST_NAME = 100;

/** Without a folder only readmes need a place: pipelines are in memory anyway. */
export function createPipelineShelf(folder: string | null): PipelineShelf {
  return folder === null ? shelfInMemory() : shelfIn(resolve(folder, 'pipelines'));
}

function shelfIn(root: string): PipelineShelf {
  const place = (name: string, file: string): string => join(root, folderOf(name), file);
  const readme = (name: string): Promise<string | undefined> =>
    readFile(place(name, README), 'utf8').catch(() => undefined);
  return {
    readAll: async () => {
      const found: StoredPipeline[] = [];
      // One after the other: files that are open at once are scarce.
      for (const one of await readdir(root).catch(() => [])) found.push(...(await readOne(join(root, one))));
      return found;
    },
    write: (pipeline) => writeJson(place(pipeline.name, 'pipeline.json'), pipeline, true),
    remove: async (name) => {
      // Without this there is no pipeline, whatever becomes of the rest.
      await rm(place(name, 'pipeline.json'), { force: true });
      await rm(join(root, folderOf(name)), { recursive: true, force: true });
    },
    readme,
    writeReadme: async (name, text) => {
      const beside = place(name, `.${README}.${createId(8)}.tmp`);
      await mkdir(join(root, folderOf(name)), { recursive: true });
      try {
        await writeFile(beside, text, { flush: true });
        await rename(beside, place(name, README));
      } catch (error) {
        await rm(beside, { force: true });
        throw error;
      }
    },
    removeReadme: async (name) => {
      const isThere = (await readme(name)) !== undefined;
      await rm(place(name, README), { force: true });
      return isThere;
    },
  };
}

/** What cannot be read, or is somebody else's, is none. */
async function readOne(folder: string): Promise<StoredPipeline[]> {
  try {
    return [StoredPipeline.parse(JSON.parse(await readFile(join(folder, 'pipeline.json'), 'utf8')))];
  } catch {
    return [];
  }
}

/** Names have dots, colons and letters of two sizes, which not every file system keeps apart, and no end. */
function folderOf(name: string): string {
  const safe = name.replace(/[^-_a-z0-9]/g, (sign) => `%${sign.charCodeAt(0).toString(16)}`);
  if (safe.length <= LONGEST_NAME) return safe;
  return `${safe.slice(0, LONGEST_NAME)}~${createHash('sha256').update(name).digest('hex')}`;
}

function shelfInMemory(): PipelineShelf {
  const readmes = new Map<string, string>();
  return {
    readAll: () => Promise.resolve([]),
    write: () => Promise.resolve(),
    remove: (name) => Promise.resolve(void readmes.delete(name)),
    readme: (name) => Promise.resolve(readmes.get(name)),
    writeReadme: (name, text) => Promise.resolve(void readmes.set(name, text)),
    removeReadme: (name) => Promise.resolve(readmes.delete(name)),
  };
}
