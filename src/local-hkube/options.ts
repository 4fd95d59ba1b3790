// The options of local HKube: what a user writes, and what it becomes. A wrong one is an error at once, and names itself.

import * as z from 'zod/mini';
import { RuntimeError } from '#errors';
import { checkPipeline, invalidDescriptor, type RawPipeline, type RawPipelineInput } from '#descriptors/pipeline';
import type { Launch } from '#local-hkube/launch';
import { knownOnly, MannersOption, mannersShape } from '#local-hkube/manners';
import type { WorkerManners } from '#worker/manners';
import type { Fault } from '#worker/faults';

/** One method a level; a message is one line. */
export type LocalLogger = Readonly<Record<'debug' | 'info' | 'warn' | 'error', (message: string) => void>>;

/** How workers behave, and where they misbehave on purpose. */
export interface Manners extends WorkerManners {
  /** Each happens as often as it says over all workers of an algorithm. */
  readonly faults?: readonly Fault[] | undefined;
}

/** One algorithm of a local HKube, and how the workers that serve it behave. */
export interface LocalAlgorithmOptions extends Manners {
  /** The module that exports the handlers. */
  readonly entry: string;
  /** How many processes serve it. Default: 1. */
  readonly workers?: number;
  /**
   * Up to how many may serve it when all of them wait for sub-pipelines that need this algorithm. Default: 16 more than
   * `workers`. Beyond it a waiting task fails, with words, instead of waiting for ever.
   */
  readonly maxWorkers?: number;
}

export interface LocalHKubeOptions {
  /** The algorithms by their names. */
  readonly algorithms: Readonly<Record<string, LocalAlgorithmOptions>>;
  /** The stored pipelines. */
  readonly pipelines?: readonly RawPipelineInput[];
  /** How all workers behave, where an algorithm does not say otherwise. */
  readonly manners?: Manners;
  /** How an algorithm is started. */
  readonly launch: Launch;
  /** `workers`: the first port for workers, one a worker, taken ports are passed over; 0 takes any free ones. Default: 3000. */
  readonly ports?: { readonly workers?: number };
  readonly logger: LocalLogger;
}

export interface ResolvedAlgorithm {
  readonly name: string;
  readonly entry: string;
  readonly workers: number;
  readonly maxWorkers: number;
  readonly manners: Manners;
}

export interface ResolvedLocalOptions {
  readonly algorithms: readonly ResolvedAlgorithm[];
  /** By their names. */
  readonly pipelines: ReadonlyMap<string, RawPipeline>;
  readonly launch: Launch;
  readonly firstPort: number;
  readonly logger: LocalLogger;
}

const EXTRA_WORKERS = 16;

const count = z.int('expected a whole number').check(z.minimum(1, 'expected 1 or more'));
const algorithmShape = {
  entry: z.string('expected the path of a module').check(z.minLength(1, 'expected the path of a module')),
  workers: z._default(count, 1),
  maxWorkers: z.optional(count),
  ...mannersShape,
};
const Algorithm = z.strictObject(algorithmShape, knownOnly(algorithmShape));
const algorithmName = /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/;
const port = z
  .int('expected a port')
  .check(z.minimum(0, 'expected 0 to 65535'), z.maximum(65_535, 'expected 0 to 65535'));

const optionsShape = {
  algorithms: z.record(z.string(), Algorithm, 'expected an object of algorithms by name').check(
    z.refine((algorithms) => Object.keys(algorithms).length > 0, 'expected at least one algorithm'),
    z.refine(
      (algorithms) => Object.keys(algorithms).every((name) => algorithmName.test(name)),
      'expected names of lower-case letters, digits, dash and dot',
    ),
  ),
  pipelines: z._default(z.array(z.unknown(), 'expected an array of pipelines'), []),
  manners: z.prefault(MannersOption, {}),
  ports: z.prefault(z.strictObject({ workers: z._default(port, 3000) }), {}),
  launch: z.custom<Launch>((value) => typeof value === 'function', 'expected a function'),
  logger: z.custom<LocalLogger>((value) => typeof value === 'object' && value !== null, 'expected a logger'),
};
const Options = z.strictObject(optionsShape, knownOnly(optionsShape));

/** Compiles options, or throws `INVALID_OPTIONS` naming each wrong one, `INVALID_DESCRIPTOR` for a pipeline. */
export function resolveLocalOptions(options: LocalHKubeOptions): ResolvedLocalOptions {
  const parsed = Options.safeParse(options);
  if (!parsed.success) {
    const problems = parsed.error.issues.map(
      (issue) => `options${issue.path.map((key) => `.${String(key)}`).join('')}: ${issue.message}`,
    );
    throw new RuntimeError('INVALID_OPTIONS', `createLocalHKube: ${problems.join('; ')}.`);
  }
  const { algorithms, pipelines, manners, ports, launch, logger } = parsed.data;
  return {
    algorithms: Object.entries(algorithms).map(([name, { entry, workers, maxWorkers, ...own }]) => ({
      name,
      entry,
      workers,
      maxWorkers: Math.max(workers, maxWorkers ?? workers + EXTRA_WORKERS),
      manners: { ...manners, ...own },
    })),
    pipelines: storedPipelines(pipelines),
    launch,
    firstPort: ports.workers,
    logger,
  };
}

function storedPipelines(given: readonly unknown[]): ReadonlyMap<string, RawPipeline> {
  const stored = new Map<string, RawPipeline>();
  const problems: string[] = [];
  for (const [index, one] of given.entries()) {
    try {
      const pipeline = checkPipeline(one, `pipelines.${index}`);
      if (stored.has(pipeline.name))
        problems.push(`pipelines.${index}: there is a pipeline "${pipeline.name}" already`);
      stored.set(pipeline.name, pipeline);
    } catch (error) {
      if (!(error instanceof RuntimeError)) throw error;
      problems.push(error.message);
    }
  }
  if (problems.length > 0) throw invalidDescriptor('createLocalHKube', problems);
  return stored;
}
