// One algorithm process and its worker, connected: the real runtime and the real worker, in this process. It plays one task after
// the other, as in a cluster.

import { createAlgorithmIn } from '#runtime/create-algorithm-actor';
import { clockOf, realWorld } from '#runtime/world';
import type { Logger, LogLevel } from '#handlers/logger';
import type { SessionNotice, TaskEnd } from '#machines/session.events';
import { afterRealTime } from '#model/after';
import { createMemoryLine } from '#testing/memory-line';
import type { ResolvedTest } from '#testing/options';
import type { Scene } from '#testing/scene';
import { keeperOf, turn } from '#testing/simulated-time';
import { tapSocket } from '#testing/tapped-socket';
import { listen, type Listener } from '#transport/listener';
import { openSocket } from '#transport/socket';
import { serve } from '#worker/create-worker';
import type { Faults } from '#worker/faults';
import { DEFAULT_FRAME_BYTES } from '#wire/encode';

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

interface Line {
  readonly listener: Listener;
  readonly url: string;
  readonly openSocket: typeof openSocket;
  /** Has to be called when the line is not used any more. */
  readonly release: () => void;
}

async function openLine({ wire, time }: ResolvedTest): Promise<Line> {
  if (wire === 'socket') {
    const listener = await listen(0, DEFAULT_FRAME_BYTES);
    return { listener, url: `ws://127.0.0.1:${listener.port}`, openSocket, release: () => undefined };
  }
  const memory = createMemoryLine(DEFAULT_FRAME_BYTES);
  const release = keeperOf(time)?.waitFor(memory) ?? (() => undefined);
  return { listener: memory.listener, url: 'ws://worker.test', openSocket: memory.openSocket, release };
}

const LEFT: TaskEnd = { kind: 'crashed', error: { message: 'the algorithm left while the task ran' } };

/** `faults` may be those of other stages, too. */
export async function createStage(test: ResolvedTest, faults: Faults): Promise<Stage> {
  const line = await openLine(test);
  const after = keeperOf(test.time)?.after ?? afterRealTime;
  let scene: Scene | undefined;
  let isOver = false;
  let giveUp: (end: TaskEnd) => void = () => undefined;

  // The place for the executions of `api.startAlgorithm`: a port beside this one, and fakes of them in the scene.
  const worker = serve(line.listener, {
    ...test.manners,
    faults,
    after,
    ...(test.time && { clock: clockOf(after) }),
    runSubPipeline: (order, parent) => {
      if (scene) return scene.fakes.run(order, parent);
      return { ended: new Promise(() => undefined), stop: () => undefined };
    },
    onNotice: (notice) => note(scene, notice),
  });
  const tapped = tapSocket(line.openSocket, (crossed) => scene?.tape.add(crossed));
  const options = test.algorithm(
    line.url,
    loggerTo(() => scene),
  );
  const actor = createAlgorithmIn({ ...realWorld, openSocket: tapped.openSocket, after }, test.handlers, options);

  async function close(): Promise<void> {
    isOver = true;
    line.release();
    actor.stop();
    await worker.close();
    giveUp(LEFT);
  }
  const gone = (): void => void turn().then(close);
  actor.subscribe({ complete: gone, error: gone });
  actor.start();
  await worker.ready();

  return {
    play: (next) => {
      scene = next;
      return Promise.race([worker.run(next.data), new Promise<TaskEnd>((resolve) => (giveUp = resolve))]);
    },
    stop: worker.stop,
    scaleDown: worker.scaleDown,
    cut: tapped.cut,
    leave: worker.exit,
    close,
    get isReady() {
      return worker.isReady && !isOver;
    },
    get isOver() {
      return isOver;
    },
    get states() {
      return { worker: worker.state, algorithm: actor.getSnapshot().value };
    },
  };
}

function note(scene: Scene | undefined, notice: SessionNotice): void {
  if (notice.type === 'session.refused') scene?.refusals.push(notice.refusal);
}

/** Lines belong to the task at hand; nobody asks for those between two tasks. */
function loggerTo(scene: () => Scene | undefined): Logger {
  const log = (level: LogLevel) => (message: string) => void scene()?.log.push({ level, message });
  return { debug: log('debug'), info: log('info'), warn: log('warn'), error: log('error') };
}
