// The tasks of a run on their way to a pool, which is the test's.

import { describe, expect, it } from 'vitest';
import { checkPipeline } from '#descriptors/pipeline';
import type { TaskEnd } from '#machines/session.events';
import type { Pool } from '#local-hkube/pool-port';
import { createRunTasks } from '#local-hkube/run-tasks';
import { taskIds } from '#model/task';
import { createGraph } from '#pipeline/graph';
import { createPlan } from '#pipeline/plan';

const crashed: TaskEnd = { kind: 'crashed', error: { message: 'gone' } };

const done: TaskEnd = { kind: 'succeed', result: 1 };

/** One task, given to a pool that ends it when the test says so. */
function oneTask() {
  const given: { readonly attempts: unknown; readonly end: (end: TaskEnd) => void; readonly begin: () => void }[] = [];
  const stops: string[] = [];
  const pool: Pool = {
    start: () => Promise.resolve(),
    inject: () => undefined,
    scaleDown: () => undefined,
    restart: () => undefined,
    workers: () => [],
    waiting: 0,
    drain: async () => undefined,
    stop: () => Promise.resolve(),
    submit: ({ data, notify }) => {
      let end: (end: TaskEnd) => void = () => undefined;
      const ended = new Promise<TaskEnd>((resolve) => (end = resolve));
      const begin = (): void => notify('x-1', { type: 'task.started', task: taskIds(data) });
      given.push({ attempts: data.attempts, end, begin });
      return { ended, stop: (reason) => stops.push(reason) };
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
  return { given, tasks, retried, ended, stops };
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

describe('while they are held (K3)', () => {
  it('a task that no worker has begun is taken back, and given out again, the same attempt', async () => {
    const { given, tasks, ended, stops, retried } = oneTask();
    tasks.hold();
    expect(stops).toEqual(['the run is paused']);
    given[0]?.end({ kind: 'stopped', reason: 'the run is paused' });
    await Promise.resolve();
    expect(given).toHaveLength(1);
    tasks.release();
    expect(given.map(({ attempts }) => attempts)).toEqual([0, 0]);
    given[1]?.end(done);
    expect(await ended).toEqual(done);
    expect(retried).toEqual([]);
  });

  it('one whose taking back is known only after the release is given out then', async () => {
    const { given, tasks, ended } = oneTask();
    tasks.hold();
    tasks.release();
    given[0]?.end({ kind: 'stopped', reason: 'the run is paused' });
    await expect.poll(() => given.length).toBe(2);
    given[1]?.end(done);
    expect(await ended).toEqual(done);
  });

  it('one that has begun goes on; what crashes waits for the release', async () => {
    const { given, tasks, ended, stops } = oneTask();
    given[0]?.begin();
    tasks.hold();
    expect(stops).toEqual([]);
    given[0]?.end(crashed);
    await Promise.resolve();
    expect(given).toHaveLength(1);
    tasks.release();
    given[1]?.end(done);
    expect(await ended).toEqual(done);
  });

  it('the end of the run gives nothing out', async () => {
    const { given, tasks, ended } = oneTask();
    tasks.hold();
    tasks.stopAll('enough');
    given[0]?.end({ kind: 'stopped', reason: 'enough' });
    expect(await ended).toEqual({ kind: 'stopped', reason: 'enough' });
    expect(given).toHaveLength(1);
  });
});
