// The door of the worker: a port on which one algorithm is served, as HKube's worker serves it, or its debug sidecar.

import { type ActorOptions, type AnyActorLogic, createActor } from 'xstate';
import { RuntimeError } from '#errors';
import type { SessionEvent, SessionNotice, TaskEnd } from '#machines/session.events';
import type { Deed } from '#inspector/deed';
import type { Fields } from '#inspector/frames';
import type { Probe } from '#inspector/probe';
import { type After, afterRealTime } from '#model/after';
import type { TracingLogger } from '#tracing/tracing';
import { listen, type Listener } from '#transport/listener';
import { traceExecutions, traceSubPipelines } from '#worker/child-spans';
import { createExecutions, type RunExecution } from '#worker/executions';
import { createFaults, type Faults } from '#worker/faults';
import { hear, hearAsSidecar } from '#worker/hear';
import { createLine, type LineEar } from '#worker/line';
import { hearRejection, hearRejectionAsSidecar } from '#worker/refusals';
import { sidecarTeller } from '#worker/sidecar-teller';
import type { WorkerManners } from '#worker/manners';
import { provideSession, provideSidecar } from '#worker/provide';
import { createSubPipelines, type RunSubPipeline } from '#worker/sub-pipelines';
import { createTaskSpans, type TracerOf } from '#worker/task-spans';
import { DEFAULT_FRAME_BYTES } from '#wire/encode';
import type { TaskData } from '#wire/task-data';

export interface WorkerOptions extends WorkerManners {
  /** The port to listen on; 0 takes any free one. */
  readonly port: number;
  /** Runs the sub-pipelines that the algorithm asks for. */
  readonly runSubPipeline: RunSubPipeline;
  /** Runs the algorithms that it asks for. */
  readonly runExecution: RunExecution;
  /** Where it misbehaves on purpose; more can be added at any time. */
  readonly faults?: Faults;
  /** What happens on the line: progress, spans, refusals, frames that were not understood. */
  readonly onNotice?: (notice: SessionNotice) => void;
  /** The largest frame in bytes, both ways. Default: 1e8, the limit of HKube's worker. */
  readonly frameBytes?: number;
  /** What the timers of its chart go by. Default: real time. */
  readonly clock?: Clock;
  /** By which its session can be looked at. */
  readonly inspect?: WorkerInspection | undefined;
  /** Where the spans of its tasks go. Default: nowhere. */
  readonly tracing?: TracerOf | undefined;
  /** Hears what is wrong with the spans of its algorithm. */
  readonly log?: TracingLogger | undefined;
  /** What messages that a fault delays go by. Default: real time. */
  readonly after?: After;
}

/** Who looks at a worker, and as what it is known. */
export interface WorkerInspection {
  readonly probe: Probe;
  readonly about: Fields;
  readonly deeds: readonly Deed[];
}

export type Clock = NonNullable<ActorOptions<AnyActorLogic>['clock']>;

/** A worker of one algorithm. */
export interface Worker {
  readonly port: number;
  /** Where the algorithm connects to. */
  readonly url: string;
  /** Where it stands in its chart, such as `ready` or `working`. */
  readonly state: string;
  /** Whether an algorithm is connected and has no task. */
  readonly isReady: boolean;
  /** Resolves as soon as the worker is ready for a task; rejects with `INVALID_CALL` if it never will be. */
  ready(): Promise<void>;
  /** Gives the algorithm a task. Resolves however the task ends; rejects with `INVALID_CALL` if the worker is not ready. */
  run(data: TaskData): Promise<TaskEnd>;
  /** Stops the task, if there is one; its `run` resolves with the end. */
  stop(reason: string): void;
  /** Cuts the connection, as a network does: both ends see it. */
  cut(): void;
  /** Asks the algorithm to finish what it has in hand (`forceStop: false`), and then to leave. */
  scaleDown(): void;
  /** Tells the algorithm to leave. Resolves when it has left; after twenty seconds its connection is cut. */
  exit(): Promise<void>;
  /** Closes the port, at once. */
  close(): Promise<void>;
}

/** Opens the port and waits for an algorithm. Rejects with `CANNOT_CONNECT` if the port is taken. */
export async function createWorker(options: WorkerOptions): Promise<Worker> {
  return serve(await listen(options.port, options.frameBytes ?? DEFAULT_FRAME_BYTES), options);
}

