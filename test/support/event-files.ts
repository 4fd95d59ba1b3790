// Event files of a folder, read back.

import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { createEventReader } from '#metrics/event-reader';
import type { Scalar } from '#model/scalar';

/** The event files below a folder, by their paths in it. */
export function eventFiles(folder: string): string[] {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return names.filter((name) => name.includes('tfevents')).sort();
}

export async function scalarsOf(path: string): Promise<Scalar[]> {
  const found: Scalar[] = [];
  await createEventReader(path).read((scalars) => found.push(...scalars));
  return found;
}

/** All of them, as `tag step value`. */
export async function scalarsIn(folder: string): Promise<string[]> {
  const each = await Promise.all(eventFiles(folder).map((name) => scalarsOf(join(folder, name))));
  return each.flat().map(({ tag, step, value }) => `${tag} ${step} ${value}`);
}
