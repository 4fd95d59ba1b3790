// The algorithms that a local HKube serves: those that it was given, those that it has found in folders, those that were applied; and for
// each of them its pool, as it is now.
//
//   G1. Of one name, what was given goes before what was applied, and that before what was found.
//   G2. A pool that is replaced gets no more tasks; what it has in hand, and what waits in it, it brings to an end.
//   G3. Until the new one can run, the former one does.

import { RuntimeError } from '#errors';
import type { StoredAlgorithm } from '#descriptors/stored-algorithm';
import { describeFailure } from '#model/failure';
import type { LocalLogger } from '#local-hkube/local-logger';
import type { ResolvedAlgorithm } from '#local-hkube/options';
import type { Pool } from '#local-hkube/pool-port';
import type { PoolWorker } from '#local-hkube/pool-worker';
import type { Pools } from '#local-hkube/run-tasks';
import { isBuiltHere } from '#store/versions';

/** An algorithm of a local HKube. */
export interface AlgorithmSummary {
  readonly name: string;
  /** The module, or its folder; null for functions, and for one that cannot run. */
  readonly entry: string | null;
  /** How many processes serve it at most. */
  readonly workers: number;
  /** Why it cannot run. */
  readonly problem?: string;
}

/** What a person sees of a pool. */
export interface PoolView {
  readonly algorithm: string;
  readonly limit: number;
  readonly waiting: number;
  readonly workers: readonly PoolWorker[];
}

export interface ServedAlgorithms extends Pools {
  refusalOf(algorithm: string): RuntimeError | undefined;
  /** What is current of an algorithm that is applied; undefined: it has gone. */
  setCurrent(name: string, algorithm: StoredAlgorithm | undefined): void;
  list(): AlgorithmSummary[];
  views(): PoolView[];
  workers(): PoolWorker[];
  /** Of the builds that run, or may be started again. */
  folders(): ReadonlySet<string>;
  /** Rejects with `CANNOT_LAUNCH` if hot workers of what was given cannot be started. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

export interface ServedOptions {
  readonly given: readonly ResolvedAlgorithm[];
  /** `isTaken`: whether another pool has a worker of this name. */
  readonly createPool: (algorithm: ResolvedAlgorithm, isTaken: (worker: string) => boolean) => Pool;
  /** How an applied one runs, or why it cannot. */
  readonly resolve: (algorithm: StoredAlgorithm) => ResolvedAlgorithm | RuntimeError;
  readonly logger: LocalLogger;
}

/** An applied algorithm: as it is, and as it was when it could last run. */
interface Standing {
  readonly current: StoredAlgorithm;
  former: ResolvedAlgorithm | undefined;
}

interface Opened {
  readonly algorithm: ResolvedAlgorithm;
  readonly pool: Pool;
  /** What it was made of may have changed. */
  isStale: boolean;
}

interface Draining {
  readonly algorithm: ResolvedAlgorithm;
  readonly over: Promise<void>;
}

