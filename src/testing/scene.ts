// One task on the stage: what it is given, who answers it, and what is written down of it.

import type { Refusal } from '#machines/session.refusals';
import type { LogLevel } from '#handlers/logger';
import { createFakes, type Fakes, type FakesByKind } from '#testing/fakes';
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
  readonly fakes: FakesByKind;
  readonly codec: () => Codec;
}

export function createScene({ data, fakes, codec }: SceneOptions): Scene {
  const log: LogLine[] = [];
  const onFull = (limit: number): void => {
    const message = `the test kit keeps ${limit} frames of a task: what follows is not in frames, progress and spans`;
    log.push({ level: 'warn', message });
  };
  const tape = createTape({ codec, onFull });
  return { data, fakes: createFakes(fakes), tape, log, refusals: [] };
}
