// The options of a test: what an author writes, and what it becomes. A wrong one is an error at once, and names itself.

import * as z from 'zod/mini';
import { RuntimeError } from '#errors';
import { type CheckedHandlers, checkHandlers } from '#handlers/algorithm-handlers';
import type { Isolation } from '#handlers/place';
import { knownOnly, mannersShape } from '#local-hkube/manners';
import { LONGEST_TIMER_MS } from '#model/duration';
import { type AlgorithmOptions, type ResolvedOptions, resolveOptions } from '#runtime/options';
import type { ExecutionFake, ExecutionFakes, SubPipelineFake, SubPipelineFakes } from '#testing/fakes';
import { keeperOf, simulateTime, type SimulatedTime } from '#testing/simulated-time';
import type { WorkerManners } from '#worker/manners';
import type { Fault } from '#worker/faults';

/** What a run can say for itself. */
export interface RunOptions {
  /** Stand for the sub-pipelines that the task asks for, by name; those of the run win over those of the test. */
  readonly subPipelines?: SubPipelineFakes | undefined;
  /** Stand for the algorithms that the task starts (`api.startAlgorithm`), by name, in the same way. */
  readonly executions?: ExecutionFakes | undefined;
  /**
   * After so many milliseconds of real time a task that has not ended rejects with `TEST_TIMED_OUT`, and says where it stands.
   * Default: 5000.
   */
  readonly timeoutMs?: number | undefined;
}

/** The options of an algorithm that matter to a test; see `createAlgorithmActor`. */
type OfAlgorithm = 'encoding' | 'alive' | 'stopGraceMs' | 'resumeGraceMs' | 'reconnect' | 'limits';

/** How the worker is: that of a cluster, unless said otherwise. */
type OfWorker = Pick<WorkerManners, 'profile' | 'lenient' | 'bootstrapMs'>;

/** All optional. Times in milliseconds. */
export interface TestOptions extends RunOptions, Pick<AlgorithmOptions, OfAlgorithm>, OfWorker {
  /**
   * How the two sides are connected: in memory, or over a WebSocket on a free port of this machine. The frames are the same.
   * Default: memory.
   */
  readonly wire?: 'memory' | 'socket' | undefined;
  /** Whose time the timers of both sides go by. `simulated`: it passes by `test.time.advance`. Default: real. */
  readonly time?: 'real' | 'simulated' | SimulatedTime | undefined;
  /** Where the worker misbehaves. Each happens once, or `times` times, over all tasks of the test. */
  readonly faults?: readonly Fault[] | undefined;
  /**
   * What a lost connection means. False: the attempt has crashed, as with HKube's own worker, whose queue begins another one.
   * True: the worker asks for the task again on the next connection, and the algorithm goes on where it was; sub-pipelines that
   * it waited for are stopped, and nobody tells. Default: false.
   */
  readonly restarts?: boolean | undefined;
}

/** Handlers by the name of their module: a thread or a process loads it, as `algorithm-actor run` does. */
export interface TestEntry {
  readonly entry: string;
  readonly isolation?: Isolation;
  readonly python?: string;
}

/** The options after the compile step. */
export interface ResolvedTest {
  readonly handlers: CheckedHandlers | undefined;
  /** For an algorithm that connects to this address. */
  readonly algorithm: (url: string, logger: AlgorithmOptions['logger']) => ResolvedOptions;
  readonly manners: WorkerManners;
  readonly wire: 'memory' | 'socket';
  readonly time: SimulatedTime | null;
  readonly faults: readonly Fault[];
  readonly subPipelines: SubPipelineFakes;
  readonly executions: ExecutionFakes;
  readonly timeoutMs: number;
}

const anything = z.optional(z.unknown());
const patience = z
  .number('expected milliseconds')
  .check(z.positive('expected a number above 0'), z.maximum(LONGEST_TIMER_MS, `expected at most ${LONGEST_TIMER_MS}`));
const fakesOf = <Fake>() =>
  z.optional(
    z.record(
      z.string(),
      z.custom<Fake>((fake) => fake !== undefined, 'expected a response, or a function that gives one'),
      'expected an object of fakes by name',
    ),
  );
const runShape = {
  subPipelines: fakesOf<SubPipelineFake>(),
  executions: fakesOf<ExecutionFake>(),
  timeoutMs: z.optional(patience),
};
const Run = z.strictObject(runShape, knownOnly(runShape));

