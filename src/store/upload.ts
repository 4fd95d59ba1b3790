// Archives that were received: what they are, what they hold, and where they wait for their build.

import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { RuntimeError } from '#errors';
import { lookAt } from '#archive/archive-kind';
import { contentHash } from '#archive/content-hash';
import type { ArchiveOptions } from '#archive/options';
import { createId } from '#model/create-id';
import { isAlive } from '#processes/alive';
import type { FileExt, Upload } from '#store/ports';

export interface LookedAt {
  readonly path: string;
  readonly fileName: string | undefined;
  /** Of what is neither, whatever its name ends in: HKube's words say then what it takes. */
  readonly fileExt: string;
}

/** By its content and, where that says nothing, by its name, as HKube does. Rejects with `INVALID_ARCHIVE`. */
export async function lookAtUpload({ path, fileName }: Upload): Promise<LookedAt> {
  try {
    const { fileExt } = await lookAt(path);
    return { path, fileName, fileExt };
  } catch (error) {
    const named = extname(fileName ?? '').slice(1);
    const isOther = error instanceof RuntimeError && error.facts.reason === 'format' && !isFileExt(named);
    if (isOther) return { path, fileName, fileExt: named };
    throw inWordsOf(error, fileName);
  }
}

export const isFileExt = (ext: unknown): ext is FileExt => ext === 'zip' || ext === 'gz';

/** What it holds, as one hash, and how many bytes it has itself. Rejects with `INVALID_ARCHIVE` for what is refused of archives. */
export async function measureUpload(
  { path, fileName }: LookedAt,
  options: ArchiveOptions,
): Promise<{ checksum: string; fileSize: number }> {
  try {
    const checksum = await contentHash(path, options);
    return { checksum, fileSize: (await stat(path)).size };
  } catch (error) {
    throw inWordsOf(error, fileName);
  }
}

/** By the name that its sender knows. */
function inWordsOf(error: unknown, fileName: string | undefined): unknown {
  if (!(error instanceof RuntimeError) || error.code !== 'INVALID_ARCHIVE') return error;
  const words = error.message.slice(error.message.indexOf(': ') + 2);
  return new RuntimeError('INVALID_ARCHIVE', `${fileName ?? 'the file'}: ${words}`, {
    cause: error,
    facts: error.facts,
  });
}

/** Tells this process from a later one that has got its number. */
const mine = `${process.pid}-${createId(6)}-`;

/** A path for one that is to come. Its name tells whose it is. */
export async function placeForUpload(folder: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  return join(folder, `${mine}${createId(12)}`);
}

/** Removes what processes that are gone were receiving. */
export async function sweepUploads(folder: string): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    const pid = Number(/^(\d+)-/.exec(name)?.[1]);
    const isWanted = name.startsWith(mine) || (pid !== process.pid && isAlive({ pid, birth: null }));
    if (!isWanted) await rm(join(folder, name), { force: true });
  }
}
