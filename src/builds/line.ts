// Builds that are on their way in this process: so many at once, the others in the order in which they came.

import { RuntimeError } from '#errors';
import { type Attempt, type BuildWorld, startAttempt } from '#builds/attempt';
import type { BuildRecord } from '#builds/shelf';

export interface Line {
  /** Its turn comes. Throws `INVALID_CALL` once the line is closed, or where it is on its way already. */
  start(record: BuildRecord): void;
  find(buildId: string): Attempt | undefined;
  /** Throws `INVALID_CALL`. */
  refuseClosed(): void;
  /** Stops all, with words. Resolves when they are over. */
  close(): Promise<void>;
}

export interface LineOptions {
  readonly atOnce: number;
  readonly onOver: (record: BuildRecord) => void;
}

export function createLine(world: BuildWorld, { atOnce, onOver }: LineOptions): Line {
  const attempts = new Map<string, Attempt>();
  const admitted = new Set<string>();
  let isClosed = false;

  function admit(): void {
    for (const [buildId, attempt] of attempts) {
      if (admitted.size >= atOnce) return;
      if (admitted.has(buildId)) continue;
      admitted.add(buildId);
      attempt.admit();
    }
  }

  function refuseClosed(): void {
    if (isClosed) throw new RuntimeError('INVALID_CALL', 'This local HKube is ending: it builds nothing any more.');
  }

  return {
    start: (record) => {
      const { buildId } = record.build;
      refuseClosed();
      const attempt = startAttempt(record, world);
      attempts.set(buildId, attempt);
      void attempt.done.then((over) => {
        onOver(over);
        attempts.delete(buildId);
        admitted.delete(buildId);
        admit();
      });
      admit();
    },
    find: (buildId) => attempts.get(buildId),
    refuseClosed,
    close: async () => {
      isClosed = true;
      for (const [buildId, { stop }] of attempts)
        stop(
          `local HKube was ended while this build was on its way. Run it again: algorithm-actor builds rerun ${buildId}`,
        );
      await Promise.all([...attempts.values()].map(({ done }) => done));
    },
  };
}
