// What happens in a run, in the order in which it does: a file that all of its tasks write to. They share a disk here; in a
// cluster this would be a database.

import { appendFile, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

export interface Notes {
  add(note: string): Promise<void>;
  all(): Promise<readonly string[]>;
  /** Resolves when this has been noted. */
  until(note: string, signal: AbortSignal): Promise<void>;
  remove(): Promise<void>;
}

const LOOK_MS = 20;

/** The job is the same for all tasks of a run, and for no other. */
export function notesOf({ jobId }: { readonly jobId?: string | null | undefined }): Notes {
  const file = join(tmpdir(), `wait-any-${jobId}.txt`);
  const all = async (): Promise<readonly string[]> => {
    const text = await readFile(file, { encoding: 'utf8', flag: 'a+' });
    return text.split('\n').filter((note) => note !== '');
  };
  return {
    add: (note) => appendFile(file, `${note}\n`),
    all,
    until: async (note, signal) => {
      while (!(await all()).includes(note)) await pause(LOOK_MS, undefined, { signal });
    },
    remove: () => rm(file, { force: true }),
  };
}
