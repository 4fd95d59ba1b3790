// A local HKube for a command: algorithms and pipelines from their folders, each algorithm in processes of its own.

import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import type { Command } from 'commander';
import type { BrokenDocument } from '#descriptors/broken';
import type { NamedAlgorithm } from '#local-hkube/algorithm-file';
import type { InspectOptions } from '#inspector/options';
import { createLocalHKube, type LocalHKube } from '#local-hkube/create-local-hkube';
import { readAlgorithms, readPipelines } from '#local-hkube/folders';
import type { LocalLogger } from '#local-hkube/local-logger';
import type { LocalAlgorithmOptions } from '#local-hkube/options';
import { createSpawner } from '#local-hkube/spawn-algorithm';
import { portNumber, wholeNumber } from '#cli/inputs';
import { RuntimeError } from '#errors';

export const STATE_DIR = '.hkube/local';
const LINGER_MS = 200;

/** Where local HKube finds things, and how large it may get. */
export interface LocalPlaces {
  readonly algorithms?: string;
  readonly pipelines?: string;
  readonly workers?: number;
  readonly workersPort?: number;
  readonly state: string;
}

export function addLocalPlaces(command: Command): Command {
  return command
    .option('--algorithms <dir>', 'folder of algorithms; default ./algorithms, or the folder of the file, or this one')
    .option(
      '--pipelines <dir>',
      'folder of stored pipelines; default ./pipelines, or the folder of the file, or this one',
    )
    .option('--workers <n>', 'processes an algorithm; default one a core, up to 4', positive)
    .option('--workers-port <port>', 'first port for workers, one each; 0 takes free ones; default 3000', portNumber)
    .option('--state <dir>', 'folder that keeps the runs', STATE_DIR);
}

export function positive(given: string): number {
  const number = wholeNumber(given);
  if (number > 0) return number;
  throw new RuntimeError('INVALID_USAGE', `expected 1 or more, got ${given}.`);
}

export interface OpenLocalOptions extends LocalPlaces {
  /** Algorithms beside those of the folder; they win. */
  readonly own?: readonly NamedAlgorithm[];
  /** A file beside which algorithms and pipelines may lie. */
  readonly beside?: string;
  /** For each of these. */
  readonly ownOptions?: LocalAlgorithmOptions;
  readonly inspect?: InspectOptions | undefined;
  readonly logger: LocalLogger;
  /** Nothing is going to run: no process is kept hot. */
  readonly isCold?: boolean;
}

export interface OpenedLocal extends LocalHKube {
  readonly broken: readonly BrokenDocument[];
  /** Where algorithms were looked for. */
  readonly folder: string;
}

/** Not started yet. Throws `INVALID_OPTIONS` for folders that cannot be read. */
export function openLocal(options: OpenLocalOptions): OpenedLocal {
  const { own = [], ownOptions = {}, logger, state, workersPort } = options;
  const workers = options.workers ?? Math.min(availableParallelism(), 4);
  const folder = folderOf(options.algorithms, 'algorithms', options.beside);
  const fromFolder = readAlgorithms(folder);
  const stored = readPipelines(folderOf(options.pipelines, 'pipelines', options.beside));
  const broken = [...fromFolder.broken, ...stored.broken];
  const algorithms: Record<string, LocalAlgorithmOptions> = {};
  // A document may ask for fewer.
  const optionsOf = ({ options: { workers: most = workers, ...rest } }: NamedAlgorithm): LocalAlgorithmOptions => ({
    ...rest,
    workers: Math.min(workers, most),
    ...(options.isCold && { minHotWorkers: 0 }),
  });
  for (const one of fromFolder.algorithms) algorithms[one.name] = { ...optionsOf(one), foundIn: one.file };
  for (const one of own) algorithms[one.name] = { ...optionsOf(one), ...ownOptions };
  // Of what does not run nobody wants to know.
  const running = options.isCold ? [] : [...fromFolder.algorithms, ...own];
  for (const warning of running.flatMap((one) => one.warnings)) logger.warn(warning);
  const hkube = createLocalHKube({
    algorithms,
    pipelines: stored.pipelines.map(({ pipeline }) => pipeline),
    broken,
    stateDir: state,
    logger,
    applied: { workers, isHot: !options.isCold },
    inspect: options.inspect,
    check: async (...entry) => (await import('#cli/check-entry')).checkBuilt(...entry),
    ports: workersPort === undefined ? {} : { workers: workersPort },
    launch: createSpawner({ command: [process.execPath, ...process.execArgv, process.argv[1] ?? '', 'run'], logger }),
  });
  return {
    ...hkube,
    stop: async () => {
      await hkube.stop();
      letGo();
    },
    broken,
    folder,
    get inspector() {
      return hkube.inspector;
    },
  };
}

/** A collector of traces that does not answer holds connections, and nobody waits for it any more. */
function letGo(): void {
  setTimeout(() => {
    // What is not written yet goes first.
    if (process.stdout.writableLength + process.stderr.writableLength > 0) letGo();
    else process.exit();
  }, LINGER_MS).unref();
}

/** The one that was asked for; else the usual one, here or beside a file; else the folder of that file, or this one. */
export function folderOf(asked: string | undefined, usual: string, beside?: string): string {
  if (asked !== undefined) return asked;
  const here = beside === undefined ? '.' : dirname(beside);
  return [usual, join(here, usual)].find((folder) => existsSync(folder)) ?? here;
}
