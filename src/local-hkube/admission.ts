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
  readonly waiting: Set<() => void>;
}

export function createAdmission(): Admission {
  const entrances = new Map<string, Entrance>();

  return {
    enter: ({ name, experimentName, options: { concurrentPipelines } }, onAdmitted) => {
      const key = JSON.stringify([experimentName, name]);
      const entrance = entrances.get(key) ?? { running: 0, waiting: new Set() };
      entrances.set(key, entrance);
      const admit = (): void => {
        entrance.waiting.delete(admit);
        entrance.running += 1;
        onAdmitted();
      };
      const isFull = concurrentPipelines && entrance.running >= concurrentPipelines.amount;
      if (isFull && concurrentPipelines.rejectOnFailure)
        throw new RuntimeError(
          'INVALID_CALL',
          `pipeline "${name}": maximum number [${concurrentPipelines.amount}] of concurrent pipelines has been reached. ` +
            'Wait for one to end, or set options.concurrentPipelines.rejectOnFailure to false.',
        );
      if (isFull) entrance.waiting.add(admit);
      else admit();
      return {
        leave: () => {
          if (entrance.waiting.delete(admit)) return;
          entrance.running -= 1;
          const [next] = entrance.waiting;
          if (next) next();
          else if (entrance.running === 0) entrances.delete(key);
        },
      };
    },
  };
}
