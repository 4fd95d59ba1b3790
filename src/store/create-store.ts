// The door of the store: algorithms as HKube's API keeps them, their versions, and their readmes.

import { join } from 'node:path';
import { RuntimeError } from '#errors';
import { isPushOf, type Push } from '#builds/push';
import type { NodeCapacity } from '#descriptors/algorithm-capacity';
import { alreadyExists, notFound } from '#descriptors/algorithm-sentences';
import { checkAlgorithmName, type StoredAlgorithm } from '#descriptors/stored-algorithm';
import { describeFailure } from '#model/failure';
import { type Applied, type Apply, type ApplyOptions, createApply } from '#store/apply';
import { type BuildsEnd, createBuildsEnd } from '#store/builds-end';
import { createDelete, type Delete } from '#store/deletion';
import { oneAtATime } from '#store/one-at-a-time';
import type { BuildFacts, Builds, Surroundings, Upload } from '#store/ports';
import { createReadmes, type Readmes } from '#store/readmes';
import { type AlgorithmFilter, matching, type Page, pageOf, type Paging, sorted } from '#store/search';
import { createShelf } from '#store/shelf';
import { placeForUpload, sweepUploads } from '#store/upload';
import { createVersions, type StoreParts, type Versions } from '#store/versions';

export interface InsertOptions {
  readonly archive?: Upload | undefined;
  /** One of that name is updated, and replaced at once. */
  readonly allowOverwrite?: boolean | undefined;
}

export interface AlgorithmStore {
  /** Resolves with all that are stored. Sweeps what processes that are gone have left. */
  open(): Promise<readonly StoredAlgorithm[]>;
  /** Also those that are there without having been applied. */
  list(filter?: AlgorithmFilter & Pick<Paging, 'sort' | 'limit'>): Promise<StoredAlgorithm[]>;
  search(filter: AlgorithmFilter, paging: Paging): Promise<Page>;
  /** Rejects with `NOT_FOUND`. */
  get(name: string): Promise<StoredAlgorithm>;
  /** Rejects with `INVALID_CALL` (409) where there is one. */
  insert(payload: unknown, options?: InsertOptions): Promise<Applied>;
  /** Rejects with `NOT_FOUND` where there is none. */
  update(payload: unknown, options?: ApplyOptions): Promise<Applied>;
  readonly apply: Apply;
  /** Resolves with what has gone, in HKube's words. Rejects with `INVALID_CALL` where something depends on it. */
  readonly delete: Delete;
  readonly versions: Omit<Versions, 'create'>;
  readonly readmes: Readmes;
  /** Somebody has pushed: resolves with the builds that have begun of algorithms which follow that branch. */
  onPush(push: Push): Promise<readonly string[]>;
  /** Where an archive is to be received; whoever asks for a place writes there, and hands it over. */
  placeForUpload(): Promise<string>;
  /** For the builder: makes a version of what was built. It may be called before the store is open, for builds of before. */
  readonly onBuilt: BuildsEnd['onBuilt'];
  /** Resolves when nothing of it is on its way. */
  close(): Promise<void>;
}

export interface StoreOptions {
  /** Such as `.hkube/local`: `store/` and `uploads/` are below it. */
  readonly folder: string;
  readonly builds: () => Builds;
  readonly around: Surroundings;
  readonly capacity?: readonly NodeCapacity[] | undefined;
  readonly findCommit: (gitRepository: { readonly url: string }) => Promise<object>;
  readonly logger: { readonly warn: (message: string) => void };
}

const WHERE = 'algorithm';

