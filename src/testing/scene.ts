// One task on the stage: what it is given, who answers it, and what is written down of it.

import type { Refusal } from '#machines/session.refusals';
import type { LogLevel } from '#handlers/logger';
import { createFakes, type Fakes, type SubPipelineFakes } from '#testing/fakes';
import { createTape, type Tape } from '#testing/tape';
import type { Codec } from '#wire/codec';
import type { TaskData } from '#wire/task-data';

/** A line of the log. */
export interface LogLine {
  readonly level: LogLevel;
  readonly message: string;
}

export interface Scene {
  readonly data: TaskData;
  readonly fakes: Fakes;
  readonly tape: Tape;
  readonly log: LogLine[];
  readonly refusals: Refusal[];
}

export interface SceneOptions {
  readonly data: TaskData;
  readonly subPipelines: SubPipelineFakes;
  readonly codec: () => Codec;
}

export function createScene({ data, subPipelines, codec }: SceneOptions): Scene {
  return { data, fakes: createFakes(subPipelines), tape: createTape(codec), log: [], refusals: [] };
}
