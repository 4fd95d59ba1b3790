// The readme of an algorithm, which HKube's dashboard shows.

import { RuntimeError } from '#errors';
import { notFound } from '#descriptors/algorithm-sentences';
import type { StoreParts } from '#store/versions';

export interface Readme {
  readonly name: string;
  /** Markdown. */
  readonly readme: string;
}

/** Each rejects with `NOT_FOUND` where there is no such algorithm. */
export interface Readmes {
  /** Also where it has none. */
  get(name: string): Promise<Readme>;
  put(name: string, readme: string): Promise<Readme>;
  delete(name: string): Promise<void>;
}

export function createReadmes({ shelf, files }: StoreParts): Readmes {
  async function refuseUnlessStored(name: string): Promise<void> {
    if (!(await shelf.read(name))) throw new RuntimeError('NOT_FOUND', notFound(name), { facts: { name } });
  }

  return {
    get: async (name) => {
      await refuseUnlessStored(name);
      const readme = await shelf.readme(name);
      if (readme !== undefined) return { name, readme };
      throw new RuntimeError('NOT_FOUND', `readme ${name} Not Found`, { facts: { name } });
    },
    put: (name, readme) =>
      files.do(name, async () => {
        await refuseUnlessStored(name);
        await shelf.writeReadme(name, readme);
        return { name, readme };
      }),
    delete: (name) =>
      files.do(name, async () => {
        await refuseUnlessStored(name);
        await shelf.removeReadme(name);
      }),
  };
}
