// What a person may do to a run of a local HKube from the inspector.

import * as z from 'zod/mini';
import type { RawPipeline } from '#descriptors/pipeline';
import { createDeed, type Deed } from '#inspector/deed';
import { editable, stopForm } from '#local-hkube/editable';
import type { Run } from '#local-hkube/run';

export interface RunDeeds {
  readonly pipeline: RawPipeline;
  readonly run: Pick<Run, 'status' | 'stop'>;
  /** Runs it once more, and gives the id. */
  readonly again: (pipeline: RawPipeline) => string;
}

export function deedsOfRun({ pipeline, run, again }: RunDeeds): Deed[] {
  return [
    createDeed({
      ...{ name: 'run.stopAsked', title: 'stop the run', schema: stopForm },
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
        schema: z.strictObject({ flowInput: z.record(z.string(), z.unknown()) }),
      },
      hint: 'The same pipeline with this flowInput, as a run of its own.',
      value: () => editable({ flowInput: pipeline.flowInput ?? {} }, { flowInput: {} }),
      isOpen: () => true,
      act: ({ flowInput }) => again({ ...pipeline, flowInput }),
    }),
  ];
}
