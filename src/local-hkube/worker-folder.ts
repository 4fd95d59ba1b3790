// The folder into which the algorithm of a worker writes, task after task. To ask whether it is empty costs a look at its date, as
// long as nothing has come: most tasks write nothing.

import { lstatSync, mkdirSync, opendirSync, renameSync, rmSync } from 'node:fs';

/** Each method throws what the file system says. */
export interface WorkerFolder {
  readonly path: string;
  isEmpty(): boolean;
  /** All that it holds, in one go; from then on it is empty. */
  moveTo(away: string): void;
}

/** Two changes that are closer than this may bear the same date. */
const COARSE_MS = 50;

export function createWorkerFolder(path: string): WorkerFolder {
  mkdirSync(path, { recursive: true });
  /** The date at which it was empty for sure. */
  let emptySince: number | undefined;
  /** Whoever may write into it may remove it, too, and put a file or a link in its place. */
  function found(): { readonly mtimeMs: number } {
    const stat = lstatSync(path, { throwIfNoEntry: false });
    if (stat?.isDirectory()) return stat;
    rmSync(path, { force: true });
    mkdirSync(path, { recursive: true });
    return lstatSync(path);
  }

  return {
    path,
    isEmpty: () => {
      const { mtimeMs } = found();
      if (mtimeMs === emptySince) return true;
      if (holdsAny(path)) return false;
      if (Date.now() - mtimeMs > COARSE_MS) emptySince = mtimeMs;
      return true;
    },
    moveTo: (away) => {
      renameSync(path, away);
      emptySince = undefined;
      mkdirSync(path);
    },
  };
}

/** It may hold very many. */
function holdsAny(path: string): boolean {
  const folder = opendirSync(path, { bufferSize: 1 });
  try {
    return folder.readSync() !== null;
  } finally {
    folder.closeSync();
  }
}
