// What a local HKube does with algorithms that are applied: keeps them, builds them. Without a folder for that it takes one that goes
// when it ends.

import { mkdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createBuilder, type Builder } from '#builds/builder';
import { findCommit } from '#builds/git';
import type { StoredAlgorithm } from '#descriptors/stored-algorithm';
import { createId } from '#model/create-id';
import type { ResolvedLocalOptions } from '#local-hkube/options';
import { type AlgorithmStore, createStore } from '#store/create-store';
import type { Surroundings } from '#store/ports';

export interface StoreSide {
  readonly store: AlgorithmStore;
  readonly builds: Builder;
  /** Resolves with all that are stored. */
  open(): Promise<readonly StoredAlgorithm[]>;
  close(): Promise<void>;
}

export function createStoreSide(
  { stateDir, check, applied, logger }: Pick<ResolvedLocalOptions, 'stateDir' | 'check' | 'applied' | 'logger'>,
  around: Surroundings,
): StoreSide {
  const own = stateDir === null ? join(tmpdir(), `algorithm-actor-${process.pid}-${createId(12)}`) : null;
  const folder = own ?? stateDir ?? '.';
  const builds: Builder = createBuilder({
    folder: join(folder, 'builds'),
    ...{ logger, check },
    onBuilt: (build) => store.onBuilt(build),
  });
  const store = createStore({
    ...{ folder, around, logger },
    builds: () => ({ ...builds, list: builds.facts }),
    capacity: applied.capacity,
    findCommit: (repository) => findCommit(repository),
  });
  return {
    store,
    builds,
    open: async () => {
      if (own !== null) mkdirSync(own, { mode: 0o700 });
      await builds.open();
      return store.open();
    },
    close: async () => {
      await builds.close();
      await store.close();
      if (own !== null) await rm(own, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}