const testShape = {
  ...runShape,
  ...mannersShape,
  wire: z._default(z.enum(['memory', 'socket'], 'expected memory or socket'), 'memory'),
  time: z._default(
    z.custom<'real' | 'simulated' | SimulatedTime>(
      (time) => time === 'real' || time === 'simulated' || keeperOf(time) !== undefined,
      'expected real, simulated, or what simulateTime gives',
    ),
    'real',
  ),
  // The runtime has its own words for these.
  encoding: anything,
  alive: anything,
  stopGraceMs: anything,
  resumeGraceMs: anything,
  reconnect: anything,
  limits: anything,
};
const Test = z.strictObject(testShape, knownOnly(testShape)).check(
  z.refine(({ wire, time }) => wire === 'memory' || time === 'real', {
    path: ['time'],
    error: 'a socket goes by real time; leave out `wire`, or `time`',
  }),
);

/** Soon, because nobody is protected by a long wait here. */
const RECONNECT = { minMs: 1, maxMs: 50 } as const;
const TIMEOUT_MS = 5_000;
/** The address of a worker that listens in memory. */
export const SOMEWHERE = 'ws://worker.test';

/** Compiles a test. Throws `INVALID_OPTIONS` naming each wrong option, `INVALID_HANDLERS`, `INVALID_ENTRY`, `UNSUPPORTED`. */
export function resolveTest(subject: object, options: TestOptions): ResolvedTest {
  const parsed = Test.safeParse(withoutUndefined(options));
  if (!parsed.success) throw wrongOptions('testAlgorithm', 'options', parsed.error);
  const { wire, time, faults = [], subPipelines = {}, executions = {}, timeoutMs = TIMEOUT_MS } = parsed.data;
  const { profile, lenient, restarts, bootstrapMs } = parsed.data;
  const { encoding, alive, stopGraceMs, resumeGraceMs, reconnect = RECONNECT, limits } = options;
  const { entry, handlers } = subjectOf(subject);
  const given = { encoding, alive, stopGraceMs, resumeGraceMs, reconnect, limits };
  const ofAlgorithm = { ...Object.fromEntries(defined(given)), ...entry, signals: false };
  // The environment is that of the test, not of the algorithm.
  const algorithm: ResolvedTest['algorithm'] = (url, logger) =>
    resolveOptions({ ...ofAlgorithm, url, ...(logger && { logger }) }, {});
  algorithm(SOMEWHERE, undefined);
  return {
    handlers,
    algorithm,
    manners: { profile, lenient, restarts, bootstrapMs },
    wire,
    time: time === 'real' ? null : time === 'simulated' ? simulateTime() : time,
    faults,
    subPipelines,
    executions,
    timeoutMs,
  };
}

/** Checks the options of one run. Throws `INVALID_OPTIONS`. */
export function checkRunOptions(options: RunOptions): RunOptions {
  const parsed = Run.safeParse(withoutUndefined(options));
  if (!parsed.success) throw wrongOptions('test.run', 'options', parsed.error);
  return parsed.data;
}

interface Subject {
  readonly handlers?: CheckedHandlers;
  readonly entry?: TestEntry;
}

/** An entry stands for functions where there are none. */
function isEntry(subject: object): subject is TestEntry {
  return typeof subject === 'object' && subject !== null && 'entry' in subject && !('start' in subject);
}

function subjectOf(subject: object): Subject {
  if (!isEntry(subject)) return { handlers: checkHandlers(subject, 'testAlgorithm') };
  const { entry, isolation, python } = subject;
  return { entry: { entry, ...(isolation && { isolation }), ...(python !== undefined && { python }) } };
}

function withoutUndefined(given: unknown): unknown {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) return given;
  return Object.fromEntries(defined(given));
}

const defined = (given: object): [string, unknown][] =>
  Object.entries(given).filter(([, value]) => value !== undefined);

function wrongOptions(where: string, root: string, { issues }: z.core.$ZodError): RuntimeError {
  const problems = issues.map(({ path, message }) => `${[root, ...path].map(String).join('.')}: ${message}`);
  return new RuntimeError('INVALID_OPTIONS', `${where}: ${problems.join('; ')}.`, {
    facts: { options: issues.map(({ path }) => path.map(String).join('.')).join(',') },
  });
}
