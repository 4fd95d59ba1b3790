// What a form of the inspector begins with: a value of this run, where it is JSON and not too much of it.

import * as z from 'zod/mini';
import type { Fields } from '#inspector/frames';

/** Longer than this is no input that somebody edits in a form. */
const EDITABLE = 200_000;

const json = z.record(z.string(), z.json());

/** As the fields of a form; `instead` where it is no JSON, or too much of it. */
export function editable(fields: Readonly<Record<string, unknown>>, instead: Fields): Fields {
  const text = JSON.stringify(fields);
  if (text.length > EDITABLE) return instead;
  const parsed = json.safeParse(JSON.parse(text));
  return parsed.success ? parsed.data : instead;
}

/** The form of whoever stops something. */
export const stopForm = z.strictObject({ reason: z.string('expected text') });
