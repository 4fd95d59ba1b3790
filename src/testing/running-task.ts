// A task that runs: what a test can wait for, do to it, and see of it.

import { RuntimeError } from '#errors';
import { describeFailure } from '#model/failure';
import type { TaskEnd } from '#machines/session.events';
import { type EndedTask, endedTask, progressOf, type TaskRecord } from '#testing/ended-task';
import type { Scene } from '#testing/scene';
import { type SimulatedTime, turn } from '#testing/simulated-time';
import { spanTree } from '#testing/span-tree';
import type { Stage } from '#testing/stage';
import { whereItStands } from '#testing/standing';
import type { Command, TestFrame } from '#testing/tape';

// Real time, also under the fake timers of a test runner.
const [setRealTimeout, clearRealTimeout] = [setTimeout, clearTimeout];

/** A frame that is waited for: its command, or whether it is the one. */
export type Wanted = Command | ((frame: TestFrame) => boolean);

/** A task that was begun and may not have ended. What it shows grows as the task goes on. */
export interface RunningTask<Result> extends TaskRecord {
  /**
   * Waits for a frame, of either side: by its command, such as `started`, `progress`, `startSpan`, `subPipelineStarted`, or by
   * what it is asked. One that has crossed already counts. Rejects with `TASK_ENDED` if the task ends without it, with
   * `TEST_TIMED_OUT` if it does not come.
   */
  until(what: Wanted): Promise<TestFrame>;
  /** The same for a frame that has not crossed yet. */
  next(what: Wanted): Promise<TestFrame>;
  /** HKube stops the task, as when a user stops the pipeline (`forceStop: true`). Resolves like `ended`. */
  stop(reason?: string): Promise<EndedTask<Result>>;
  /** HKube takes the process away (`forceStop: false`): the task is stopped, and the algorithm told to leave. Resolves like `ended`. */
  scaleDown(): Promise<EndedTask<Result>>;
  /** The network cuts the connection. The algorithm opens another one: see the option `restarts`. */
  cut(): Promise<void>;
  /** Resolves however the task ends; rejects with `TEST_TIMED_OUT` if it does not. */
  readonly ended: Promise<EndedTask<Result>>;
}

export interface RunningTaskOptions {
  readonly scene: Scene;
  /** Resolves when the task can begin. */
  readonly stage: Promise<Stage>;
  readonly timeoutMs: number;
  readonly time: SimulatedTime | null;
  /** Called once, when nothing more comes of it; a stage whose task did not end is of no use any more. */
  readonly onOver: (hasEnded: boolean) => void;
}

/** What a task waits for in real time. */
interface Bound {
  readonly passed: Promise<never>;
  clear(): void;
}

function bound(timeoutMs: number, words: () => RuntimeError): Bound {
  let clear = (): void => undefined;
  const passed = new Promise<never>((_, reject) => {
    const timer = setRealTimeout(() => reject(words()), timeoutMs);
    clear = () => clearRealTimeout(timer);
  });
  return { passed, clear };
}

function matcher(what: Wanted): (frame: TestFrame) => boolean {
  return typeof what === 'function' ? what : ({ command }) => command === what;
}

export function runTask<Result>(options: RunningTaskOptions): RunningTask<Result> {
  const { scene, stage, timeoutMs, time, onOver } = options;
  let at: Stage | undefined;
  let hasEnded = false;
  const timedOut = (what: string): RuntimeError =>
    new RuntimeError(
      'TEST_TIMED_OUT',
      `${what} within ${timeoutMs} ms. ${whereItStands({ scene, states: at?.states, time })}`,
      { facts: { timeoutMs, taskId: scene.data.taskId ?? '' } },
    );

  async function play(): Promise<TaskEnd> {
    at = await stage;
    return at.play(scene);
  }

  async function end(): Promise<EndedTask<Result>> {
    const limit = bound(timeoutMs, () => timedOut('The task did not end'));
    try {
      const outcome = await Promise.race([play(), limit.passed]);
      hasEnded = true;
      return endedTask<Result>(scene, outcome);
    } finally {
      limit.clear();
      onOver(hasEnded);
    }
  }
  const ended = end();
  // Nobody has to look at the end of a task.
  ended.catch(() => undefined);

  async function next(what: Wanted): Promise<TestFrame> {
    const isIt = matcher(what);
    const name = typeof what === 'function' ? 'a frame like that' : `"${what}"`;
    let forget = (): void => undefined;
    const crossing = new Promise<TestFrame>((resolve, reject) => {
      forget = scene.tape.listen((frame) => {
        try {
          if (isIt(frame)) resolve(frame);
        } catch (error) {
          // It is the test's, and is thrown where the test waits.
          reject(error instanceof Error ? error : new RuntimeError('INVALID_CALL', describeFailure(error).message));
        }
      });
    });
    const without = ended.then(({ outcome }) => {
      const facts = { kind: outcome.kind };
      throw new RuntimeError('TASK_ENDED', `The task ended (${outcome.kind}) without ${name}.`, { facts });
    });
    const limit = bound(timeoutMs, () => timedOut(`No frame came that is ${name}`));
    try {
      const frame = await Promise.race([crossing, without, limit.passed]);
      // What it sets off on the other side belongs to it.
      await turn();
      return frame;
    } finally {
      forget();
      limit.clear();
    }
  }

  async function act(work: (on: Stage) => void): Promise<void> {
    // A task that never begins ends all the same.
    await Promise.race([stage, ended]).catch(() => undefined);
    await turn();
    if (at && !hasEnded) work(at);
  }

  return {
    ended,
    next,
    until: async (what) => scene.tape.frames.find(matcher(what)) ?? next(what),
    stop: async (reason = 'the test stopped it') => {
      await act((on) => on.stop(reason));
      return ended;
    },
    scaleDown: async () => {
      await act((on) => on.scaleDown());
      return ended;
    },
    cut: () => act((on) => on.cut()),
    data: scene.data,
    scalars: scene.scalars,
    requests: scene.fakes.records,
    log: scene.log,
    refusals: scene.refusals,
    get progress() {
      return progressOf(scene);
    },
    get spans() {
      return spanTree(scene.tape.said).roots;
    },
    get frames() {
      return scene.tape.frames;
    },
  };
}
