// The tasks of a run on their way to a pool, which is the test's.

import { expect, it } from 'vitest';
import { checkPipeline } from '#descriptors/pipeline';
import type { TaskEnd } from '#machines/session.events';
import type { Pool } from '#local-hkube/pool-port';
import { createRunTasks } from '#local-hkube/run-tasks';
import { createGraph } from '#pipeline/graph';
import { createPlan } from '#pipeline/plan';

const crashed: TaskEnd = { kind: 'crashed', error: { message: 'gone' } };

/** One task, given to a pool that ends it when the test says so. */
function oneTask() {
  const given: { readonly attempts: unknown; readonly end: (end: TaskEnd) => void }[] = [];
  const pool: Pool = {
    start: () => Promise.resolve(),
    inject: () => undefined,
    scaleDown: () => undefined,
    restart: () => undefined,
    workers: () => [],
    waiting: 0,
    drain: async () => undefined,
    stop: () => Promise.resolve(),
    submit: ({ data }) => {
      let end: (end: TaskEnd) => void = () => undefined;
      const ended = new Promise<TaskEnd>((resolve) => (end = resolve));
      given.push({ attempts: data.attempts, end });
      return { ended, stop: () => undefined };
    },
  };
  const pipeline = checkPipeline({ name: 'p', nodes: [{ nodeName: 'a', algorithmName: 'x' }] }, 'p');
  const [task] = createPlan(pipeline, createGraph(pipeline)).begin().ready;
  const retried: unknown[] = [];
  const tasks = createRunTasks({
    pipeline,
    facts: { jobId: 'j', rootJobId: null, lastRunResult: null, spanId: {} },
    pools: new Map([['x', pool]]),
    parent: null,
    noteMetrics: () => undefined,
    onNotice: () => undefined,
    onRetry: (notice) => retried.push(notice),
    runSubPipeline: () => expect.unreachable(),
    runExecution: () => expect.unreachable(),
  });
  const ended = new Promise<TaskEnd>((resolve) => {
    if (task) tasks.start(task, { onBegin: () => undefined, onEnd: resolve });
  });
  return { given, tasks, retried, ended };
}

it('a crash gives the same task out again, one attempt more (K1)', async () => {
  const { given, ended, retried } = oneTask();
  given[0]?.end(crashed);
  await expect.poll(() => given.length).toBe(2);
  given[1]?.end({ kind: 'succeed', result: 1 });
  expect(await ended).toEqual({ kind: 'succeed', result: 1 });
  expect(given.map(({ attempts }) => attempts)).toEqual([0, 1]);
  expect(retried).toMatchObject([{ task: { attempts: 1 } }]);
});

it('a crash that is known only after the run has ended gives nothing out (K2)', async () => {
  const { given, tasks, ended, retried } = oneTask();
  tasks.stopAll('enough');
  given[0]?.end(crashed);
  expect(await ended).toEqual(crashed);
  expect([given.length, retried]).toEqual([1, []]);
});
