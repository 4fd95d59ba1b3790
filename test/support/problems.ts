// What is said of a pipeline that cannot run.

import { expect } from 'vitest';
import { RuntimeError } from '#errors';

/** The message of the error that `act` has to throw. */
export function problemsOf(act: () => unknown, code = 'INVALID_DESCRIPTOR'): string {
  try {
    act();
  } catch (error) {
    expect(error).toMatchObject({ code });
    return error instanceof RuntimeError ? error.message : '';
  }
  return expect.unreachable('nothing was thrown');
}
