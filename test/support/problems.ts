// What is said of a document that cannot be used.

import { expect } from 'vitest';
import { RuntimeError } from '#errors';

/** The message of the error that `act` has to throw. */
export function problemsOf(act: () => unknown, code = 'INVALID_DESCRIPTOR'): string {
  return refusalOf(act, code).message;
}

/** Its message, and what a program is told of it: `hkube` is what HKube's api-server would say. */
export function factsOf(act: () => unknown): { readonly message: string; readonly hkube: string } {
  const { message, facts } = refusalOf(act, 'INVALID_DESCRIPTOR');
  return { message, hkube: String(facts['hkube']) };
}

function refusalOf(act: () => unknown, code: string): RuntimeError {
  try {
    act();
  } catch (error) {
    expect(error).toMatchObject({ code });
    if (error instanceof RuntimeError) return error;
  }
  return expect.unreachable('nothing was thrown');
}
