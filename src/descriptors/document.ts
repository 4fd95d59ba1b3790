// What every kind of document needs while it is checked: a copy of its own, the place of a problem, the value that stands there.

import { inspect } from 'node:util';
import type * as z from 'zod/mini';
import { copyTree } from '#descriptors/tree';
import { invalidDescriptor } from '#descriptors/yaml';

/** A copy of a document, or `INVALID_DESCRIPTOR` if it has no end. */
export function copyDocument(value: unknown, where: string): unknown {
  const copy = copyTree(value);
  if (copy.kind === 'tree') return copy.value;
  throw invalidDescriptor(where, [`${copy.at}: ${copy.reason}`]);
}

/** Throws `INVALID_DESCRIPTOR` only where nothing can be said of each problem. */
export function checkBy<Schema extends z.ZodMiniType>(
  schema: Schema,
  document: unknown,
  where: string,
): z.core.util.SafeParseResult<z.output<Schema>> {
  try {
    return schema.safeParse(document);
  } catch (cause) {
    // With some hundred thousand problems the schema's library runs out of stack.
    if (cause instanceof RangeError) throw invalidDescriptor(where, ['more is wrong than can be listed']);
    throw cause;
  }
}

export function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (owner, key) =>
      typeof owner === 'object' && owner !== null && Object.hasOwn(owner, key) ? Reflect.get(owner, key) : undefined,
    value,
  );
}

const SHOWN = 200;

/** A value in an error message. */
export function show(value: unknown): string {
  if (value === undefined) return 'nothing';
  const shown = inspect(value, { depth: 1, breakLength: Infinity, maxArrayLength: 5, maxStringLength: 60 });
  return shown.length > SHOWN ? `${shown.slice(0, SHOWN)}…` : shown;
}

export type Fields = Readonly<Record<string, unknown>>;

/** Whether a value is an object with keys, and no array. */
export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
