// What a person may do to a worker of a local HKube from the inspector.

import * as z from 'zod/mini';
import { createDeed, type Deed } from '#inspector/deed';
import { editable, stopForm } from '#local-hkube/editable';
import { checkFault, command } from '#local-hkube/manners';
import type { Place } from '#local-hkube/place';
import type { Fault } from '#worker/faults';
import type { TaskData } from '#wire/task-data';

const nothing = z.strictObject({});

export interface WorkerDeeds {
  readonly algorithm: string;
  readonly place: () => Place;
  /** The task at hand, or the last one. */
  readonly data: () => TaskData | null;
  /** Runs the algorithm once more, and gives the id of the run. */
  readonly again: (input: readonly unknown[]) => string;
  readonly inject: (fault: Fault) => void;
}

/** What is done to the task of a worker, and to its connection. */
export function deedsOfWorker(worker: WorkerDeeds): Deed[] {
  const { place, data, again } = worker;
  const isBusy = (): boolean => place().state === 'busy';
  return [
    createDeed({
      ...{ name: 'task.stopAsked', title: 'stop the task', schema: stopForm },
      hint: 'The worker says stop; what the algorithm answers ends the task.',
      value: () => ({ reason: 'stopped from the inspector' }),
      isOpen: isBusy,
      act: (value) => {
        place().task?.stop(value.reason);
        return undefined;
      },
    }),
    createDeed({
      ...{ name: 'again', title: 'run the task again', schema: z.strictObject({ input: z.array(z.unknown()) }) },
      hint: `Runs ${worker.algorithm} with this input, as a run of its own.`,
      value: () => editable({ input: data()?.input ?? [] }, { input: [] }),
      isOpen: () => data() !== null,
      act: ({ input }) => again(input),
    }),
    ...deedsOfLine(worker),
  ];
}

/** In one form; which of the fields count depends on what it does. */
const fault = z.strictObject({
  do: z.enum(['drop', 'delay', 'duplicate', 'malformed', 'oversized', 'close', 'withoutData', 'withoutId']),
  on: command,
  times: z.int('expected a whole number').check(z.minimum(1, 'expected 1 or more')),
  ms: z.optional(z.int('expected milliseconds')),
  code: z.optional(z.int('expected a close code')),
});

function deedsOfLine({ place, inject }: WorkerDeeds): Deed[] {
  return [
    createDeed({
      ...{ name: 'cut', title: 'cut the connection', schema: nothing },
      hint: 'As a network does: both ends see 1006. Whether the task survives is a matter of lenient and restarts.',
      value: () => ({}),
      isOpen: () => place().state !== 'starting',
      act: () => {
        place().slot.cut();
        return undefined;
      },
    }),
    createDeed({
      ...{ name: 'fault', title: 'inject a fault', schema: fault },
      hint: 'The next such message of the worker is lost, late (ms), twice, mangled, or closes the connection (code).',
      value: () => ({ do: 'drop', on: 'start', times: 1 }),
      isOpen: () => true,
      act: ({ ms = 1_000, code = 1006, ...given }) => {
        const more = given.do === 'delay' ? { ms } : given.do === 'close' ? { code } : {};
        inject(checkFault({ ...given, ...more }));
        return undefined;
      },
    }),
    createDeed({
      ...{ name: 'scaleDown', title: 'scale down', schema: nothing },
      hint: 'The algorithm is asked to finish what it has in hand, and to leave; another is started.',
      value: () => ({}),
      isOpen: () => place().state !== 'starting',
      act: () => {
        place().slot.scaleDown();
        return undefined;
      },
    }),
  ];
}
