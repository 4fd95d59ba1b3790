// The door of the worker: a port on which one algorithm is served, as HKube's worker serves it.

import { createActor } from 'xstate';
import { RuntimeError } from '#errors';
import type { SessionEvent, SessionNotice, TaskEnd } from '#machines/session.events';
import { listen } from '#transport/listener';
import { createLine } from '#worker/line';
import { provideSession } from '#worker/provide';
import { createSubPipelines, type RunSubPipeline } from '#worker/sub-pipelines';
import { DEFAULT_FRAME_BYTES } from '#wire/encode';
import type { TaskData } from '#wire/task-data';

export interface WorkerOptions {
  /** The port to listen on; 0 takes any free one. */
  readonly port: number;
  /** Runs the sub-pipelines that the algorithm asks for. */
  readonly runSubPipeline: RunSubPipeline;
  /** What happens on the line: progress, spans, frames that were not understood. */
  readonly onNotice?: (notice: SessionNotice) => void;
  /** The largest frame in bytes, both ways. Default: 1e8, the limit of HKube's worker. */
  readonly frameBytes?: number;
}

/** A worker of one algorithm. */
export interface Worker {
  readonly port: number;
  /** Where the algorithm connects to. */
  readonly url: string;
  /** Whether an algorithm is connected and has no task. */
  readonly isReady: boolean;
  /** Resolves as soon as the worker is ready for a task. */
  ready(): Promise<void>;
  /** Gives the algorithm a task. Resolves however the task ends; rejects with `INVALID_CALL` if the worker is not ready. */
  run(data: TaskData): Promise<TaskEnd>;
  /** Stops the task, if there is one; its `run` resolves with the end. */
  stop(reason: string): void;
  /** Tells the algorithm to leave. Resolves when it has left; after twenty seconds its connection is cut. */
  exit(): Promise<void>;
  /** Closes the port, at once. */
  close(): Promise<void>;
}

/** Opens the port and waits for an algorithm. Rejects with `CANNOT_CONNECT` if the port is taken. */
export async function createWorker(options: WorkerOptions): Promise<Worker> {
  const { port, runSubPipeline, onNotice, frameBytes = DEFAULT_FRAME_BYTES } = options;
  const listener = await listen(port, frameBytes);
  const line = createLine(listener.connections, frameBytes);
  const subPipelines = createSubPipelines(runSubPipeline, (message) => line.send(message));
  const session = createActor(provideSession(line, subPipelines), { id: 'session' });

  let settle: ((end: TaskEnd) => void) | undefined;
  session.on('task.ended', ({ end }) => {
    const settled = settle;
    settle = undefined;
    settled?.(end);
  });
  if (onNotice) session.on('*', onNotice);
  const left = new Promise<void>((resolve) => session.subscribe({ complete: resolve }));
  session.start();

  const tell = (event: SessionEvent): void => {
    if (session.getSnapshot().status === 'active') session.send(event);
  };
  const isReady = (): boolean => session.getSnapshot().matches('ready');
  const close = async (): Promise<void> => {
    session.stop();
    subPipelines.stopAll('the worker was closed');
    settle?.({ kind: 'crashed', error: { message: 'The worker was closed while the task ran.' } });
    settle = undefined;
    await listener.close();
  };

  return {
    port: listener.port,
    url: `ws://127.0.0.1:${listener.port}`,
    get isReady() {
      return isReady();
    },
    ready: () =>
      new Promise((resolve) => {
        if (isReady()) return resolve();
        const waiting = session.on('session.ready', () => {
          waiting.unsubscribe();
          resolve();
        });
      }),
    run: (data) =>
      new Promise((resolve, reject) => {
        // A second task in the turn of the first would find the state not changed yet.
        if (!isReady() || settle)
          return reject(new RuntimeError('INVALID_CALL', 'The worker has no algorithm without a task.'));
        settle = resolve;
        session.send({ type: 'task.assigned', data });
      }),
    stop: (reason) => tell({ type: 'task.stopAsked', reason }),
    exit: () => {
      tell({ type: 'exit.asked' });
      return left;
    },
    close,
  };
}
