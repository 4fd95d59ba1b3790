// One algorithm process and its worker, connected: the real runtime and the real worker, in this process. It plays one task after
// the other, as in a cluster.

import { RuntimeError } from '#errors';
import type { Logger, LogLevel } from '#handlers/logger';
import type { TaskEnd } from '#machines/session.events';
import type { After } from '#model/after';
import { createAlgorithmIn } from '#runtime/create-algorithm-in';
import type { Metrics } from '#runtime/metrics';
import { clockOf } from '#runtime/world';
import type { ResolvedTest } from '#testing/options';
import type { Scene } from '#testing/scene';
import { keeperOf, turn } from '#testing/simulated-time';
import { openStageLine, type StageLine } from '#testing/stage-line';
import { tapSocket } from '#testing/tapped-socket';
import { serve, type Worker } from '#worker/create-worker';
import type { Faults } from '#worker/faults';

export interface Stage {
  /** Gives the algorithm a task. Resolves however it ends. */
  play(scene: Scene): Promise<TaskEnd>;
  stop(reason: string): void;
  scaleDown(): void;
  /** Cuts the connection. */
  cut(): void;
  /** Tells the algorithm to leave. Resolves when it has. */
  leave(): Promise<void>;
  close(): Promise<void>;
  /** Whether a task can begin. */
  readonly isReady: boolean;
  /** Nothing can be played here any more. */
  readonly isOver: boolean;
  /** Where the two charts stand. */
  readonly states: { readonly worker: string; readonly algorithm: string };
}

const LEFT: TaskEnd = { kind: 'crashed', error: { message: 'the algorithm left while the task ran' } };

/** Real time that holds no process: what holds one is the bound of a task that runs. */
const afterLoosely: After = (ms, work) => {
  const timer = setTimeout(work, ms);
  timer.unref();
  return () => clearTimeout(timer);
};

export interface StageOptions {
  readonly test: ResolvedTest;
  /** They may be those of other stages, too. */
  readonly faults: Faults;
  /** Of the algorithm, loaded before anything begins. */
  readonly codec: Promise<unknown>;
}

/** Resolves when a task can begin. */
export async function createStage({ test, faults, codec }: StageOptions): Promise<Stage> {
  const line = await openStageLine(test, codec);
  const after = keeperOf(test.time)?.after ?? afterLoosely;
  let scene: Scene | undefined;
  const worker = serveScenes({ test, faults, after, line, scene: () => scene });
  const tapped = tapSocket(line.openSocket, (crossed) => scene?.tape.add(crossed));
  const logger = loggerTo(() => scene);
  const openMetrics = (): Metrics => ({
    write: (_, calls) => scene?.noteScalars(calls),
    close: () => undefined,
  });
  const world = { openSocket: tapped.openSocket, after, openMetrics };
  const actor = createAlgorithmIn(world, test.handlers, test.algorithm(line.url, logger));

  let closing: Promise<void> | undefined;
  let noteOver = (): void => undefined;
  const over = new Promise<void>((resolve) => (noteOver = resolve));
  async function end(): Promise<void> {
    line.release();
    actor.stop();
    await worker.close();
    noteOver();
  }
  const close = (): Promise<void> => (closing ??= end());
  // After a turn: what it said last is still on its way.
  const onGone = (): void => void turn().then(close);
  actor.subscribe({ complete: onGone, error: onGone });
  actor.start();
  await Promise.race([worker.ready(), over]);

  return {
    play: (next) => {
      scene = next;
      return Promise.race([worker.run(next.data), over.then(() => LEFT)]);
    },
    stop: worker.stop,
    scaleDown: worker.scaleDown,
    cut: tapped.cut,
    leave: async () => {
      await Promise.race([worker.exit(), over]);
      await close();
    },
    close,
    get isReady() {
      return worker.isReady && !closing;
    },
    get isOver() {
      return closing !== undefined;
    },
    get states() {
      return { worker: worker.state, algorithm: actor.getSnapshot().value };
    },
  };
}

interface Serving {
  readonly test: ResolvedTest;
  readonly faults: Faults;
  readonly after: After;
  readonly line: StageLine;
  readonly scene: () => Scene | undefined;
}

function serveScenes({ test, faults, after, line, scene }: Serving): Worker {
  return serve(line.listener, {
    ...test.manners,
    faults,
    after,
    clock: clockOf(after),
    runSubPipeline: (order, parent) => present(scene()).fakes.runSubPipeline(order, parent),
    runExecution: (order, parent) => present(scene()).fakes.runExecution(order, parent),
    onNotice: (notice) => {
      if (notice.type === 'link.opened') line.noteConnected();
      if (notice.type === 'session.refused') scene()?.refusals.push(notice.refusal);
    },
  });
}

function present(scene: Scene | undefined): Scene {
  if (scene) return scene;
  throw new RuntimeError('TASK_ENDED', 'There is no task that could ask for anything.');
}

/** Lines belong to the task at hand; nobody asks for those between two tasks. */
function loggerTo(scene: () => Scene | undefined): Logger {
  const log = (level: LogLevel) => (message: string) => void scene()?.log.push({ level, message });
  return { debug: log('debug'), info: log('info'), warn: log('warn'), error: log('error') };
}
