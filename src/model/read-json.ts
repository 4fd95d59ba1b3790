// Files of JSON that may not be there, or be cut, or be somebody else's.

import { readFile } from 'node:fs/promises';

/** What turns a value into what it has to be, and throws where it is not: a schema. */
interface Shape<Value> {
  parse(value: unknown): Value;
}

/** Undefined where there is none, or one that is not of this shape. */
export async function readJson<Value>(path: string, shape: Shape<Value>): Promise<Value | undefined> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    // Too many are open: that says nothing of this one.
    if (error instanceof Error && 'code' in error && (error.code === 'EMFILE' || error.code === 'ENFILE')) throw error;
    return '';
  });
  try {
    return shape.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
