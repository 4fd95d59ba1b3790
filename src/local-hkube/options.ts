// The options of local HKube: what a user writes, and what it becomes. A wrong one is an error at once, and names itself.

import * as z from 'zod/mini';
import { RuntimeError } from '#errors';
import type { CheckEntry } from '#builds/steps';
import type { NodeCapacity } from '#descriptors/algorithm-capacity';
import type { BrokenDocument } from '#descriptors/broken';
import { checkPipeline, type RawPipeline, type RawPipelineInput } from '#descriptors/pipeline';
import { invalidDescriptor } from '#descriptors/yaml';
import { InspectOption, type InspectOptions } from '#inspector/options';
import type { Launch, LocalAlgorithm } from '#local-hkube/launch';
import type { LocalLogger } from '#local-hkube/local-logger';
import { knownOnly, MannersOption, mannersShape, milliseconds } from '#local-hkube/manners';
import type { WorkerManners } from '#worker/manners';
import type { Fault } from '#worker/faults';

/** How workers behave, and where they misbehave on purpose. */
export interface Manners extends WorkerManners {
  /** Each happens as often as it says over all workers of an algorithm. */
  readonly faults?: readonly Fault[] | undefined;
}

/** One algorithm of a local HKube, and how the workers that serve it behave. Either `entry` or `handlers` says what it is. */
export interface LocalAlgorithmOptions extends Manners {
  /** The module that exports the handlers, or its folder. */
  readonly entry?: string | undefined;
  /** The handlers themselves, run in this process: quick, and nothing protects from one that does not yield. */
  readonly handlers?: object | undefined;
  /** How many processes serve it, each by a worker on a port of its own. They are started as tasks need them. Default: 1. */
  readonly workers?: number | undefined;
  /** How many of them are started at once and never stopped. Default: 0. */
  readonly minHotWorkers?: number | undefined;
  /**
   * Up to how many may serve it when all of them wait for sub-pipelines that need this algorithm. Default: 64 more than
   * `workers`. Beyond it a waiting task fails, with words, instead of waiting for ever.
   */
  readonly maxWorkers?: number | undefined;
  /** How long a worker that has nothing to do is kept, in milliseconds. Default: 5 minutes. */
  readonly idleMs?: number | undefined;
  /** False: somebody else starts it, under a debugger perhaps, and connects it to the worker's port. Its one worker is hot. */
  readonly spawn?: boolean | undefined;
  /** Added to the environment of its processes. */
  readonly env?: Readonly<Record<string, string>> | undefined;
  /** The file by which it was found in a folder. An applied algorithm of its name goes before it; otherwise it goes before those. */
  readonly foundIn?: string | undefined;
}

export interface LocalHKubeOptions {
  /** The algorithms by their names. There may be none: others can be applied. */
  readonly algorithms: Readonly<Record<string, LocalAlgorithmOptions>>;
  /** The stored pipelines. */
  readonly pipelines?: readonly RawPipelineInput[];
  /** Documents that could not be read: whoever asks for one of them is told why. `readPipelines`, `readAlgorithms` find them. */
  readonly broken?: readonly BrokenDocument[];
  /**
   * The folder in which runs are kept, `.hkube/local` say, so that they outlive this process. Default: the last hundred are
   * remembered as long as it lives.
   */
  readonly stateDir?: string;
  /** How many runs the folder keeps. Default: 1000. */
  readonly keepRuns?: number;
  /** How all workers behave, where an algorithm does not say otherwise. */
  readonly manners?: Manners;
  /** How an algorithm is started. */
  readonly launch: Launch;
  /** Lets people look at its runs, workers and algorithms in a browser, and act on them: `inspector` is the link. Default: false. */
  readonly inspect?: boolean | InspectOptions | undefined;
  /** `workers`: the first port for workers, one a worker, taken ports are passed over; 0 takes any free ones. Default: 3000. */
  readonly ports?: { readonly workers?: number };
  /** What goes for algorithms that are applied. */
  readonly applied?: AppliedOptions | undefined;
  /** Looks at the entry of a build. Default: nobody does. */
  readonly check?: CheckEntry | undefined;
  readonly logger: LocalLogger;
}

export interface AppliedOptions {
  /** How many processes serve each of them, where its `maxWorkers` is not less. Default: 1. */
  readonly workers?: number | undefined;
  /** Whether their `minHotWorkers` count. Default: true. */
  readonly isHot?: boolean | undefined;
  /** The machines of a cluster: what none of them could hold is refused, as there. Default: resources are recorded, and not enforced. */
  readonly capacity?: readonly NodeCapacity[] | undefined;
}

export interface ResolvedAlgorithm extends LocalAlgorithm {
  readonly foundIn: string | null;
  readonly workers: number;
  readonly minHotWorkers: number;
  readonly maxWorkers: number;
  readonly idleMs: number;
  readonly spawn: boolean;
  readonly manners: Manners;
}