export function createStore({ folder, builds, around, logger, capacity, findCommit }: StoreOptions): AlgorithmStore {
  const uploads = join(folder, 'uploads');
  const shelf = createShelf(join(folder, 'store'));
  const deeds = oneAtATime();
  const parts: StoreParts = { shelf, builds, around, files: oneAtATime() };
  const versions = createVersions(parts);
  const end = createBuildsEnd(parts, versions);
  const apply = createApply({ ...parts, versions, deeds, capacity, findCommit, builds: () => followed(builds()) });

  /** What has come to nothing is not told by `onBuilt`, and takes as much room. */
  function followed(side: Builds): Builds {
    const begin: Builds['begin'] = async (order) => {
      const build = await side.begin(order);
      waitFor(side.ended(build.buildId).then(clearAway, () => undefined));
      return build;
    };
    return { ...side, begin };
  }

  async function clearAway({ status, algorithmName: name }: BuildFacts): Promise<void> {
    if (status === 'completed') return;
    await end.tidy(name).catch((error: unknown) => logger.warn(`store: ${name}: ${describeFailure(error).message}`));
  }

  /** What could not run before its build was over can do so now. Not waited for by whoever builds. */
  async function settle({ buildId, algorithmName: name }: BuildFacts): Promise<void> {
    try {
      await builds().ended(buildId);
      around.onCurrent(name, await shelf.read(name));
      await end.tidy(name);
    } catch (error) {
      logger.warn(`store: ${name}: ${describeFailure(error).message}`);
    }
  }

  async function all(): Promise<StoredAlgorithm[]> {
    const stored: StoredAlgorithm[] = [];
    for (const name of await shelf.names()) stored.push(...[(await shelf.read(name)) ?? []].flat());
    const names = new Set(stored.map(({ name }) => name));
    const found = [...around.found.values()].map(({ document }) => document).filter(({ name }) => !names.has(name));
    return [...(await Promise.all(stored.map(withStats))), ...found];
  }

  async function withStats(algorithm: StoredAlgorithm): Promise<StoredAlgorithm> {
    return { ...algorithm, buildStats: statsOf(await builds().facts(algorithm.name)) };
  }

  async function insert(payload: unknown, { archive, allowOverwrite = false }: InsertOptions = {}): Promise<Applied> {
    const name = checkAlgorithmName(payload, WHERE);
    if (!(await shelf.read(name))) return apply(payload, { archive });
    if (allowOverwrite) return apply(payload, { archive, forceUpdate: true });
    throw new RuntimeError('INVALID_CALL', alreadyExists(name), { facts: { name, status: 409 } });
  }

  /** The commit is looked up as at any apply: a push is only a hint. */
  async function onPush(push: Push): Promise<string[]> {
    const begun: string[] = [];
    for (const name of await shelf.names()) {
      const repository = (await shelf.read(name))?.gitRepository;
      if (!repository || !isPushOf(push, repository)) continue;
      const applied = await apply({ name }).catch((error: unknown) =>
        logger.warn(`store: ${name}: a push could not be followed: ${describeFailure(error).message}`),
      );
      if (applied?.buildId !== undefined) begun.push(applied.buildId);
    }
    return begun;
  }

  const settling = new Set<Promise<void>>();
  let isOpen = false;

  function waitFor(work: Promise<void>): void {
    const settled = work.finally(() => settling.delete(settled));
    settling.add(settled);
  }

  return {
    open: async () => {
      isOpen = true;
      await sweepUploads(uploads);
      await shelf.sweep();
      const names = await shelf.names();
      return (await Promise.all(names.map(shelf.read))).flatMap((one) => one ?? []);
    },
    list: async ({ sort, limit, ...filter } = {}) => sorted(matching(await all(), filter), sort).slice(0, limit),
    search: async (filter, paging) => pageOf(sorted(matching(await all(), filter), paging.sort), paging),
    get: async (name) => {
      const stored = await shelf.read(name);
      const found = stored ? await withStats(stored) : around.found.get(name)?.document;
      if (found) return found;
      throw new RuntimeError('NOT_FOUND', notFound(name), { facts: { name } });
    },
    insert,
    update: async (payload, options) => {
      const name = checkAlgorithmName(payload, WHERE);
      if ((await shelf.read(name)) ?? around.found.get(name)) return apply(payload, options);
      throw new RuntimeError('NOT_FOUND', notFound(name), { facts: { name } });
    },
    apply,
    delete: createDelete({ ...parts, deeds }),
    versions,
    readmes: createReadmes(parts),
    onPush,
    placeForUpload: () => placeForUpload(uploads),
    onBuilt: async (build) => {
      await end.onBuilt(build);
      if (isOpen) waitFor(settle(build));
    },
    close: async () => {
      await Promise.all(settling);
    },
  };
}

const STATUSES = ['pending', 'creating', 'active', 'completed', 'failed', 'stopped'];

function statsOf(builds: readonly BuildFacts[]): Readonly<Record<string, number>> {
  const counts = STATUSES.map((status) => [status, builds.filter((one) => one.status === status).length] as const);
  return { total: builds.length, ...Object.fromEntries(counts) };
}
