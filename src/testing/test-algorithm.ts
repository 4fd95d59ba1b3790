// The door of the test kit: handlers in, tasks that they run out. Whoever asks for a task while all processes are busy gets
// another process, as in a cluster.

import { RuntimeError } from '#errors';
import type { AlgorithmHandlers } from '#handlers/algorithm-handlers';
import { checkFault } from '#local-hkube/manners';
import type { EndedTask } from '#testing/ended-task';
import {
  checkRunOptions,
  resolveTest,
  type RunOptions,
  SOMEWHERE,
  type TestEntry,
  type TestOptions,
} from '#testing/options';
import { runTask, type RunningTask } from '#testing/running-task';
import { createScene } from '#testing/scene';
import type { SimulatedTime } from '#testing/simulated-time';
import { createStage, type Stage } from '#testing/stage';
import { taskDataOf, type TestTask } from '#testing/task-data';
import { createFaults, type Fault } from '#worker/faults';
import { type Codec, jsonCodec, loadCodec } from '#wire/codec';

/** An algorithm under test. */
export interface AlgorithmTest<Input, Result> extends AsyncDisposable {
  /** Runs a task to its end, whatever that is. Rejects with `TEST_TIMED_OUT` if it has none, and for wrong arguments. */
  run(task: TestTask<Input>, options?: RunOptions): Promise<EndedTask<Result>>;
  /** Begins a task. Throws `INVALID_CALL` or `INVALID_OPTIONS` for wrong arguments, and once the test is closed. */
  start(task: TestTask<Input>, options?: RunOptions): RunningTask<Result>;
  /** From now on the worker misbehaves in one more way. */
  inject(fault: Fault): void;
  /** HKube tells the algorithm to leave, in mid-task or not. Resolves when the exit handler has run and the process would end. */
  exit(): Promise<void>;
  /** The simulated time. Throws `INVALID_CALL` where time is real. */
  readonly time: SimulatedTime;
  /** Ends everything at once; tasks that run crash. A test over sockets has to be closed, or its process does not end. */
  close(): Promise<void>;
}

/** A process with its worker. `isTaken`: by a task, which it may not have reached yet. */
interface Seat {
  readonly stage: Promise<Stage>;
  isTaken: boolean;
  opened: Stage | undefined;
}

/**
 * Tests an algorithm that a thread or a process loads.
 *
 * @example
 * const test = testAlgorithm({ entry: './algorithm.ts' });
 */
export function testAlgorithm(entry: TestEntry, options?: TestOptions): AlgorithmTest<readonly unknown[], unknown>;
/**
 * Tests handlers, an object or a module of them: they run in the real runtime, which talks to a faithful worker of HKube. Throws
 * `INVALID_OPTIONS`, `INVALID_HANDLERS`, `INVALID_ENTRY` or `UNSUPPORTED` at once for what cannot work.
 *
 * @example
 * const test = testAlgorithm(handlers, { subPipelines: { merge: ({ flowInput }) => [{ result: flowInput }] } });
 * const task = await test.run({ input: ['x'] });
 * expect(task.result).toBe('X');
 * await test.close();
 */
export function testAlgorithm<Input = readonly unknown[], Result = unknown>(
  handlers: AlgorithmHandlers<Input, Result>,
  options?: TestOptions,
): AlgorithmTest<Input, Result>;
export function testAlgorithm<Input, Result>(
  subject: AlgorithmHandlers<Input, Result> | TestEntry,
  options: TestOptions = {},
): AlgorithmTest<Input, Result> {
  const test = resolveTest(subject, options);
  const faults = createFaults(test.faults);
  const seats = new Set<Seat>();
  let codec: Codec = jsonCodec;
  let loading: Promise<unknown> | undefined;
  let tasks = 0;
  let isClosed = false;

  const load = async (): Promise<void> => {
    codec = await loadCodec(test.algorithm(SOMEWHERE, undefined).encoding);
  };

  function add(): Seat {
    loading ??= load();
    const seat: Seat = { stage: createStage({ test, faults, codec: loading }), isTaken: false, opened: undefined };
    seats.add(seat);
    seat.stage.then(
      (stage) => (seat.opened = stage),
      () => seats.delete(seat),
    );
    return seat;
  }

  const isFree = ({ isTaken, opened }: Seat): boolean => !isTaken && opened?.isReady === true;

  function take(): Seat {
    for (const seat of seats) if (seat.opened?.isOver) seats.delete(seat);
    const seat = [...seats].find(isFree) ?? add();
    seat.isTaken = true;
    return seat;
  }

  function release(seat: Seat, isUsable: boolean): void {
    seat.isTaken = false;
    if (isUsable) return;
    seats.delete(seat);
    seat.stage.then((stage) => stage.close()).catch(() => undefined);
  }

  function start(task: unknown, given: RunOptions = {}): RunningTask<Result> {
    if (isClosed) throw new RuntimeError('INVALID_CALL', 'test.run: the test is closed. Make another one.');
    const { subPipelines, executions, timeoutMs = test.timeoutMs } = checkRunOptions(given);
    const data = taskDataOf(task, tasks + 1);
    tasks += 1;
    const fakes = {
      subPipelines: { ...test.subPipelines, ...subPipelines },
      executions: { ...test.executions, ...executions },
    };
    const scene = createScene({ data, fakes, codec: () => codec });
    const seat = take();
    const { stage } = seat;
    return runTask({ scene, stage, timeoutMs, time: test.time, onOver: (hasEnded) => release(seat, hasEnded) });
  }

  async function close(): Promise<void> {
    isClosed = true;
    // What could not be opened is not there to be closed.
    await Promise.allSettled([...seats].map(async ({ stage }) => (await stage).close()));
    seats.clear();
  }

  return {
    run: async (task, given) => start(task, given).ended,
    start,
    inject: (fault) => faults.add(checkFault(fault)),
    exit: async () => {
      if (seats.size === 0) add();
      await Promise.all([...seats].map(async ({ stage }) => (await stage).leave()));
    },
    get time() {
      if (test.time) return test.time;
      throw new RuntimeError(
        'INVALID_CALL',
        "test.time: time is real here. Give testAlgorithm the option time: 'simulated'.",
      );
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}