/** Waits for an algorithm wherever this listener listens. */
export function serve(listener: Listener, options: Omit<WorkerOptions, 'port'>): Worker {
  const { onNotice } = options;
  const { session, line, spans, stopAsked } = createSession(options, listener);

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
  let isClosed = false;
  const isReady = (): boolean => !isClosed && session.getSnapshot().matches('ready');
  const close = async (): Promise<void> => {
    isClosed = true;
    session.stop();
    stopAsked('the worker was closed');
    settle?.(CLOSED);
    spans.end(session.getSnapshot().context.task, CLOSED);
    settle = undefined;
    await listener.close();
  };

  return {
    port: listener.port,
    url: urlOf(listener.port),
    get state() {
      return session.getSnapshot().value;
    },
    get isReady() {
      return isReady();
    },
    ready: () =>
      new Promise((resolve, reject) => {
        if (isReady()) return resolve();
        void left.then(() => reject(new RuntimeError('INVALID_CALL', 'The worker has left, or was closed.')));
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
        spans.begin(data);
        session.send({ type: 'task.assigned', data });
      }),
    stop: (reason) => tell({ type: 'task.stopAsked', reason }),
    cut: line.cut,
    scaleDown: () => tell({ type: 'scaleDown.asked' }),
    exit: () => {
      tell({ type: 'exit.asked' });
      return left;
    },
    close,
  };
}

/** The chart of this profile, on a line of this listener. */
function createSession(options: Omit<WorkerOptions, 'port'>, { connections, port }: Listener) {
  const { frameBytes = DEFAULT_FRAME_BYTES, faults = createFaults([]), profile = 'worker' } = options;
  const { lenient = false, restarts = false, bootstrapMs = 0, clock, after = afterRealTime, inspect } = options;
  const isSidecar = profile === 'debug';
  const ear = isSidecar ? { hear: hearAsSidecar, hearRejection: hearRejectionAsSidecar } : { hear, hearRejection };
  const line = createLine({
    connections,
    frameBytes,
    faults,
    after,
    profile,
    ...ear,
    ear: inspect && earOf(inspect.probe, () => session),
  });
  const teller = isSidecar ? sidecarTeller(line) : line;
  const { runSubPipeline, runExecution, spans } = tracesOf(options);
  const subPipelines = createSubPipelines(runSubPipeline, teller);
  const executions = createExecutions(runExecution, teller);
  const asked = { subPipelines, executions };
  const session = createActor(isSidecar ? provideSidecar(line, asked, spans) : provideSession(line, asked, spans), {
    id: 'session',
    input: { lenient, restarts, bootstrapMs },
    ...(clock && { clock }),
  });
  if (inspect) {
    const { probe, about, deeds } = inspect;
    probe.watch({
      actor: session,
      chart: isSidecar ? 'sidecar' : 'session',
      about: { ...about, url: urlOf(port) },
      deeds,
    });
  }
  session.on('span.changed', ({ span }) => spans.change(span));
  session.on('task.ended', ({ task, end }) => spans.end(task, end));
  if (options.tracing) session.subscribe((snapshot) => snapshot.hasTag('busy') && spans.enter(snapshot.value));
  const stopAsked = (reason: string): void => {
    subPipelines.stopAll(reason);
    executions.stopAll(reason);
  };
  return { session, line, spans, stopAsked };
}

/** The spans of its tasks, and its ports with those of what they ask for. */
function tracesOf({ tracing, log = SILENT, runSubPipeline, runExecution }: Omit<WorkerOptions, 'port'>) {
  const spans = createTaskSpans({ tracing, log });
  if (!tracing) return { spans, runSubPipeline, runExecution };
  return {
    spans,
    runSubPipeline: traceSubPipelines(runSubPipeline, tracing),
    runExecution: traceExecutions(runExecution, tracing),
  };
}

const SILENT: TracingLogger = { debug: () => undefined, warn: () => undefined };
const CLOSED: TaskEnd = { kind: 'crashed', error: { message: 'The worker was closed while the task ran.' } };

/** What crosses the line of this session is seen. */
function earOf(probe: Probe, session: () => { readonly sessionId: string; getSnapshot(): unknown }): LineEar {
  return {
    get isOpen() {
      return probe.isWatched;
    },
    hear: (seen) => probe.message(session(), seen),
  };
}

const urlOf = (port: number): string => `ws://127.0.0.1:${port}`;
