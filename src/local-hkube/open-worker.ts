// Opens the worker of a place: on a port of its own, with the manners of its pool.

import { RuntimeError } from '#errors';
import type { SessionNotice } from '#machines/session.events';
import { deedsOfWorker } from '#local-hkube/worker-deeds';
import { openPort } from '#local-hkube/open-port';
import type { LocalLogger } from '#local-hkube/local-logger';
import type { Place } from '#local-hkube/place';
import type { WorkerParts } from '#local-hkube/worker-parts';
import { createWorker, type Worker, type WorkerInspection } from '#worker/create-worker';
import type { TracingLogger } from '#tracing/tracing';
import type { TaskData } from '#wire/task-data';

export function openWorker(
  parts: WorkerParts,
  place: Place,
  onNotice: (notice: SessionNotice) => void,
): Promise<Worker> {
  const { firstPort, manners, faults } = parts;
  /** Of the task before, which somebody may want to run again. */
  let last: TaskData | null = null;
  return openPort(firstPort, (port) =>
    createWorker({
      ...manners,
      faults,
      port,
      onNotice: (notice) => {
        if (parts.inspection?.probe.isWatched) last = place.task?.order.data ?? last;
        onNotice(notice);
      },
      tracing: parts.tracing?.current,
      log: logOf(parts.logger, place),
      inspect: inspectionOf(parts, place, () => place.task?.order.data ?? last),
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

/** In the name of the worker. */
function logOf(logger: LocalLogger, { slot }: Place): TracingLogger {
  return {
    debug: (line) => logger.debug(`${slot.name}: ${line}`),
    warn: (line) => logger.warn(`${slot.name}: ${line}`),
  };
}

function inspectionOf(
  { algorithm, inspection, faults, again }: WorkerParts,
  place: Place,
  data: () => TaskData | null,
): WorkerInspection | undefined {
  if (!inspection) return undefined;
  return {
    probe: inspection.probe,
    about: { algorithm, worker: place.slot.name },
    deeds: deedsOfWorker({
      ...{ algorithm, data, place: () => place },
      again: (input) => again(algorithm, input),
      inject: faults.add,
    }),
  };
}
