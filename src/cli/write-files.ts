// Writes some files into a folder, all or none: each is written beside its place, and moved there when all are written. What was there
// before comes back when one of them cannot be.

import {
  copyFileSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import { RuntimeError } from '#errors';
import { describeFailure } from '#model/failure';

export interface FilesOrder {
  readonly folder: string;
  /** By their names in it. */
  readonly files: ReadonlyMap<string, string>;
  /** Replaces what is there. */
  readonly force: boolean;
}

/** Throws `INVALID_USAGE` where another file is in the way, `CANNOT_WRITE`, and has changed nothing then. */
export function writeFiles(order: FilesOrder): void {
  const folder = resolve(order.folder);
  let made: string | undefined;
  try {
    refuseTaken({ ...order, folder });
    made = mkdirSync(folder, { recursive: true });
    placeAll(folder, order.files);
  } catch (cause) {
    if (made !== undefined) rmSync(made, { recursive: true, force: true });
    if (cause instanceof RuntimeError) throw cause;
    const { message } = describeFailure(cause);
    throw new RuntimeError('CANNOT_WRITE', `${folder}: cannot be written: ${message}. Give another --out.`, { cause });
  }
}

function refuseTaken({ folder, files, force }: FilesOrder): void {
  const taken = [...files].filter(([name, content]) => isTaken(join(folder, name), content)).map(([name]) => name);
  if (force || taken.length === 0) return;
  const verb = taken.length === 1 ? 'is' : 'are';
  throw new RuntimeError(
    'INVALID_USAGE',
    `${folder}: ${taken.join(', ')} ${verb} there already. Nothing was written: --force replaces, --out says where else, --print shows.`,
  );
}

/** By something else than what is to be written. */
function isTaken(path: string, content: string): boolean {
  const found = lstatSync(path, { throwIfNoEntry: false });
  return found !== undefined && !(found.isFile() && readFileSync(path, 'utf8') === content);
}

function placeAll(folder: string, files: ReadonlyMap<string, string>): void {
  const beside = mkdtempSync(join(folder, '.dockerfile-'));
  const undo: (() => void)[] = [];
  try {
    for (const [name, content] of files) writeFileSync(join(beside, name), content);
    for (const name of files.keys()) {
      const place = join(folder, name);
      const former = join(beside, `former ${name}`);
      if (lstatSync(place, { throwIfNoEntry: false })) {
        copyFileSync(place, former);
        undo.push(() => renameSync(former, place));
      } else undo.push(() => rmSync(place, { force: true }));
      renameSync(join(beside, name), place);
    }
  } catch (error) {
    for (const step of undo.toReversed()) step();
    throw error;
  } finally {
    rmSync(beside, { recursive: true, force: true });
  }
}