export interface ResolvedLocalOptions {
  readonly manners: Manners;
  readonly algorithms: readonly ResolvedAlgorithm[];
  /** By their names. */
  readonly pipelines: ReadonlyMap<string, RawPipeline>;
  readonly broken: readonly BrokenDocument[];
  readonly stateDir: string | null;
  readonly keepRuns: number;
  readonly launch: Launch;
  readonly firstPort: number;
  readonly inspect: InspectOptions | undefined;
  readonly applied: {
    readonly workers: number;
    readonly isHot: boolean;
    readonly capacity: readonly NodeCapacity[] | undefined;
  };
  readonly check: CheckEntry;
  readonly logger: LocalLogger;
}

const EXTRA_WORKERS = 64;
const IDLE_MS = 300_000;

const count = z.int('expected a whole number').check(z.minimum(1, 'expected 1 or more'));
const algorithmShape = {
  entry: z.optional(z.string('expected the path of a module').check(z.minLength(1, 'expected the path of a module'))),
  handlers: z.optional(
    z.custom<object>(
      (value) => typeof value === 'object' && value !== null,
      'expected an object with a `start` function',
    ),
  ),
  workers: z._default(count, 1),
  minHotWorkers: z._default(z.int('expected a whole number').check(z.minimum(0, 'expected 0 or more')), 0),
  maxWorkers: z.optional(count),
  idleMs: z._default(milliseconds, IDLE_MS),
  spawn: z._default(z.boolean('expected true or false'), true),
  env: z._default(z.record(z.string(), z.string('expected text'), 'expected an object of texts'), {}),
  foundIn: z.optional(z.string('expected the path of a file')),
  ...mannersShape,
};
const Algorithm = z
  .strictObject(algorithmShape, knownOnly(algorithmShape))
  .check(
    z.refine(
      ({ entry, handlers, spawn }) => !spawn || (entry === undefined) !== (handlers === undefined),
      'expected either entry, a module, or handlers, functions',
    ),
  );
const algorithmName = /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/;
const port = z
  .int('expected a port')
  .check(z.minimum(0, 'expected 0 to 65535'), z.maximum(65_535, 'expected 0 to 65535'));

const amount = z.number('expected a number').check(z.minimum(0, 'expected 0 or more'));
const appliedShape = {
  workers: z._default(count, 1),
  isHot: z._default(z.boolean('expected true or false'), true),
  capacity: z.optional(
    z.array(z.strictObject({ cpu: amount, mem: amount, gpu: amount }), 'expected an array of {cpu, mem, gpu}'),
  ),
};
const Applied = z.strictObject(appliedShape, knownOnly(appliedShape));

const optionsShape = {
  algorithms: z
    .record(z.string(), Algorithm, 'expected an object of algorithms by name')
    .check(
      z.refine(
        (algorithms) => Object.keys(algorithms).every((name) => algorithmName.test(name)),
        'expected names of lower-case letters, digits, dash and dot',
      ),
    ),
  pipelines: z._default(z.array(z.unknown(), 'expected an array of pipelines'), []),
  broken: z._default(z.custom<readonly BrokenDocument[]>(Array.isArray, 'expected an array'), []),
  stateDir: z.optional(
    z.string('expected the path of a folder').check(z.minLength(1, 'expected the path of a folder')),
  ),
  keepRuns: z._default(count, 1_000),
  manners: z.prefault(MannersOption, {}),
  inspect: InspectOption,
  ports: z.prefault(z.strictObject({ workers: z._default(port, 3000) }), {}),
  applied: z.prefault(Applied, {}),
  check: z._default(
    z.custom<CheckEntry>((value) => typeof value === 'function', 'expected a function'),
    () => () => Promise.resolve(null),
  ),
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
  const { algorithms, pipelines, stateDir, manners, ports, ...rest } = parsed.data;
  return {
    ...rest,
    algorithms: Object.entries(algorithms).map(([name, { entry, handlers, ...own }]) =>
      resolveAlgorithm({ name, entry: entry ?? null, handlers: handlers ?? null }, own, manners),
    ),
    pipelines: storedPipelines(pipelines),
    manners,
    stateDir: stateDir ?? null,
    firstPort: ports.workers,
    applied: { ...rest.applied, capacity: rest.applied.capacity },
    inspect: rest.inspect,
  };
}

type Source = Pick<LocalAlgorithm, 'name' | 'entry' | 'handlers' | 'cwd'>;

/** One that is applied: of what is said there of its workers, what is not said is as of any other. */
export function resolveApplied(
  source: Source,
  own: Pick<LocalAlgorithmOptions, 'workers' | 'minHotWorkers' | 'env'>,
  manners: Manners,
): ResolvedAlgorithm {
  return resolveAlgorithm(source, Algorithm.parse({ ...own, handlers: {} }), manners);
}

type Given = Omit<z.output<typeof Algorithm>, 'entry' | 'handlers'>;

function resolveAlgorithm(
  source: Source,
  { workers, minHotWorkers, maxWorkers, idleMs, spawn, env, foundIn, ...own }: Given,
  manners: Manners,
): ResolvedAlgorithm {
  const places = spawn ? workers : 1;
  return {
    ...source,
    foundIn: foundIn ?? null,
    workers: places,
    minHotWorkers: spawn ? Math.min(minHotWorkers, workers) : 1,
    maxWorkers: spawn ? Math.max(workers, maxWorkers ?? workers + EXTRA_WORKERS) : 1,
    idleMs,
    spawn,
    env,
    manners: { ...manners, ...own },
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
