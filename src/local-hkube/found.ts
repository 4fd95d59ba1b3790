// Algorithms that nobody has applied, as HKube would have stored them.

import { existsSync, statSync } from 'node:fs';
import { basename, dirname, extname, join } from 'node:path';
import { checkStoredAlgorithm, type StoredAlgorithm } from '#descriptors/stored-algorithm';
import { FOLDER_ENTRIES } from '#model/entry-names';
import type { ResolvedAlgorithm } from '#local-hkube/options';
import type { FoundAlgorithm } from '#store/ports';

export function foundAlgorithms(given: readonly ResolvedAlgorithm[]): ReadonlyMap<string, FoundAlgorithm> {
  return new Map(
    given.map((algorithm) => [
      algorithm.name,
      {
        document: documentOf(algorithm),
        file: algorithm.foundIn ?? algorithm.entry ?? 'this process',
        goesFirst: algorithm.foundIn === null,
      },
    ]),
  );
}

function documentOf({ name, entry, env, minHotWorkers, foundIn }: ResolvedAlgorithm): StoredAlgorithm {
  const file = entry === null ? undefined : entryFile(entry);
  const document = {
    // One letter is enough for a name here; the others are the rules of a cluster.
    name: 'one-of-a-folder',
    algorithmImage: `local/${name}`,
    type: 'Code',
    ...(file !== undefined && {
      env: extname(file) === '.py' ? 'python' : 'nodejs',
      entryPoint: basename(file),
    }),
    ...(foundIn !== null && Object.keys(env).length > 0 && { algorithmEnv: env }),
    minHotWorkers,
  };
  return { ...checkStoredAlgorithm(document, { where: name }), name };
}

/** Of a folder, the module that is taken in it. */
function entryFile(entry: string): string {
  const isFolder = existsSync(entry) && statSync(entry).isDirectory();
  if (!isFolder) return join(dirname(entry), basename(entry));
  return FOLDER_ENTRIES.map((name) => join(entry, name)).find((file) => existsSync(file)) ?? entry;
}
