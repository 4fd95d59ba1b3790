// How many runs of one pipeline are on their way at once, and who waits.

import { RuntimeError } from '#errors';
import type { RawPipeline } from '#descriptors/pipeline';

export interface Admission {
  /**
   * Asks for admission. `onAdmitted` is called at once or, where the pipeline lets its runs wait, later; whoever was admitted, or
   * waits, has to leave. Throws `INVALID_CALL` in HKube's words where one too many is refused.
   */
  enter(pipeline: RawPipeline, onAdmitted: () => void): { leave(): void };
}

interface Entrance {
  running: number;
  /** In order of arrival. */
  readonly waiting: Set<Waiting>;
}

interface Waiting {
  /** How many runs may be on their way beside it, and itself. */
  readonly amount: number;
  readonly onAdmitted: () => void;
}

export function createAdmission(): Admission {
  const entrances = new Map<string, Entrance>();

  function admit(entrance: Entrance, { onAdmitted }: Waiting): void {
    entrance.running += 1;
    onAdmitted();
  }

  /** Whoever waits is admitted as soon as there is room for it. */
  function fill(entrance: Entrance): void {
    for (const one of entrance.waiting) {
      if (entrance.running >= one.amount) continue;
      entrance.waiting.delete(one);
      admit(entrance, one);
    }
  }

  return {
    enter: ({ name, experimentName, options: { concurrentPipelines } }, onAdmitted) => {
      const key = JSON.stringify([experimentName, name]);
      const entrance = entrances.get(key) ?? { running: 0, waiting: new Set() };
      const one: Waiting = { amount: concurrentPipelines?.amount ?? Infinity, onAdmitted };
      const isFull = entrance.running >= one.amount;
      if (isFull && concurrentPipelines?.rejectOnFailure)
        throw new RuntimeError(
          'INVALID_CALL',
          `pipeline "${name}": maximum number [${one.amount}] of concurrent pipelines has been reached. ` +
            'Wait for one to end, or set options.concurrentPipelines.rejectOnFailure to false.',
        );
      entrances.set(key, entrance);
      if (isFull) entrance.waiting.add(one);
      else admit(entrance, one);
      return {
        leave: () => {
          if (entrance.waiting.delete(one)) return;
          entrance.running -= 1;
          fill(entrance);
          if (entrance.running === 0) entrances.delete(key);
        },
      };
    },
  };
}
