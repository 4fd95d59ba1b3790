// An archive becomes a folder, or nothing at all.
//
//   U1. It is unpacked into a folder of its own beside the place, and moved there when all of it is written: nobody sees a half
//       of it, and whatever is wrong, nothing is left.
//   U2. Only files and folders come of it: modes 644, 755 and 755, whatever the archive says; no links, so no path that is
//       written leads anywhere else.

import { chmod, mkdir, mkdtemp, open, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { RuntimeError } from '#errors';
import type { ArchiveEntry } from '#archive/entry';
import { type ArchiveOptions, beginWork } from '#archive/options';
import { type ArchiveContent, readArchive } from '#archive/read-archive';
import { wordsOf } from '#archive/refusal';

/**
 * Unpacks a zip or a .tar.gz into a folder that is not there yet, or is empty; the one above it has to be there.
 *
 * @example
 * const { contentHash } = await unpack('upload.tar.gz', 'builds/words-1/code', { signal });
 */
export async function unpack(archive: string, into: string, options: ArchiveOptions = {}): Promise<ArchiveContent> {
  const work = beginWork({ name: 'unpack', paths: { archive, into }, options });
  const place = resolve(into);
  await checkFree(place);
  const beside = await mkdtemp(join(dirname(place), `.${basename(place)}-`)).catch(cannotWrite(into));
  try {
    const content = await readArchive(archive, work, writerInto(beside, into));
    await chmod(beside, 0o755).catch(cannotWrite(into));
    work.goOn();
    await rename(beside, place).catch(cannotWrite(into));
    return content;
  } catch (error) {
    await rm(beside, { recursive: true, force: true, maxRetries: 3 });
    throw error;
  }
}

function cannotWrite(into: string): (error: unknown) => never {
  return (error) => {
    throw new RuntimeError('CANNOT_WRITE', `${into} cannot be written: ${wordsOf(error)}.`, { cause: error });
  };
}

/** Said at once, not after all has been unpacked; the move at the end finds whoever came between. */
async function checkFree(place: string): Promise<void> {
  const there = await readdir(place).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    return cannotWrite(place)(error);
  });
  if (there.length > 0)
    throw new RuntimeError('CANNOT_WRITE', `${place} cannot be written: there is something in it already.`);
}

function writerInto(folder: string, into: string): (entry: ArchiveEntry) => Promise<void> {
  const made = new Set(['.']);

  async function makeFolder(path: string): Promise<void> {
    if (made.has(path)) return;
    await makeFolder(dirname(path));
    made.add(path);
    await mkdir(join(folder, path)).catch(cannotWrite(into));
    await chmod(join(folder, path), 0o755).catch(cannotWrite(into));
  }

  return async (entry) => {
    if (entry.kind === 'folder') {
      if (entry.path !== '') await makeFolder(entry.path);
      return;
    }
    await makeFolder(dirname(entry.path));
    const file = await open(join(folder, entry.path), 'wx').catch(cannotWrite(into));
    try {
      for await (const portion of entry.content) await file.writeFile(portion).catch(cannotWrite(into));
      await file.chmod(entry.isExecutable ? 0o755 : 0o644).catch(cannotWrite(into));
    } finally {
      await file.close();
    }
  };
}
