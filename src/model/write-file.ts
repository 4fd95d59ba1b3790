// Files that are whole or not there: written beside, and then moved into place. Whoever is killed in between leaves the former one.

import { randomUUID } from 'node:crypto';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Writes a value as JSON. `isPrecious`: it is on the disk, and not only on its way there, when this resolves. */
export async function writeJson(path: string, value: unknown, isPrecious = false): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const beside = `${path}.${randomUUID()}.tmp`;
  try {
    const file = await open(beside, 'wx');
    try {
      await file.writeFile(JSON.stringify(value));
      if (isPrecious) await file.sync();
    } finally {
      await file.close();
    }
    await rename(beside, path);
  } catch (error) {
    await rm(beside, { force: true });
    throw error;
  }
}
