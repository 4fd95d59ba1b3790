// What a person may do to the runs and workers of a local HKube from the inspector.

import * as z from 'zod/mini';
import type { RawPipeline } from '#descriptors/pipeline';
import { createDeed, type Deed } from '#inspector/deed';
import type { Fields } from '#inspector/frames';
import { checkFault, command } from '#local-hkube/manners';
import type { Place } from '#local-hkube/place';
import type { Run } from '#local-hkube/run';
import type { Fault } from '#worker/faults';
import type { TaskData } from '#wire/task-data';

const reason = z.strictObject({ reason: z.string('expected text') });
const nothing = z.strictObject({});
/** Longer than this is no input that somebody edits in a form. */
const EDITABLE = 200_000;

const json = z.record(z.string(), z.json());

/** As the fields of a form; `instead` where it is no JSON, or too much of it. */
function editable(fields: Readonly<Record<string, unknown>>, instead: Fields): Fields {
  const text = JSON.stringify(fields);
  if (text.length > EDITABLE) return instead;
  const parsed = json.safeParse(JSON.parse(text));
  return parsed.success ? parsed.data : instead;
}

export interface RunDeeds {
  readonly pipeline: RawPipeline;
  readonly run: Pick<Run, 'status' | 'stop'>;
  /** Runs it once more, and gives the id. */
  readonly again: (pipeline: RawPipeline) => string;
}

export function deedsOfRun({ pipeline, run, again }: RunDeeds): Deed[] {
  return [
    createDeed({
      ...{ name: 'run.stopAsked', title: 'stop the run', schema: reason },
      hint: 'Its tasks are stopped, and the run ends as stopped.',
      value: () => ({ reason: 'stopped from the inspector' }),
      isOpen: () => ['active', 'pending'].includes(run.status().status),
      act: (value) => {
        run.stop(value.reason);
        return undefined;
      },
    }),
    createDeed({
      ...{
        name: 'again',
        title: 'run it again',
        schema: z.strictObject({ flowInput: z.record(z.string(), z.json()) }),
      },
      hint: 'The same pipeline with this flowInput, as a run of its own.',
      value: () => editable({ flowInput: pipeline.flowInput ?? {} }, { flowInput: {} }),
      isOpen: () => true,
      act: ({ flowInput }) => again({ ...pipeline, flowInput }),
    }),
  ];
}

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
      ...{ name: 'task.stopAsked', title: 'stop the task', schema: reason },
      hint: 'The worker says stop; what the algorithm answers ends the task.',
      value: () => ({ reason: 'stopped from the inspector' }),
      isOpen: isBusy,
      act: (value) => {
        place().task?.stop(value.reason);
        return undefined;
      },
    }),
    createDeed({
      ...{ name: 'again', title: 'run the task again', schema: z.strictObject({ input: z.array(z.json()) }) },
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
