// Files that are whole or not there: written beside, and then moved into place. Whoever is killed in between leaves the former one.

import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Writes a value as JSON. `isPrecious`: it is on the disk, and not only on its way there, when this resolves. */
export async function writeJson(path: string, value: unknown, isPrecious = false): Promise<void> {
  const [{ default: writeFile }] = await Promise.all([
    import('write-file-atomic'),
    mkdir(dirname(path), { recursive: true }),
  ]);
  await writeFile(path, JSON.stringify(value), { fsync: isPrecious });
}
