// What has been built and can be run, by the image that it stands for: known without a look at the disk for each run.

import { existsSync } from 'node:fs';
import { imageOf } from '#builds/build';
import { environmentIn } from '#builds/install';
import type { BuildRecord, Shelf } from '#builds/shelf';

/** The code of a build, with all that it needs in it. */
export interface Runnable {
  readonly folder: string;
  /** What the algorithm's process has to find in its environment. */
  readonly env: Readonly<Record<string, string>>;
}

export interface Runnables {
  note(record: BuildRecord): void;
  forget(record: BuildRecord): void;
  /** Undefined also where somebody has removed it from the disk. */
  find(algorithmImage: string): Runnable | undefined;
}

export function createRunnables(shelf: Shelf): Runnables {
  const folders = new Map<string, string>();
  return {
    note: ({ build, runs }) => {
      if (runs !== null) folders.set(imageOf(build), shelf.place(build.buildId, runs));
    },
    forget: ({ build }) => void folders.delete(imageOf(build)),
    find: (algorithmImage) => {
      const folder = folders.get(algorithmImage);
      return folder !== undefined && existsSync(folder) ? { folder, env: environmentIn(folder) } : undefined;
    },
  };
}
