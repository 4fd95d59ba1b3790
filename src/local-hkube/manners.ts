// How the workers of a local HKube behave, as its users write it: the schemas of their options and faults.

import * as z from 'zod/mini';
import { RuntimeError } from '#errors';
import { explainIssues } from '#model/issues';
import type { Fault } from '#worker/faults';

type ObjectIssue = z.core.$ZodRawIssue<z.core.$ZodIssueUnrecognizedKeys | z.core.$ZodIssueInvalidType>;

/** Words for keys that an object of this shape does not have. */
export function knownOnly(shape: Readonly<Record<string, unknown>>): { error: (issue: ObjectIssue) => string } {
  const known = Object.keys(shape).join(', ');
  const error = (issue: ObjectIssue): string =>
    issue.code === 'unrecognized_keys'
      ? `${issue.keys.join(', ')}: not known; known are ${known}`
      : `expected an object with ${known}`;
  return { error };
}

/** What a timer of Node can wait. */
const LONGEST_MS = 2 ** 31 - 1;
export const milliseconds = z
  .number('expected milliseconds')
  .check(z.minimum(0, 'expected 0 or more'), z.maximum(LONGEST_MS, `expected at most ${LONGEST_MS}`));
export const command = z.enum(
  [
    '*',
    'initialize',
    'start',
    'stop',
    'exit',
    'subPipelineStarted',
    'subPipelineDone',
    'subPipelineError',
    'subPipelineStopped',
    'algorithmExecutionDone',
    'algorithmExecutionError',
    'dataSourceResponse',
    'alreadyConnectedError',
  ],
  'expected the name of a message that a worker sends, or *',
);
const size = z
  .int('expected a number of bytes')
  .check(z.minimum(1, 'expected 1 to 200000000'), z.maximum(200_000_000, 'expected 1 to 200000000'));
const fault = <Kind extends string, Shape extends z.core.$ZodLooseShape>(kind: Kind, shape: Shape) =>
  z.strictObject({
    do: z.literal(kind),
    on: command,
    times: z.optional(z.custom<number>(isCount, 'expected a whole number, 1 or more, or Infinity')),
    ...shape,
  });

/** A fault as it is written; which fields it has depends on what it does. */
const FaultOption = z.discriminatedUnion(
  'do',
  [
    fault('drop', {}),
    fault('delay', { ms: milliseconds }),
    fault('duplicate', {}),
    fault('malformed', {}),
    fault('oversized', { bytes: z.optional(size) }),
    fault('close', {
      code: z
        .int('expected a close code')
        .check(z.refine(isCloseCode, 'expected 1000, 1001, 1003, 1006 to 1014, or 3000 to 4999')),
      reason: z.optional(
        z
          .string('expected text')
          .check(z.refine(isShort, 'expected at most 123 bytes, which is what a close frame holds')),
      ),
    }),
    fault('withoutData', {}),
    fault('withoutId', {}),
    fault('textInResponse', {}),
  ],
  'expected do: drop, delay, duplicate, malformed, oversized, close, withoutData, withoutId or textInResponse',
);

function isCount(value: unknown): boolean {
  return typeof value === 'number' && value >= 1 && (value === Infinity || Number.isInteger(value));
}

function isShort(reason: string): boolean {
  return Buffer.byteLength(reason) <= 123;
}

/** What `ws` can send; 1006 is sent as nothing. */
function isCloseCode(code: number): boolean {
  return (code >= 1000 && code <= 1014 && ![1004, 1005].includes(code)) || (code >= 3000 && code <= 4999);
}

export const mannersShape = {
  profile: z.optional(z.enum(['worker', 'debug'], 'expected worker or debug')),
  lenient: z.optional(z.boolean('expected true or false')),
  restarts: z.optional(z.boolean('expected true or false')),
  bootstrapMs: z.optional(milliseconds),
  faults: z.optional(z.array(FaultOption, 'expected an array of faults')),
};
export const MannersOption = z.strictObject(mannersShape, knownOnly(mannersShape));

/** Checks a fault. Throws `INVALID_OPTIONS`. */
export function checkFault(given: unknown): Fault {
  const parsed = FaultOption.safeParse(given);
  if (parsed.success) return parsed.data;
  throw new RuntimeError('INVALID_OPTIONS', `fault: ${explainIssues(parsed.error.issues)}.`);
}
