// A task that is over, as a test looks at it.

import { RuntimeError } from '#errors';
import type { TaskEnd } from '#machines/session.events';
import type { Scene } from '#testing/scene';
import { spanTree, type TestSpan } from '#testing/span-tree';
import type { RequestRecord } from '#testing/fakes';
import type { LogLine, TestScalar } from '#testing/scene';
import type { TestFrame } from '#testing/tape';
import type { Refusal } from '#machines/session.refusals';
import type { TaskData } from '#wire/task-data';

/** What can be seen of a task, while it runs and after. Plain data. */
export interface TaskRecord {
  /** What the algorithm was given: HKube's `initialize`, with the defaults of the kit. */
  readonly data: TaskData;
  /** What was reported, in order. Of several reports in one turn the wire may carry the latest alone. */
  readonly progress: readonly unknown[];
  /** As HKube's tracer shows them: spans that overlap stand one in another. */
  readonly spans: readonly TestSpan[];
  /** What `api.metrics.scalar` was given, in order: no file is written in a test. At most 100,000. */
  readonly scalars: readonly TestScalar[];
  /** The sub-pipelines that were asked for, and how each ended. */
  readonly requests: readonly RequestRecord[];
  /** What `api.log` and the runtime said. */
  readonly log: readonly LogLine[];
  /** What HKube's worker would not have put up with; an algorithm of this package gives no reason. */
  readonly refusals: readonly Refusal[];
  /** The conversation, as it crossed the line; the first 100,000 frames of it. */
  readonly frames: readonly TestFrame[];
}

/** A task that is over. */
export interface EndedTask<Result> extends TaskRecord {
  /**
   * How it ended, from the worker's side: `succeed` with the result, `failed` with the error that the algorithm reported,
   * `stopped` with the reason, or `crashed`: the algorithm left, or was lost, before it had an outcome.
   */
  readonly outcome: TaskEnd;
  /** The result. Throws `TASK_FAILED`, with the words of the task's error, if it did not succeed. */
  readonly result: Result;
}

/** The wire carries any result; its type is the author's word for it. */
export function endedTask<Result>(scene: Scene, outcome: TaskEnd): EndedTask<Result>;
export function endedTask(scene: Scene, outcome: TaskEnd): EndedTask<unknown> {
  return new Ended(scene, outcome);
}

/** What a test runner prints are the fields; what is read when it is asked for stands below them. */
class Ended implements EndedTask<unknown> {
  readonly outcome: TaskEnd;
  readonly progress: readonly unknown[];
  readonly spans: readonly TestSpan[];
  readonly scalars: readonly TestScalar[];
  readonly requests: readonly RequestRecord[];
  readonly #scene: Scene;

  constructor(scene: Scene, outcome: TaskEnd) {
    this.outcome = outcome;
    this.progress = progressOf(scene);
    this.spans = spanTree(scene.tape.said).roots;
    this.scalars = scene.scalars;
    this.requests = scene.fakes.records;
    this.#scene = scene;
  }

  get result(): unknown {
    if (this.outcome.kind === 'succeed') return this.outcome.result;
    throw new RuntimeError('TASK_FAILED', wordsFor(this.outcome), { facts: { kind: this.outcome.kind } });
  }

  get data(): TaskData {
    return this.#scene.data;
  }

  get log(): readonly LogLine[] {
    return this.#scene.log;
  }

  get refusals(): readonly Refusal[] {
    return this.#scene.refusals;
  }

  get frames(): readonly TestFrame[] {
    return this.#scene.tape.frames;
  }
}

export const progressOf = ({ tape }: Scene): readonly unknown[] =>
  tape.said.flatMap(({ command, data }) => (command === 'progress' ? [data] : []));

function wordsFor(end: Exclude<TaskEnd, { kind: 'succeed' }>): string {
  switch (end.kind) {
    case 'failed': {
      const { message, code, details } = end.error;
      return `The task failed${code === undefined ? '' : ` (${code})`}: ${message}${details ? `\n${details}` : ''}`;
    }
    case 'stopped':
      return `The task has no result: it was stopped (${end.reason}).`;
    case 'crashed':
      return `The task has no result: its attempt crashed: ${end.error.message}`;
  }
}
