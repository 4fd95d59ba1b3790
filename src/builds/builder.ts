// The local builder: code that was sent becomes a folder that runs, as HKube's builder makes an image of it.
//
//   Y1. A build whose id was told is on the disk. One whose process is gone is over: as published, where it was built (K3), else as
//       failed, with words.
//   Y2. So many are built at once; the others wait, in the order in which they came.
//   Y3. What runs is not touched: what has been completed once can be run until it is removed, also while it is built again.

import { RuntimeError } from '#errors';
import type { BuildWorld } from '#builds/attempt';
import { type BuildDocument, imageOf, isOver, withoutSecrets } from '#builds/build';
import { deedsOf, known, ofAnother } from '#builds/deeds';
import type { BuildCommands } from '#builds/install';
import { createLine } from '#builds/line';
import { type BuildOrder, newRecord } from '#builds/order';
import { recover, seen, tidy } from '#builds/recover';
import { createRunnables, type Runnable } from '#builds/runnables';
import { type BuildRecord, createShelf } from '#builds/shelf';
import type { CheckEntry } from '#builds/steps';

export interface BuildFilter {
  /** Default: `desc`, the newest first. */
  readonly sort?: 'asc' | 'desc' | undefined;
  /** The field to sort by. Default: `startTime`. */
  readonly order?: string | undefined;
  /** Default: all. */
  readonly limit?: number | undefined;
}

export interface Builder {
  /** Ends what belongs to processes that are gone (Y1), and sweeps what they have left. Rejects with `CANNOT_WRITE`. */
  open(): Promise<void>;
  /** Resolves when it is on the disk, as pending; it goes on by itself. */
  begin(order: BuildOrder): Promise<BuildDocument>;
  /** Rejects with `NOT_FOUND`, as all that take an id. */
  status(buildId: string): Promise<BuildDocument>;
  list(algorithmName: string, filter?: BuildFilter): Promise<BuildDocument[]>;
  /** All of an algorithm, without their logs, and with what opens their repositories: for this process alone. */
  facts(algorithmName: string): Promise<BuildDocument[]>;
  /** Resolves when it is stopped. Rejects with `INVALID_CALL`, in HKube's words, for one that is over, or over before it can be. */
  stop(buildId: string): Promise<void>;
  /** The same build once more. Rejects with `INVALID_CALL`, in HKube's words, for one that is not over. */
  rerun(buildId: string): Promise<void>;
  /** Resolves when it is over, however it ended. */
  ended(buildId: string): Promise<BuildDocument>;
  /** What was built for an image, as long as it is kept. */
  runnable(algorithmImage: string): Runnable | undefined;
  /** All builds of an algorithm; those on their way are stopped. Resolves with how many there were. */
  removeOf(algorithmName: string): Promise<number>;
  /** Of builds that are over the last twenty are kept, and those that are needed. */
  prune(algorithmName: string, isNeeded: (algorithmImage: string) => boolean): Promise<void>;
  /** Stops what is on its way, with words. Resolves when nothing of it is left. */
  close(): Promise<void>;
}

export interface BuilderOptions {
  /** Such as `.hkube/local/builds`. */
  readonly folder: string;
  readonly logger: { readonly warn: (message: string) => void };
  readonly check: CheckEntry;
  /**
   * Makes a version of what was built; it is `completed` when this has resolved, and has failed where it rejects. It is called again for a
   * build that it knows already, if this process was killed in between.
   */
  readonly onBuilt: (build: BuildDocument) => Promise<void>;
  /** The programs that are run. Default: npm, python3, git, sh. */
  readonly commands?: Partial<BuildCommands> | undefined;
  /** How many are built at once. Default: 2. */
  readonly atOnce?: number | undefined;
}

const COMMANDS: BuildCommands = { npm: ['npm'], python: ['python3'], git: ['git'], sh: ['sh'] };
const KEPT = 20;

