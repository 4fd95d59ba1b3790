// Why a step of a build has come to nothing: in one sentence that says what to do, and where it comes from.

import { RuntimeError } from '#errors';
import type { CommandEnd } from '#builds/run-command';
import type { BuildFailure } from '#machines/build.machine';
import { describeFailure } from '#model/failure';

/** `trace` is the last that a program has said of it. */
export function problem(message: string, trace = ''): RuntimeError {
  return new RuntimeError('BUILD_FAILED', message, { facts: { trace } });
}

/** What was thrown in a step; of what has words, its stack says nothing. */
export function failureOf(thrown: unknown): BuildFailure {
  const { message, details } = describeFailure(thrown);
  if (!(thrown instanceof RuntimeError)) return { message, trace: details };
  const { trace } = thrown.facts;
  return { message, trace: typeof trace === 'string' ? trace : '' };
}

interface Told {
  /** What was run, as a person would type it. */
  readonly shown: string;
  /** What to do where it fails. */
  readonly remedy: string;
  /** What to do where there is no such program. */
  readonly install: string;
}

/** Throws `BUILD_FAILED` for a program that has not done what it was to do. */
export function expectDone(end: CommandEnd, { shown, remedy, install }: Told): void {
  switch (end.kind) {
    case 'done':
      return;
    case 'missing':
      throw problem(`${shown}: there is no such program on this machine. ${install}`);
    case 'failed':
      throw problem(`${shown}: ${end.how}. ${remedy}`, end.tail);
  }
}
