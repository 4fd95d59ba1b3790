// The folder into which the algorithm of a worker writes, task after task. To ask whether it is empty costs a look at its date, as
// long as nothing has come: most tasks write nothing.

import { mkdirSync, readdirSync, renameSync, statSync } from 'node:fs';

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
  /** Whoever may write into it may remove it, too. */
  function made(): { readonly mtimeMs: number } {
    mkdirSync(path, { recursive: true });
    return statSync(path);
  }

  return {
    path,
    isEmpty: () => {
      const { mtimeMs } = statSync(path, { throwIfNoEntry: false }) ?? made();
      if (mtimeMs === emptySince) return true;
      if (readdirSync(path).length > 0) return false;
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
