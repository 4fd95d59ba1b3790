// One task on the stage: what it is given, who answers it, and what is written down of it.

import type { Refusal } from '#machines/session.refusals';
import type { LogLevel } from '#handlers/logger';
import type { ApiCall } from '#model/api-call';
import { createFakes, type Fakes, type FakesByKind } from '#testing/fakes';
import { createTape, type Tape } from '#testing/tape';
import type { Codec } from '#wire/codec';
import type { TaskData } from '#wire/task-data';

/** A line of the log. */
export interface LogLine {
  readonly level: LogLevel;
  readonly message: string;
}

/** A point of a curve, as `api.metrics.scalar` was given it. */
export interface TestScalar {
  readonly tag: string;
  readonly value: number;
  readonly step: number;
}

export interface Scene {
  readonly data: TaskData;
  readonly fakes: Fakes;
  readonly tape: Tape;
  readonly scalars: readonly TestScalar[];
  /** Keeps the scalars among these calls. */
  noteScalars(calls: readonly ApiCall[]): void;
  readonly log: LogLine[];
  readonly refusals: Refusal[];
}

export interface SceneOptions {
  readonly data: TaskData;
  readonly fakes: FakesByKind;
  readonly codec: () => Codec;
}

const MOST_SCALARS = 100_000;

export function createScene({ data, fakes, codec }: SceneOptions): Scene {
  const log: LogLine[] = [];
  const onFull = (limit: number): void => {
    const message = `the test kit keeps ${limit} frames of a task: what follows is not in frames, progress and spans`;
    log.push({ level: 'warn', message });
  };
  const tape = createTape({ codec, onFull });
  const scalars: TestScalar[] = [];
  let isFull = false;

  function noteScalars(calls: readonly ApiCall[]): void {
    for (const call of calls) {
      if (call.kind !== 'scalar' || isFull) continue;
      const { tag, value, step } = call;
      if (scalars.length < MOST_SCALARS) scalars.push({ tag, value, step });
      else {
        isFull = true;
        log.push({ level: 'warn', message: `the test kit keeps ${MOST_SCALARS} scalars of a task` });
      }
    }
  }

  return { data, fakes: createFakes(fakes), tape, scalars, noteScalars, log, refusals: [] };
}
