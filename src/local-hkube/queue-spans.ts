// The spans of the queue: `producer`, from when an attempt is given to its pool until a worker takes it, as HKube's queue has them. What
// the worker is given carries that span.

import { addressOf, carrierOf } from '#model/trace-carrier';
import { LOCAL_HKUBE, type LocalTracing } from '#local-hkube/local-tracing';
import type { PoolTask } from '#local-hkube/pool-task';
import type { TaskEnd } from '#machines/session.events';
import type { LiveSpan } from '#tracing/tracing';
import type { TaskData } from '#wire/task-data';

export interface QueueSpans {
  /** It waits for a worker: when it is submitted, and when it is given back. */
  wait(task: PoolTask): void;
  /** A worker takes it. Gives the data for that one. */
  take(task: PoolTask): TaskData;
  /** It is over; if it waited, it waits no more. */
  leave(task: PoolTask, end: TaskEnd): void;
}

export function createQueueSpans(tracing: LocalTracing): QueueSpans {
  const waiting = new Map<PoolTask, LiveSpan>();

  function endWait(task: PoolTask): LiveSpan | undefined {
    const span = waiting.get(task);
    waiting.delete(task);
    return span;
  }

  return {
    wait: (task) => {
      const { jobId, spanId } = task.order.data;
      const span = tracing.current?.tracer(LOCAL_HKUBE).open({
        name: 'producer',
        kind: 'producer',
        parent: addressOf(spanId),
        tags: { jobId },
      });
      if (span) waiting.set(task, span);
    },
    take: (task) => {
      const span = endWait(task);
      span?.end();
      return span ? { ...task.order.data, spanId: carrierOf(span.address) } : task.order.data;
    },
    leave: (task, end) => {
      const span = endWait(task);
      if (!span) return;
      if (end.kind === 'failed' || end.kind === 'crashed') span.fail(end.error);
      if (end.kind === 'stopped') span.tag({ status: end.kind, reason: end.reason });
      span.end();
    },
  };
}
