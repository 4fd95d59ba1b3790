// What a person may do to a build: stop it, and run it again.

import { RuntimeError } from '#errors';
import { buildNotFound, isOver, unableTo } from '#builds/build';
import type { Line } from '#builds/line';
import { recordAgain } from '#builds/order';
import { seen } from '#builds/recover';
import type { BuildRecord, Shelf } from '#builds/shelf';

export interface Deeds {
  stop(buildId: string): Promise<void>;
  rerun(buildId: string): Promise<void>;
}

export function deedsOf(line: Line, shelf: Shelf): Deeds {
  /** Those that are about to run again: two who ask at once are one too many. */
  const beginning = new Set<string>();

  async function beginAgain(buildId: string): Promise<void> {
    const record = await known(shelf, buildId);
    if (!isOver(record.build.status)) throw ofAnother(record);
    const again = recordAgain(record);
    await shelf.write(again);
    line.start(again);
  }

  return {
    stop: async (buildId) => {
      const attempt = line.find(buildId);
      attempt?.stop(null);
      const record = attempt ? await attempt.done : await known(shelf, buildId);
      // It may have been too late for it (T2).
      if (attempt && record.build.status === 'stopped') return;
      if (!isOver(record.build.status)) throw ofAnother(record);
      throw new RuntimeError('INVALID_CALL', unableTo('stop', record.build.status));
    },
    rerun: async (buildId) => {
      line.refuseClosed();
      const status = line.find(buildId)?.build.status ?? (beginning.has(buildId) ? 'pending' : undefined);
      if (status !== undefined) throw new RuntimeError('INVALID_CALL', unableTo('rerun', status));
      beginning.add(buildId);
      try {
        await beginAgain(buildId);
      } finally {
        beginning.delete(buildId);
      }
    },
  };
}

/** As the disk has it. Rejects with `NOT_FOUND`. */
export async function known(shelf: Shelf, buildId: string): Promise<BuildRecord> {
  const record = await shelf.read(buildId);
  if (record) return seen(record);
  throw new RuntimeError('NOT_FOUND', buildNotFound(buildId), { facts: { buildId } });
}

/** Of a process that lives. */
export const ofAnother = ({ owner: { pid }, build: { buildId } }: BuildRecord): RuntimeError =>
  new RuntimeError(
    'INVALID_CALL',
    `build ${buildId} is on its way in another local HKube (process ${pid}). Ask that one, or end it.`,
  );
