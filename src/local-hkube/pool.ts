// The workers of one algorithm and the tasks that wait for them.
//
//   T1. First come, first served: a worker that is free takes the task that has waited longest.
//   T2. A task that waits for sub-pipelines or executions keeps its worker. When all workers are kept by tasks that wait, at any
//       depth, for tasks in this queue, a worker is added, which takes the deepest first: so a recursion adds as many as it is deep.
//   T3. At the limit of workers such a task fails with words, because nothing else would ever end it.
//   T4. When an algorithm cannot be started at any of its places, the tasks that wait fail with the reason. The next one tries again.
//   T5. A place is opened when a task finds none that is free, and closed when it had nothing to do for a while: but for the hot
//       ones, which are there from the start.

import { RuntimeError } from '#errors';
import type { TaskEnd } from '#machines/session.events';
import type { Manners, ResolvedAlgorithm, ResolvedLocalOptions } from '#local-hkube/options';
import { asRuntimeError } from '#local-hkube/launch';
import type { MetricsDesk } from '#local-hkube/metrics';
import type { Place } from '#local-hkube/place';
import { createTaskQueue, deadlockWords, type PoolTask, type TaskOrder } from '#local-hkube/pool-task';
import type { Pool, SubmittedTask } from '#local-hkube/pool-port';
import { createQueueSpans } from '#local-hkube/queue-spans';
import { openWorker } from '#local-hkube/open-worker';
import { createSlot } from '#local-hkube/slot';
import type { WorkerParts } from '#local-hkube/worker-parts';
import { createFaults } from '#worker/faults';

const RELIEF_PAUSE_MS = 500;

export interface PoolOptions
  extends
    Pick<ResolvedLocalOptions, 'launch' | 'logger'>,
    Pick<WorkerParts, 'firstPort' | 'inspection' | 'again' | 'tracing'> {
  readonly algorithm: ResolvedAlgorithm;
  readonly metrics: MetricsDesk;
  /** Whether another pool has a worker of this name. Default: none has. */
  readonly isTaken?: (worker: string) => boolean;
}

