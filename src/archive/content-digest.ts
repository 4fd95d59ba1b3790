// A hash of what a folder holds, whatever carries it: names, bytes, and which files can be executed. Folders, times, owners and
// the order of entries are none of it. So a zip, a .tar.gz and the folder itself have one hash if a build of them would be one.

import { createHash } from 'node:crypto';

export interface FileDigest {
  take(portion: Uint8Array): void;
  end(): void;
}

export interface ContentDigest {
  begin(path: string, isExecutable: boolean): FileDigest;
  /** SHA-256, in hexadecimal digits. */
  end(): string;
}

export function createContentDigest(): ContentDigest {
  const lines = new Map<string, string>();
  return {
    begin: (path, isExecutable) => {
      const hash = createHash('sha256');
      return {
        take: (portion) => void hash.update(portion),
        end: () => void lines.set(path, `${JSON.stringify([path, isExecutable, hash.digest('hex')])}\n`),
      };
    },
    end: () => {
      const all = createHash('sha256');
      for (const path of [...lines.keys()].toSorted(byCodeUnits)) all.update(lines.get(path) ?? '');
      return all.digest('hex');
    },
  };
}

/** The same order on every machine, whatever its language. */
export function byCodeUnits(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