export function createServed({ given, createPool, resolve, logger }: ServedOptions): ServedAlgorithms {
  const givenBy = new Map(given.map((algorithm) => [algorithm.name, algorithm]));
  const applied = new Map<string, Standing>();
  const opened = new Map<string, Opened>();
  /** G2 */
  const draining = new Map<Pool, Draining>();
  let state: 'new' | 'started' | 'stopped' = 'new';

  /** G1 */
  function wanted(name: string): ResolvedAlgorithm | RuntimeError | undefined {
    const own = givenBy.get(name);
    const standing = applied.get(name);
    if (!standing || own?.foundIn === null) return own;
    const now = resolve(standing.current);
    if (now instanceof RuntimeError) return (isComing(standing.current) ? (standing.former ?? own) : undefined) ?? now;
    standing.former = undefined;
    return now;
  }

  function retire(name: string): void {
    const old = opened.get(name);
    if (!old) return;
    opened.delete(name);
    const over = old.pool
      .drain()
      .catch((error: unknown) => logger.warn(`${name}: ${describeFailure(error).message}`))
      .finally(() => draining.delete(old.pool));
    draining.set(old.pool, { algorithm: old.algorithm, over });
  }

  function open(algorithm: ResolvedAlgorithm): Pool {
    const { name } = algorithm;
    const isTaken = (worker: string): boolean => workers().some((one) => one.worker === worker);
    const pool = createPool(algorithm, isTaken);
    opened.set(name, { algorithm, pool, isStale: false });
    if (state === 'started')
      pool.start().catch((error: unknown) => logger.warn(`${name}: ${describeFailure(error).message}`));
    return pool;
  }

  /** As long as nothing has changed it is what it was. */
  function get(name: string): Pool | undefined {
    const there = opened.get(name);
    if (there && !there.isStale) return there.pool;
    const algorithm = wanted(name);
    if (!algorithm || algorithm instanceof RuntimeError) {
      retire(name);
      return undefined;
    }
    if (there && isSame(there.algorithm, algorithm)) {
      there.isStale = applied.get(name)?.former !== undefined;
      return there.pool;
    }
    retire(name);
    return open(algorithm);
  }

  const keys = (): MapIterator<string> =>
    new Map([...givenBy.keys(), ...applied.keys()].map((name) => [name, name])).keys();
  const pools = (): Pool[] => [...draining.keys(), ...[...opened.values()].map(({ pool }) => pool)];
  const workers = (): PoolWorker[] => pools().flatMap((pool) => pool.workers());

  function refusalOf(name: string): RuntimeError | undefined {
    if (!applied.has(name) || get(name)) return undefined;
    const algorithm = wanted(name);
    return algorithm instanceof RuntimeError ? algorithm : undefined;
  }

  for (const { name } of given) get(name);

  return {
    get,
    keys,
    refusalOf,
    setCurrent: (name, algorithm) => {
      const there = opened.get(name);
      if (there) there.isStale = true;
      if (algorithm) applied.set(name, { current: algorithm, former: there?.algorithm });
      else applied.delete(name);
      if (state !== 'stopped') get(name);
    },
    list: () => [...keys()].map((name) => summaryOf(name, wanted(name))),
    views: () =>
      [...keys()].map((name) => ({
        algorithm: name,
        limit: opened.get(name)?.algorithm.workers ?? 0,
        waiting: opened.get(name)?.pool.waiting ?? 0,
        workers: workers().filter(({ algorithm }) => algorithm === name),
      })),
    workers,
    folders: () => new Set([...opened.values(), ...draining.values()].flatMap(({ algorithm: { cwd } }) => cwd ?? [])),
    start: async () => {
      state = 'started';
      const hot = [...opened.values()].map(async ({ algorithm, pool }) => {
        if (givenBy.get(algorithm.name) === algorithm) return pool.start();
        await pool.start().catch((error: unknown) => logger.warn(describeFailure(error).message));
      });
      await Promise.all(hot);
    },
    stop: async () => {
      state = 'stopped';
      await Promise.all(pools().map((pool) => pool.stop()));
      await Promise.all([...draining.values()].map(({ over }) => over));
    },
  };
}

/** A build will make it run, or has just done so (G3). */
const isComing = ({ algorithmImage, env }: StoredAlgorithm): boolean =>
  algorithmImage ? isBuiltHere(algorithmImage) : env !== 'java';

/** Two that would run alike; functions cannot be compared. */
const isSame = (one: ResolvedAlgorithm, other: ResolvedAlgorithm): boolean =>
  one === other || (one.handlers === other.handlers && JSON.stringify(one) === JSON.stringify(other));

function summaryOf(name: string, algorithm: ResolvedAlgorithm | RuntimeError | undefined): AlgorithmSummary {
  if (!algorithm) return { name, entry: null, workers: 0 };
  if (algorithm instanceof RuntimeError) return { name, entry: null, workers: 0, problem: algorithm.message };
  return { name, entry: algorithm.entry, workers: algorithm.workers };
}
