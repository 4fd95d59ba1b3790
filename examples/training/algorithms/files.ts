// The texts of a folder, the same ones in the same order on every machine.

import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Task } from 'algorithm-actor';

/** Fewer teach nothing. */
const FEWEST = 10;

export async function start({ input: [folder] }: Task<readonly [string]>): Promise<readonly string[]> {
  const names = await readdir(folder, { recursive: true });
  const texts = names.filter((name) => /\.(md|txt)$/.test(name)).sort();
  if (texts.length < FEWEST)
    throw new RangeError(`${folder} has ${texts.length} .md and .txt files: give a folder with ${FEWEST} or more`);
  return texts.map((name) => join(folder, name));
}
