// Takes what a task writes into its folder to where it is kept, while it writes and when it is over.
//
//   V1. Event files only grow: what has come is added. All other files are taken once, when the task is over.
//   V2. No link is followed, and nothing is taken that is no regular file: what is kept was in the folder. TASK_FILE is our own.
//   V3. What a folder has too much of is left, with words; what cannot be taken costs itself, never the task. What was written of it
//       in vain is written over.

import { constants, lstatSync, readdirSync } from 'node:fs';
import { type FileHandle, mkdir, open } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { describeFailure } from '#model/failure';
import { TASK_FILE } from '#local-hkube/metrics-layout';
import { isEventFile } from '#metrics/event-file';

const MOST_FILES = 10_000;
const MOST_LEVELS = 16;
/** Of one task; what is larger is data, and no measure of anything. */
const MOST_BYTES = 2 ** 30;
const PORTION_BYTES = 256 * 1024;

/** V2 */
const READ = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/** A file of the folder, as it was found. */
interface Found {
  readonly path: string;
  readonly inode: number;
}

/** How far a file has been taken. */
interface Taken {
  readonly inode: number;
  bytes: number;
}

export interface FileCollector {
  /** Takes what has come; resolves with whether anything has. Never rejects. */
  take(from: string, which: 'growing' | 'all'): Promise<boolean>;
  /** How many files were taken. */
  readonly count: number;
  /** What went wrong first. */
  readonly problem: string | null;
}

/** `into`: where the files are kept; `onFirst` is called before the first of them is taken. */
export function createFileCollector(into: string, onFirst: () => Promise<void>): FileCollector {
  const taken = new Map<string, Taken>();
  let problem: string | null = null;
  /** Of all files that were taken. */
  let kept = 0;
  const note = (words: string): void => void (problem ??= words);

  async function takeFile(from: string, { path, inode }: Found): Promise<boolean> {
    const source = await open(join(from, path), READ);
    try {
      const { ino, size } = await source.stat();
      // The folder is that of another task meanwhile.
      if (ino !== inode) return false;
      const before = taken.get(path);
      const goesOn = before?.inode === ino && before.bytes <= size;
      if (goesOn && before.bytes === size) return false;
      const more = goesOn ? size - before.bytes : size;
      if (kept + more > MOST_BYTES) {
        note(`${path}: its ${more} bytes are left: of a task ${MOST_BYTES} are kept`);
        return false;
      }
      kept += more;
      if (taken.size === 0) await onFirst();
      const mark: Taken = goesOn ? before : { inode: ino, bytes: 0 };
      taken.set(path, mark);
      await mkdir(dirname(join(into, path)), { recursive: true });
      const target = await open(join(into, path), goesOn ? 'r+' : 'w');
      try {
        await pour(source, target, { mark, size });
      } finally {
        await target.close();
      }
      return true;
    } finally {
      await source.close();
    }
  }

  return {
    take: async (from, which) => {
      let hasTaken = false;
      const isWanted = (path: string): boolean => which === 'all' || isEventFile(basename(path));
      for (const found of filesBelow(from, { isWanted, note })) {
        try {
          hasTaken = (await takeFile(from, found)) || hasTaken;
        } catch (error) {
          // What has gone while the task goes on was the task's own to remove.
          if (which === 'all' || !isGone(error)) note(`${found.path}: ${describeFailure(error).message}`);
        }
      }
      return hasTaken;
    },
    get count() {
      return taken.size;
    },
    get problem() {
      return problem;
    },
  };
}

/** Up to the size that it had: a file that grows as fast as it is read has no end. */
async function pour(
  source: FileHandle,
  target: FileHandle,
  { mark, size }: { mark: Taken; size: number },
): Promise<void> {
  const portion = Buffer.allocUnsafe(Math.min(PORTION_BYTES, size - mark.bytes));
  while (mark.bytes < size) {
    const wanted = Math.min(portion.length, size - mark.bytes);
    const { bytesRead } = await source.read(portion, 0, wanted, mark.bytes);
    if (bytesRead === 0) return;
    for (let done = 0; done < bytesRead;) {
      const { bytesWritten } = await target.write(portion, done, bytesRead - done, mark.bytes);
      done += bytesWritten;
      mark.bytes += bytesWritten;
    }
  }
}

interface Look {
  readonly isWanted: (path: string) => boolean;
  readonly note: (words: string) => void;
}

/** In one go, so that all of it is of one moment. */
function filesBelow(folder: string, { isWanted, note }: Look): Found[] {
  const found: Found[] = [];
  const waiting = [{ below: '', level: 0 }];
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    for (const entry of entriesOf(join(folder, next.below), note)) {
      const path = join(next.below, entry.name);
      if (entry.isDirectory()) {
        if (next.level < MOST_LEVELS) waiting.push({ below: path, level: next.level + 1 });
        else note(`${path}: folders are taken ${MOST_LEVELS} levels deep`);
      } else if (path === TASK_FILE) note(`${path}: the name of a file of local HKube's own`);
      else if (entry.isFile() && isWanted(path)) {
        const inode = inodeOf(join(folder, path), note);
        if (inode !== undefined) found.push({ path, inode });
      }
      if (found.length <= MOST_FILES) continue;
      note(`it has more than ${MOST_FILES} files: the rest is left`);
      return found.slice(0, MOST_FILES);
    }
  }
  return found;
}

interface Entry {
  readonly name: string;
  isDirectory(): boolean;
  isFile(): boolean;
}

function entriesOf(folder: string, note: Look['note']): readonly Entry[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    if (!isGone(error)) note(describeFailure(error).message);
    return [];
  }
}

function inodeOf(path: string, note: Look['note']): number | undefined {
  try {
    return lstatSync(path, { throwIfNoEntry: false })?.ino;
  } catch (error) {
    note(describeFailure(error).message);
    return undefined;
  }
}

const isGone = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'ENOENT';
