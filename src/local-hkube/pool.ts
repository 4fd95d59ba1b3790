// The workers of one algorithm and the tasks that wait for them.
//
//   T1. First come, first served: a worker that is free takes the task that has waited longest.
//   T2. A task that waits for sub-pipelines or executions keeps its worker. When all workers are kept by tasks that wait, at any
//       depth, for tasks in this queue, a worker is added, which takes the deepest first: so a recursion adds as many as it is deep.
//   T3. At the limit of workers such a task fails with words, because nothing else would ever end it.
//   T4. A pool whose places are all closed fails its tasks with the reason.

import { RuntimeError } from '#errors';
import type { SessionNotice, TaskEnd } from '#machines/session.events';
import type { ResolvedAlgorithm, ResolvedLocalOptions } from '#local-hkube/options';
import { createTaskQueue, type PoolTask, type TaskOrder } from '#local-hkube/pool-task';
import { createSlot, type Slot } from '#local-hkube/slot';
import { createWorker, type Worker } from '#worker/create-worker';
import { createFaults, type Fault } from '#worker/faults';

const RELIEF_PAUSE_MS = 500;

export interface PoolOptions extends Pick<ResolvedLocalOptions, 'launch' | 'logger'> {
  readonly algorithm: ResolvedAlgorithm;
  /** Gives the next port to try, or 0 for any. */
  readonly nextPort: () => number;
}

/** A task that was given to a pool. `ended` never rejects. */
export interface SubmittedTask {
  readonly ended: Promise<TaskEnd>;
  stop(reason: string): void;
}

export interface Pool {
  /** Resolves when all workers have an algorithm; rejects with `CANNOT_LAUNCH` or `CANNOT_CONNECT`. */
  start(): Promise<void>;
  submit(order: TaskOrder): SubmittedTask;
  /** Its workers misbehave once more. */
  inject(fault: Fault): void;
  /** Its algorithms finish what they have in hand and leave; others are launched. */
  scaleDown(): void;
  stop(): Promise<void>;
}

/** A slot and what it does. `extra`: it was added by T2. */
interface Place {
  readonly slot: Slot;
  readonly extra: boolean;
  state: 'starting' | 'idle' | 'busy' | 'closed';
  task: PoolTask | null;
  /** Whoever waits for it to be ready, waits no longer. */
  readonly abandon: (reason: RuntimeError) => void;
}

