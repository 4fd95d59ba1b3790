// One run of a pipeline: the chart, the plan that tells it what is ready, and its tasks.

import { createActor } from 'xstate';
import type { RawPipeline } from '#descriptors/pipeline';
import { type RunEvent, runMachine } from '#machines/run.machine';
import type { TaskEnd } from '#machines/session.events';
import type { RunDocument, RunGraph, RunStatus } from '#descriptors/run';
import type { Deed } from '#inspector/deed';
import type { Fields } from '#inspector/frames';
import type { Probe } from '#inspector/probe';
import { documentOf, progressOf, type RunProgress, statusOf } from '#local-hkube/run-document';
import type { RunMetrics } from '#local-hkube/run-metrics';
import type { RunTasks } from '#local-hkube/run-tasks';
import type { Graph } from '#pipeline/graph';
import { createPlan, type NodeEnds, type Plan, type PlanStep } from '#pipeline/plan';

/** A run on its way. */
export interface Run {
  readonly jobId: string;
  /** Milliseconds since 1970. */
  readonly startTime: number;
  /** Resolves when the run is in the books: from then on no crash of this process forgets it. Never rejects. */
  readonly listed: Promise<void>;
  /** The result document, however the run ends. Never rejects. */
  readonly done: Promise<RunDocument>;
  stop(reason: string): void;
  /** No task begins until it is resumed; those that have begun go on. Nothing happens to one that is not active, or paused. */
  pause(): void;
  resume(): void;
  /** How it stands, as HKube says it. */
  status(): RunStatus;
  /** How each of its nodes stands. */
  graph(): RunGraph;
}

/** A run that waits to be admitted, and is in no books. */
export interface PendingRun extends Omit<Run, 'listed'> {
  admit(): void;
  /** What has come of the nodes that others depend on. */
  inner(): NodeEnds;
}

export interface RunParts {
  readonly jobId: string;
  readonly pipeline: RawPipeline;
  readonly graph: Graph;
  /** Of nodes that are not to run: what has come of them in another run. */
  readonly ends?: NodeEnds | undefined;
  readonly tasks: RunTasks;
  readonly metrics: RunMetrics;
  readonly onProgress?: ((progress: RunProgress) => void) | undefined;
  /** Who looks at it, as what it is known, and what can be done to it. */
  readonly inspect?: ((run: PendingRun) => RunInspection) | undefined;
}

export interface RunInspection {
  readonly probe: Probe;
  readonly about: Fields;
  readonly deeds: readonly Deed[];
}

/** Makes a run; its tasks start when it is admitted. */
export function createRun({ jobId, pipeline, graph, ends, tasks, metrics, onProgress, inspect }: RunParts): PendingRun {
  const startTime = Date.now();
  const plan = createPlan(pipeline, graph, ends);
  const { ttl, activeTtl } = pipeline.options;
  const input = { jobId, pipeline: pipeline.name, ttlMs: milliseconds(ttl), activeTtlMs: milliseconds(activeTtl) };
  const actor = createActor(provideRun(plan, tasks), { id: 'run', input });
  if (onProgress) actor.on('run.progressed', ({ counts }) => onProgress(progressOf(jobId, counts)));
  let document: RunDocument | undefined;
  const done = new Promise<RunDocument>((resolve) => {
    actor.subscribe({
      complete: () => {
        const end = actor.getSnapshot().output ?? { status: 'stopped', reason: 'the run was left' };
        document = documentOf({ jobId, pipeline: pipeline.name, startTime }, end, Date.now());
        resolve(document);
      },
    });
  });
  const tell = (event: RunEvent): void => {
    if (actor.getSnapshot().status === 'active') actor.send(event);
  };
  const run: PendingRun = {
    jobId,
    startTime,
    done,
    admit: () => tell({ type: 'run.admitted' }),
    stop: (reason) => tell({ type: 'run.stopAsked', reason }),
    pause: () => tell({ type: 'run.pauseAsked' }),
    resume: () => tell({ type: 'run.resumeAsked' }),
    inner: () => new Map([...(ends ?? []), ...plan.inner()]),
    status: () => {
      const { value, context } = actor.getSnapshot();
      const run = { jobId, pipeline: pipeline.name, state: value };
      return statusOf(run, progressOf(jobId, context.counts), { document, now: Date.now() });
    },
    graph: () => ({
      ...{ jobId, timestamp: document?.timestamp ?? Date.now() },
      nodes: plan.nodes().map(metrics.shownOn),
      edges: edgesOf(graph),
    }),
  };
  const seen = inspect?.(run);
  if (seen) {
    const { probe, ...facts } = seen;
    probe.watch({ actor, chart: 'run', shows: { graph: run.graph }, ...facts });
  }
  actor.start();
  return run;
}

/** 0 means no limit, as it does to HKube. */
const milliseconds = (seconds: number | undefined): number | null => (seconds ? seconds * 1_000 : null);

function edgesOf(graph: Graph): { from: string; to: string }[] {
  return [...graph].flatMap(([from, { children }]) => [...children].map((to) => ({ from, to })));
}

/** Binds the effects of the run chart. */
function provideRun(plan: Plan, tasks: RunTasks): typeof runMachine {
  type Self = { send(event: RunEvent): void; getSnapshot(): { readonly status: string } };

  function take(self: Self, { ready, verdict, counts }: PlanStep): void {
    self.send({ type: 'plan.advanced', counts });
    if (verdict.kind === 'completed') self.send({ type: 'plan.completed', results: verdict.results });
    else if (verdict.kind === 'failed')
      self.send({ type: 'plan.failed', error: verdict.error, nodeName: verdict.nodeName });
    for (const task of ready) {
      const place = { nodeName: task.node.nodeName, batchIndex: task.batchIndex };
      const tell = (event: RunEvent): void => {
        if (self.getSnapshot().status === 'active') self.send(event);
      };
      tasks.start(task, {
        onBegin: () => tell({ type: 'task.begun', task: place }),
        onEnd: (end) => tell({ type: 'task.ended', task: { ...place, end: verdictOf(end) } }),
      });
    }
  }

  return runMachine.provide({
    actions: {
      beginPlan: ({ self }) => take(self, plan.begin()),
      advancePlan: ({ self }, { task }) => take(self, plan.settle(task)),
      noteTask: ({ self }, { task }) => self.send({ type: 'plan.advanced', counts: plan.note(task) }),
      stopTasks: (_, { reason }) => tasks.stopAll(reason),
      holdTasks: () => tasks.hold(),
      releaseTasks: () => tasks.release(),
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