export function createPool({ algorithm, launch, logger, inspection, metrics, ...options }: PoolOptions): Pool {
  const queue = createTaskQueue();
  const spans = options.tracing && createQueueSpans(options.tracing);
  const { faults: asked = [], ...manners } = algorithm.manners;
  const faults = createFaults(asked);
  const parts = { ...options, inspection, logger, algorithm: algorithm.name, manners, faults };
  const places = new Set<Place>();
  /** Places that were given up or retired, as long as their algorithms live. */
  const closing = new Set<Promise<void>>();
  /** How many places were given up since there was a task that waited. */
  let givenUp = 0;
  let reliefTimer: NodeJS.Timeout | undefined;
  let stopping = false;
  /** Given to it, and not over. */
  let open = 0;
  /** It is being drained, and hears when nothing is open. */
  let onEmpty: (() => void) | undefined;
  let stopped: Promise<void> | undefined;

  function addPlace(extra: boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      const fail = (reason: RuntimeError): void => {
        reject(reason);
        giveUp(place, reason);
      };
      const place: Place = {
        extra,
        state: 'starting',
        task: null,
        spared: null,
        idleTimer: undefined,
        abandon: reject,
        slot: createSlot({
          name: nextName(),
          algorithm,
          isPatient: isPatient(manners),
          launch,
          logger,
          inspectorFor: (worker) => inspection?.dialOf(worker) ?? null,
          metricsFor: metrics.folderOf,
          openWorker: (onNotice) => openWorker(parts, place, onNotice),
          onNotice: (notice) => place.task?.order.notify(place.slot.name, notice),
          onLost: () => {
            if (place.state === 'idle') place.state = 'starting';
          },
          onReady: () => {
            resolve();
            becomeIdle(place);
          },
          onClosed: fail,
        }),
      };
      places.add(place);
      const opened = place.slot.start().catch((error: unknown) => fail(asRuntimeError(error)));
      if (!algorithm.spawn) void opened.then(resolve);
    });
  }

  function nextName(): string {
    const taken = new Set([...places].map(({ slot }) => slot.name));
    for (let number = 1; ; number++) {
      const name = `${algorithm.name}-${number}`;
      if (!taken.has(name) && !options.isTaken?.(name)) return name;
    }
  }

  function becomeIdle(place: Place): void {
    place.state = 'idle';
    dispatch();
    if (place.state !== 'idle') return;
    clearTimeout(place.idleTimer);
    place.idleTimer = setTimeout(() => retire(place), algorithm.idleMs).unref();
  }

  function dismiss({ slot, idleTimer }: Place): void {
    clearTimeout(idleTimer);
    const closed = slot.stop();
    closing.add(closed);
    void closed.then(() => closing.delete(closed));
  }

  /** T5 */
  function retire(place: Place): void {
    if (place.state !== 'idle' || places.size <= algorithm.minHotWorkers) return;
    logger.debug(`${place.slot.name}: nothing to do for ${algorithm.idleMs / 1_000} s, it is stopped`);
    places.delete(place);
    dismiss(place);
  }

  function dispatch(): void {
    for (const place of places) {
      if (queue.size === 0) break;
      if (place.state !== 'idle') continue;
      const task = place.extra ? queue.takeDeepest() : queue.takeOldest();
      if (task) void runOn(place, task);
    }
    if (stopping) return;
    grow();
    relieve();
  }

  async function runOn(place: Place, task: PoolTask): Promise<void> {
    task.state = 'running';
    place.state = 'busy';
    place.task = task;
    task.stop = (reason) => {
      // What is stopped is not given out again.
      place.spared = null;
      place.slot.stopTask(reason);
    };
    const written = metrics.begin(place.slot.name, task.order.data);
    const end = await place.slot
      .run(spans?.take(task) ?? task.order.data)
      .catch((error: unknown) => asRuntimeError(error));
    const keeping = written.end();
    if (end instanceof RuntimeError || (place.spared === task && isFailure(end))) {
      giveBack(place, task);
      return;
    }
    // The worker may have its next task already.
    if (place.task === task) place.task = null;
    if (keeping) task.order.noteMetrics(task.order.data, await keeping);
    task.end(end);
  }

  /** The task was not tried, or not to its end, and is not to blame: it waits again, as the last. */
  function giveBack(place: Place, task: PoolTask): void {
    place.task = null;
    if (place.state === 'busy') place.state = 'starting';
    logger.debug(`${place.slot.name}: its task is given out again`);
    if (stopping) {
      task.end({ kind: 'stopped', reason: 'local HKube was stopped' });
      return;
    }
    task.state = 'queued';
    task.stop = stopWaiting(task);
    queue.add(task);
    spans?.wait(task);
    dispatch();
  }

  function stopWaiting(task: PoolTask): PoolTask['stop'] {
    return (reason) => {
      queue.remove(task);
      task.end({ kind: 'stopped', reason });
    };
  }

  /** T5 */
  function grow(): void {
    const all = [...places];
    const coming = all.filter(({ state }) => state === 'starting').length;
    const room = algorithm.workers - givenUp - all.filter(({ extra }) => !extra).length;
    for (let count = Math.min(queue.size - coming, room); count > 0; count--) addPlace(false).catch(() => undefined);
  }

  /** T2, T3. */
  function relieve(): void {
    if (queue.size === 0 || places.size === 0) return;
    if ([...places].some(({ task }) => task === null || task.queuedBelow === 0)) return;
    if (places.size < algorithm.maxWorkers) {
      logger.info(`${algorithm.name}: all ${places.size} workers wait for sub-pipelines or executions, one is added`);
      addPlace(true).catch(() => undefined);
      return;
    }
    if (reliefTimer) return;
    queue.takeDeepest()?.end({ kind: 'failed', error: { message: deadlockWords(algorithm, places.size) } });
    // Its parent gets the time to give its worker back before the next one is sacrificed.
    reliefTimer = setTimeout(() => {
      reliefTimer = undefined;
      dispatch();
    }, RELIEF_PAUSE_MS);
  }

  /** T4 */
  function giveUp(place: Place, reason: RuntimeError): void {
    if (!places.delete(place) || stopping) return;
    dismiss(place);
    logger.error(reason.message);
    if (!place.extra) givenUp += 1;
    if (places.size > 0) return dispatch();
    givenUp = 0;
    for (let task = queue.takeOldest(); task; task = queue.takeOldest())
      task.end({ kind: 'failed', error: { message: reason.message } });
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
        spans?.leave(task, how);
        end(how);
        open -= 1;
        if (open === 0) onEmpty?.();
      },
      stop: (reason) => stopWaiting(task)(reason),
    };
    if (queue.size === 0) givenUp = 0;
    open += 1;
    queue.add(task);
    spans?.wait(task);
    dispatch();
    return {
      ended,
      stop: (reason) => {
        if (task.state !== 'over') task.stop(reason);
      },
    };
  }

  async function end(): Promise<void> {
    stopping = true;
    clearTimeout(reliefTimer);
    const reason = new RuntimeError('ABORTED', 'Local HKube was stopped while it started.');
    for (const { abandon } of places) abandon(reason);
    await Promise.all([...closing, ...[...places].map(({ slot }) => slot.stop())]);
  }

  return {
    start: async () => {
      await Promise.all(Array.from({ length: algorithm.minHotWorkers }, () => addPlace(false)));
    },
    submit,
    inject: faults.add,
    scaleDown: () => {
      for (const { slot } of places) slot.scaleDown();
    },
    restart: () => {
      givenUp = 0;
      for (const place of places) {
        place.spared = place.task;
        // Its connection still stands, and no task may be given to it.
        if (place.state === 'idle') place.state = 'starting';
        place.slot.restart();
      }
    },
    workers: () =>
      [...places].map(({ slot, state }) => ({ algorithm: algorithm.name, worker: slot.name, url: slot.url, state })),
    get waiting() {
      return queue.size;
    },
    drain: async () => {
      if (open > 0) await new Promise<void>((resolve) => (onEmpty = resolve));
      await (stopped ??= end());
    },
    stop: () => (stopped ??= end()),
  };
}

const isPatient = ({ lenient, restarts, profile }: Manners): boolean =>
  lenient === true || restarts === true || profile === 'debug';

const isFailure = ({ kind }: TaskEnd): boolean => kind === 'crashed' || kind === 'failed';
