// One run of a pipeline: the chart, the plan that tells it what is ready, and the pools where its tasks run.

import { createActor } from 'xstate';
import { RuntimeError } from '#errors';
import { checkPipeline, invalidDescriptor, type RawPipeline } from '#descriptors/pipeline';
import { type RunEvent, runMachine } from '#machines/run.machine';
import type { SubPipelineOrder, TaskEnd, TaskNotice } from '#machines/session.events';
import { createJobId } from '#local-hkube/ids';
import type { Pool, SubmittedTask } from '#local-hkube/pool';
import type { PoolTask } from '#local-hkube/pool-task';
import { documentOf, progressOf, type RunDocument, type RunProgress } from '#local-hkube/run-document';
import { createTaskDataMaker } from '#local-hkube/task-data';
import { createGraph } from '#pipeline/graph';
import { createPlan, type Plan, type PlannedTask, type PlanStep } from '#pipeline/plan';
import type { SubPipelineEnd, SubPipelineRun } from '#worker/sub-pipelines';

/** News of a task, from the worker where it runs. Tasks of sub-pipelines are reported to the run that is above them all. */
export type LocalNotice = TaskNotice & {
  readonly jobId: string;
  /** The worker's name, such as `word-count-1`. */
  readonly worker: string;
};

/** The pools by the names of their algorithms. */
export type Pools = ReadonlyMap<string, Pool>;

/** A run on its way. */
export interface Run {
  readonly jobId: string;
  /** The result document, however the run ends. Never rejects. */
  readonly done: Promise<RunDocument>;
  stop(reason: string): void;
}

/** Where a run stands: its root's ids, the task that asked for it, and who listens. */
export interface RunSetting {
  readonly parent: PoolTask | null;
  readonly rootJobId: string | null;
  readonly onProgress?: (progress: RunProgress) => void;
  readonly onNotice?: (notice: LocalNotice) => void;
}

/** Starts a run. Throws `INVALID_DESCRIPTOR` for a pipeline that cannot be run. */
export function startRun(pipeline: RawPipeline, pools: Pools, setting: RunSetting): Run {
  const graph = createGraph(pipeline);
  refuseUnknownAlgorithms(pipeline, pools);
  const plan = createPlan(pipeline, graph);
  const jobId = createJobId();
  const startTime = Date.now();
  const { onProgress } = setting;
  const tasks = createTasks({ jobId, pipeline, pools, setting });

  const actor = createActor(provideRun(plan, tasks), { id: 'run', input: { jobId, pipeline: pipeline.name } });
  if (onProgress) actor.on('run.progressed', ({ counts }) => onProgress(progressOf(jobId, counts)));
  const done = new Promise<RunDocument>((resolve) => {
    actor.subscribe({
      complete: () => {
        const end = actor.getSnapshot().output ?? { status: 'stopped', reason: 'the run was left' };
        resolve(documentOf({ jobId, pipeline: pipeline.name, startTime }, end, Date.now()));
      },
    });
  });
  actor.start();
  return {
    jobId,
    done,
    stop: (reason) => {
      if (actor.getSnapshot().status === 'active') actor.send({ type: 'run.stopAsked', reason });
    },
  };
}

function refuseUnknownAlgorithms({ name, nodes }: RawPipeline, pools: Pools): void {
  const unknown = new Set(nodes.map(({ algorithmName }) => algorithmName).filter((algorithm) => !pools.has(algorithm)));
  if (unknown.size === 0) return;
  const known = `known are ${[...pools.keys()].join(', ')}`;
  throw invalidDescriptor(
    `pipeline "${name}"`,
    [...unknown].map((algorithm) => `algorithm ${algorithm} Not Found (${known})`),
  );
}

/** Binds the effects of the run chart. */
function provideRun(plan: Plan, tasks: Tasks): typeof runMachine {
  type Self = { send(event: RunEvent): void; getSnapshot(): { readonly status: string } };

  function take(self: Self, { ready, verdict, counts }: PlanStep): void {
    self.send({ type: 'plan.advanced', counts });
    if (verdict.kind === 'completed') self.send({ type: 'plan.completed', results: verdict.results });
    else if (verdict.kind === 'failed')
      self.send({ type: 'plan.failed', error: verdict.error, nodeName: verdict.nodeName });
    for (const task of ready)
      tasks.start(task, (end) => {
        if (self.getSnapshot().status !== 'active') return;
        const { nodeName } = task.node;
        self.send({ type: 'task.ended', task: { nodeName, batchIndex: task.batchIndex, end: verdictOf(end) } });
      });
  }

  return runMachine.provide({
    actions: {
      beginPlan: ({ self }) => take(self, plan.begin()),
      advancePlan: ({ self }, { task }) => take(self, plan.settle(task)),
      stopTasks: (_, { reason }) => tasks.stopAll(reason),
    },
  });
}

type Settled = Extract<RunEvent, { type: 'task.ended' }>['task']['end'];

/** A task that ends stopped in a run that goes on was stopped behind its back: that is a failure. */
function verdictOf(end: TaskEnd): Settled {
  switch (end.kind) {
    case 'succeed':
      return end;
    case 'failed':
    case 'crashed':
      return { kind: 'failed', error: end.error.message };
    case 'stopped':
      return { kind: 'failed', error: `the task was stopped: ${end.reason}` };
  }
}

interface Tasks {
  start(task: PlannedTask, onEnd: (end: TaskEnd) => void): void;
  stopAll(reason: string): void;
}

interface TasksOptions {
  readonly jobId: string;
  readonly pipeline: RawPipeline;
  readonly pools: Pools;
  readonly setting: RunSetting;
}

/** The tasks of one run that wait for a worker or have one. */
function createTasks({ jobId, pipeline, pools, setting }: TasksOptions): Tasks {
  const open = new Set<SubmittedTask>();
  const { parent, rootJobId, onNotice } = setting;
  const dataOf = createTaskDataMaker(pipeline, { jobId, rootJobId });
  const below = { rootJobId: rootJobId ?? jobId, ...(onNotice && { onNotice }) };

  return {
    start: (task, onEnd) => {
      const submitted = pools.get(task.node.algorithmName)?.submit({
        data: dataOf(task),
        parent,
        notify: (worker, notice) => onNotice?.({ ...notice, jobId, worker }),
        runSubPipeline: (order, above) => startSubPipeline(order, pools, { parent: above, ...below }),
      });
      if (!submitted) return;
      open.add(submitted);
      void submitted.ended.then((end) => {
        open.delete(submitted);
        onEnd(end);
      });
    },
    stopAll: (reason) => {
      for (const task of open) task.stop(reason);
    },
  };
}

/** A run that a task has asked for. What is wrong with it is thrown, and told to the algorithm. */
function startSubPipeline(order: SubPipelineOrder, pools: Pools, setting: RunSetting): SubPipelineRun {
  const { name } = order.pipeline;
  if (order.kind === 'stored')
    throw new RuntimeError('UNSUPPORTED', `pipeline ${name} Not Found: this local HKube does not store pipelines yet`);
  const run = startRun(checkPipeline(order.pipeline, `sub-pipeline "${name}"`), pools, setting);
  return { ended: run.done.then(subPipelineEnd), stop: run.stop };
}

function subPipelineEnd(document: RunDocument): SubPipelineEnd {
  switch (document.status) {
    case 'completed':
      return { kind: 'done', response: document.data };
    case 'failed':
      return { kind: 'failed', error: document.error || 'subpipeline job failed' };
    case 'stopped':
      return { kind: 'stopped', reason: document.reason };
  }
}
