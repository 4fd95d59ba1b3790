// The options of local HKube: what a user writes, and what it becomes. A wrong one is an error at once, and names itself.

import * as z from 'zod/mini';
import { RuntimeError } from '#errors';
import type { Launch } from '#local-hkube/launch';

/** One method a level; a message is one line. */
export type LocalLogger = Readonly<Record<'debug' | 'info' | 'warn' | 'error', (message: string) => void>>;

/** One algorithm of a local HKube. */
export interface LocalAlgorithmOptions {
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
}

export interface ResolvedLocalOptions {
  readonly algorithms: readonly ResolvedAlgorithm[];
  readonly launch: Launch;
  readonly firstPort: number;
  readonly logger: LocalLogger;
}

const EXTRA_WORKERS = 16;

const count = z.int('expected a whole number').check(z.minimum(1, 'expected 1 or more'));
const Algorithm = z.strictObject({
  entry: z.string('expected the path of a module').check(z.minLength(1, 'expected the path of a module')),
  workers: z._default(count, 1),
  maxWorkers: z.optional(count),
});
const algorithmName = /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/;
const port = z
  .int('expected a port')
  .check(z.minimum(0, 'expected 0 to 65535'), z.maximum(65_535, 'expected 0 to 65535'));

const Options = z.object({
  algorithms: z.record(z.string(), Algorithm, 'expected an object of algorithms by name').check(
    z.refine((algorithms) => Object.keys(algorithms).length > 0, 'expected at least one algorithm'),
    z.refine(
      (algorithms) => Object.keys(algorithms).every((name) => algorithmName.test(name)),
      'expected names of lower-case letters, digits, dash and dot',
    ),
  ),
  ports: z.prefault(z.strictObject({ workers: z._default(port, 3000) }), {}),
});

/** Compiles options, or throws `INVALID_OPTIONS` naming each wrong one. */
export function resolveLocalOptions(options: LocalHKubeOptions): ResolvedLocalOptions {
  const parsed = Options.safeParse(options);
  if (!parsed.success) {
    const problems = parsed.error.issues.map(
      (issue) => `options.${issue.path.map(String).join('.')}: ${issue.message}`,
    );
    throw new RuntimeError('INVALID_OPTIONS', `createLocalHKube: ${problems.join('; ')}.`);
  }
  const { algorithms, ports } = parsed.data;
  return {
    algorithms: Object.entries(algorithms).map(([algorithm, { entry, workers, maxWorkers }]) => ({
      name: algorithm,
      entry,
      workers,
      maxWorkers: Math.max(workers, maxWorkers ?? workers + EXTRA_WORKERS),
    })),
    launch: options.launch,
    firstPort: ports.workers,
    logger: options.logger,
  };
}