export function createBuilder(options: BuilderOptions): Builder {
  const { folder, logger, check, onBuilt, commands, atOnce = 2 } = options;
  const shelf = createShelf(folder);
  const world: BuildWorld = { shelf, check, onBuilt, warn: logger.warn, commands: { ...COMMANDS, ...commands } };
  const runnables = createRunnables(shelf);
  const line = createLine(world, { atOnce, onOver: runnables.note });

  async function open(): Promise<void> {
    await shelf.open();
    for (const found of await shelf.list()) {
      const record = await recover(found, world);
      if (isOver(record.build.status)) await tidy(record, shelf);
      runnables.note(record);
    }
  }

  async function begin(order: BuildOrder): Promise<BuildDocument> {
    line.refuseClosed();
    const record = newRecord(order);
    await shelf.add(record, order.source.kind === 'archive' ? order.source.path : undefined);
    line.start(record);
    return withoutSecrets(record.build);
  }

  /** Of one that is over, or that another process has on its way. */
  async function tell({ build }: BuildRecord): Promise<BuildDocument> {
    const result = build.result && { ...build.result, data: await shelf.readLog(build.buildId) };
    return withoutSecrets({ ...build, result });
  }

  async function status(buildId: string): Promise<BuildDocument> {
    // Asked for first: it leaves the line when its end is on the disk.
    const attempt = line.find(buildId);
    return attempt ? withoutSecrets(attempt.build) : tell(await known(shelf, buildId));
  }

  async function facts(algorithmName: string): Promise<BuildDocument[]> {
    const looked = async (record: BuildRecord): Promise<BuildDocument> => {
      const { buildId, status: found } = record.build;
      const attempt = line.find(buildId);
      if (attempt) return attempt.build;
      // It may have ended since it was read.
      return seen(isOver(found) ? record : ((await shelf.read(buildId)) ?? record)).build;
    };
    return Promise.all((await shelf.list(algorithmName)).map(looked));
  }

  async function remove(record: BuildRecord): Promise<void> {
    runnables.forget(record);
    await shelf.remove(record.build.buildId);
  }

  return {
    open,
    begin,
    status,
    facts,
    list: async (algorithmName, filter = {}) => {
      const all = chosen(await facts(algorithmName), filter);
      const told = await Promise.all(all.map(({ buildId }) => status(buildId).catch(unlessGone)));
      return told.flatMap((build) => build ?? []);
    },
    ...deedsOf(line, shelf),
    ended: async (buildId) => {
      const record = (await line.find(buildId)?.done) ?? (await known(shelf, buildId));
      if (!isOver(record.build.status)) throw ofAnother(record);
      return tell(record);
    },
    runnable: runnables.find,
    removeOf: async (algorithmName) => {
      const records = await shelf.list(algorithmName);
      const going = records.flatMap(({ build }) => line.find(build.buildId) ?? []);
      for (const { stop } of going) stop(`algorithm ${algorithmName} was deleted.`);
      await Promise.all(going.map(({ done }) => done));
      for (const record of records) await remove(record);
      return records.length;
    },
    prune: async (algorithmName, isNeeded) => {
      const over = (await shelf.list(algorithmName)).filter(
        ({ build }) => isOver(build.status) && !line.find(build.buildId),
      );
      const old = over.toSorted((a, b) => b.build.startTime - a.build.startTime).slice(KEPT);
      for (const record of old) if (!isNeeded(imageOf(record.build))) await remove(record);
    },
    close: line.close,
  };
}

/** It may have been removed while it was looked for. */
function unlessGone(error: unknown): undefined {
  if (!(error instanceof RuntimeError && error.code === 'NOT_FOUND')) throw error;
}

function chosen(
  builds: readonly BuildDocument[],
  { sort = 'desc', order = 'startTime', limit }: BuildFilter,
): BuildDocument[] {
  const ascending = builds.toSorted((a, b) => compare(Reflect.get(a, order), Reflect.get(b, order)));
  return (sort === 'asc' ? ascending : ascending.toReversed()).slice(0, limit);
}

function compare(a: unknown, b: unknown): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return typeof a === 'string' && typeof b === 'string' ? a.localeCompare(b) : 0;
}
