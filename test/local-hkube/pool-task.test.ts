// The queue of a pool: what is taken is let go.

import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { createTaskQueue, type PoolTask, type TaskQueue } from '#local-hkube/pool-task';

setFlagsFromString('--expose-gc');

function collect(): void {
  const gc: unknown = runInNewContext('gc');
  if (typeof gc === 'function') Reflect.apply(gc, undefined, []);
}

function taskOf(depth: number): PoolTask {
  const data = { input: ['large'] };
  const unreachable = () => expect.unreachable();
  const order = {
    data,
    parent: null,
    notify: () => undefined,
    noteMetrics: () => undefined,
    runSubPipeline: unreachable,
    runExecution: unreachable,
  };
  return { order, algorithm: 'a', depth, queuedBelow: 0, state: 'queued', end: () => undefined, stop: () => undefined };
}

/** Adds three, takes two and removes one; gives them weakly. */
function fillAndEmpty(queue: TaskQueue): readonly WeakRef<PoolTask>[] {
  const [first, second, third] = [taskOf(0), taskOf(0), taskOf(1)];
  for (const task of [first, second, third]) queue.add(task);
  queue.remove(second);
  expect([queue.takeOldest(), queue.takeDeepest()]).toEqual([first, third]);
  return [first, second, third].map((task) => new WeakRef(task));
}

it('a task that was taken or removed is not kept', async () => {
  const queue = createTaskQueue();
  const tasks = fillAndEmpty(queue);
  expect([queue.size, queue.takeOldest()]).toEqual([0, undefined]);
  await new Promise((resolve) => setImmediate(resolve));
  collect();
  expect(tasks.map((task) => task.deref())).toEqual([undefined, undefined, undefined]);
});