export function createPool({ algorithm, nextPort, launch, logger }: PoolOptions): Pool {
  const queue = createTaskQueue();
  const { faults: asked = [], ...manners } = algorithm.manners;
  const faults = createFaults(asked);
  const isPatient = manners.lenient === true || manners.restarts === true || manners.profile === 'debug';
  const places: Place[] = [];
  let reliefTimer: NodeJS.Timeout | undefined;
  let closedBy: RuntimeError | undefined;
  let stopping = false;

  function addPlace(extra: boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      const fail = (reason: RuntimeError): void => {
        reject(reason);
        close(place, reason);
      };
      const place: Place = {
        extra,
        state: 'starting',
        task: null,
        abandon: reject,
        slot: createSlot({
          name: `${algorithm.name}-${places.length + 1}`,
          algorithm,
          isPatient,
          launch,
          logger,
          openWorker: (onNotice) => openWorker(place, onNotice),
          onNotice: (notice) => place.task?.order.notify(place.slot.name, notice),
          onLost: () => {
            if (place.state === 'idle') place.state = 'starting';
          },
          onReady: () => {
            resolve();
            place.state = 'idle';
            dispatch();
          },
          onClosed: fail,
        }),
      };
      places.push(place);
      place.slot.start().catch((error: unknown) => fail(asRuntimeError(error)));
    });
  }

  async function openWorker(place: Place, onNotice: (notice: SessionNotice) => void): Promise<Worker> {
    return openPort(nextPort, (port) =>
      createWorker({
        ...manners,
        faults,
        port,
        onNotice,
        runSubPipeline: (order) => {
          if (place.task) return place.task.order.runSubPipeline(order, place.task);
          throw new RuntimeError('INVALID_CALL', 'A sub-pipeline was asked for without a task.');
        },
        runExecution: (order) => {
          if (place.task) return place.task.order.runExecution(order, place.task);
          throw new RuntimeError('INVALID_CALL', 'An execution was asked for without a task.');
        },
      }),
    );
  }

  function dispatch(): void {
    for (const place of places) {
      if (queue.size === 0) break;
      if (place.state !== 'idle') continue;
      const task = place.extra ? queue.takeDeepest() : queue.takeOldest();
      if (task) void runOn(place, task);
    }
    relieve();
  }

  async function runOn(place: Place, task: PoolTask): Promise<void> {
    task.state = 'running';
    place.state = 'busy';
    place.task = task;
    task.stop = (reason) => place.slot.stopTask(reason);
    const end = await place.slot.run(task.order.data).catch((error: unknown) => asRuntimeError(error));
    if (end instanceof RuntimeError) {
      giveBack(place, task, end);
      return;
    }
    // The worker may have its next task already.
    if (place.task === task) place.task = null;
    task.end(end);
  }

  /** The worker had no algorithm after all. The task was not tried: it waits again, as the last. */
  function giveBack(place: Place, task: PoolTask, reason: RuntimeError): void {
    place.task = null;
    if (place.state === 'busy') place.state = 'starting';
    logger.debug(`${place.slot.name}: ${reason.message}`);
    if (closedBy) {
      task.end(failedBy(closedBy));
      return;
    }
    task.state = 'queued';
    task.stop = stopWaiting(task);
    queue.add(task);
    dispatch();
  }

  function stopWaiting(task: PoolTask): PoolTask['stop'] {
    return (reason) => {
      queue.remove(task);
      task.end({ kind: 'stopped', reason });
    };
  }

  /** T2, T3. */
  function relieve(): void {
    if (queue.size === 0 || stopping) return;
    const open = places.filter(({ state }) => state !== 'closed');
    if (open.length === 0 || open.some(({ task }) => task === null || task.queuedBelow === 0)) return;
    if (places.length < algorithm.maxWorkers) {
      logger.info(`${algorithm.name}: all ${open.length} workers wait for sub-pipelines or executions, one is added`);
      void addPlace(true).catch(() => dispatch());
      return;
    }
    if (reliefTimer) return;
    queue.takeDeepest()?.end({ kind: 'failed', error: { message: deadlockWords(algorithm, open.length) } });
    // Its parent gets the time to give its worker back before the next one is sacrificed.
    reliefTimer = setTimeout(() => {
      reliefTimer = undefined;
      dispatch();
    }, RELIEF_PAUSE_MS);
  }

  function close(place: Place, reason: RuntimeError): void {
    place.state = 'closed';
    logger.error(reason.message);
    if (places.some(({ state }) => state !== 'closed')) return dispatch();
    closedBy = reason;
    for (let task = queue.takeOldest(); task; task = queue.takeOldest()) task.end(failedBy(reason));
  }

  function submit(order: TaskOrder): SubmittedTask {
    let end: PoolTask['end'] = () => undefined;
    const ended = new Promise<TaskEnd>((resolve) => (end = resolve));
    const task: PoolTask = {
      order,
      algorithm: algorithm.name,
      depth: order.parent ? order.parent.depth + 1 : 0,
      queuedBelow: 0,
      state: 'queued',
      end: (how) => {
        task.state = 'over';
        end(how);
      },
      stop: (reason) => stopWaiting(task)(reason),
    };
    if (closedBy) task.end(failedBy(closedBy));
    else {
      queue.add(task);
      dispatch();
    }
    return {
      ended,
      stop: (reason) => {
        if (task.state !== 'over') task.stop(reason);
      },
    };
  }

  return {
    start: async () => {
      await Promise.all(Array.from({ length: algorithm.workers }, () => addPlace(false)));
    },
    submit,
    inject: faults.add,
    scaleDown: () => {
      for (const { slot } of places) slot.scaleDown();
    },
    stop: async () => {
      stopping = true;
      clearTimeout(reliefTimer);
      const reason = new RuntimeError('ABORTED', 'Local HKube was stopped while it started.');
      for (const { abandon } of places) abandon(reason);
      await Promise.all(places.map(({ slot }) => slot.stop()));
    },
  };
}

const PORTS_TO_TRY = 200;

/** Opens the next port that is free. */
async function openPort(nextPort: () => number, open: (port: number) => Promise<Worker>): Promise<Worker> {
  for (let tried = 1; ; tried++) {
    const port = nextPort();
    try {
      return await open(port);
    } catch (error) {
      if (port === 0 || tried === PORTS_TO_TRY) throw error;
    }
  }
}

const failedBy = ({ message }: RuntimeError): TaskEnd => ({ kind: 'failed', error: { message } });

function asRuntimeError(error: unknown): RuntimeError {
  if (error instanceof RuntimeError) return error;
  return new RuntimeError('CANNOT_LAUNCH', error instanceof Error ? error.message : String(error), { cause: error });
}

function deadlockWords({ name, maxWorkers }: ResolvedAlgorithm, open: number): string {
  return (
    `all ${open} workers of algorithm "${name}" run tasks that wait for further tasks of it, and the limit of ` +
    `${maxWorkers} workers is reached: raise maxWorkers, or nest less deeply`
  );
}
