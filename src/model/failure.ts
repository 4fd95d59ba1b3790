// Anything thrown becomes a failure with words: what HKube shows its users of an algorithm that failed. Pure.
//
//   L6. Every failure has words: `message` is never empty, `details` is always a string, secrets are masked, and describing
//       a failure never throws, whatever was thrown.

import { inspect } from 'node:util';
import { maskSecrets } from '#model/mask';

/** An error as it crosses the wire in `errorMessage`. `details` holds the stack and the chain of causes. */
export interface Failure {
  readonly code: string;
  readonly message: string;
  readonly details: string;
}

/** The code of a failure whose author gave none; the official wrappers send the same. */
export const DEFAULT_FAILURE_CODE = 'Failed';

const DETAILS_LIMIT = 64 * 1024;
const MESSAGE_LIMIT = 16 * 1024;
const CAUSE_DEPTH = 8;

/** Reads a property that may be missing, or a getter that throws. */
function read(thrown: unknown, key: string): unknown {
  if ((typeof thrown !== 'object' && typeof thrown !== 'function') || thrown === null) return undefined;
  try {
    return Reflect.get(thrown, key);
  } catch {
    return undefined;
  }
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value : undefined;
}

function show(thrown: unknown): string {
  try {
    return inspect(thrown, { depth: 4, breakLength: 120, getters: false });
  } catch {
    return `an unprintable ${typeof thrown}`;
  }
}

function messageOf(thrown: unknown): string {
  if (thrown === undefined || thrown === null) return `The algorithm threw ${thrown === null ? 'null' : 'undefined'}.`;
  const message = text(thrown) ?? text(read(thrown, 'message'));
  if (message !== undefined) return message;
  if (thrown instanceof Error) return text(read(thrown, 'name')) ?? 'Error';
  return `The algorithm threw ${show(thrown)}.`;
}

function codeOf(thrown: unknown): string {
  const code = read(thrown, 'code');
  return text(code) ?? (typeof code === 'number' ? String(code) : DEFAULT_FAILURE_CODE);
}

function detailsOf(thrown: unknown): string {
  const lines: string[] = [];
  let current: unknown = thrown;
  for (let depth = 0; depth < CAUSE_DEPTH && current !== undefined; depth++) {
    const stack = text(read(current, 'stack'));
    const own = stack ?? show(current);
    lines.push(depth === 0 ? own : `Caused by: ${own}`);
    current = read(current, 'cause');
  }
  return lines.join('\n');
}

/** A failure in words that are known already: masked, and cut like all others. */
export function failureOf(code: string, message: string, details: string): Failure {
  return {
    code,
    message: cut(maskSecrets(message), MESSAGE_LIMIT),
    details: cut(maskSecrets(details), DETAILS_LIMIT),
  };
}

function cut(words: string, limit: number): string {
  return words.length > limit ? `${words.slice(0, limit)}… cut at ${limit} characters` : words;
}

/** Describes whatever was thrown; `details` that the author gave stand before the stack. */
export function describeFailure(thrown: unknown): Failure {
  try {
    const details = [text(read(thrown, 'details')), detailsOf(thrown)].filter(Boolean).join('\n');
    return failureOf(codeOf(thrown), messageOf(thrown), details);
  } catch {
    // A proxy can throw wherever it is touched.
    return { code: DEFAULT_FAILURE_CODE, message: 'The algorithm threw a value that cannot be read.', details: '' };
  }
}
