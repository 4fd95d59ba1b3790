// The runs of a local HKube: pipelines in full or stored ones, those of people and those of tasks. It knows the stored
// pipelines, who may run beside whom, and how the last run of each pipeline ended.

import { RuntimeError } from '#errors';
import type { BrokenDocument } from '#descriptors/broken';
import { copyDocument } from '#descriptors/document';
import { checkPipeline, type RawPipeline } from '#descriptors/pipeline';
import type { SubPipelineOrder, TaskNotice } from '#machines/session.events';
import { describeFailure } from '#model/failure';
import { carrierOf } from '#model/trace-carrier';
import type { Probe } from '#inspector/probe';
import { createAdmission } from '#local-hkube/admission';
import { deedsOfRun } from '#local-hkube/run-deeds';
import { runExecution } from '#local-hkube/executions';
import { createJobId, createTraceCarrier } from '#local-hkube/ids';
import type { Ledger } from '#local-hkube/ledger';
import type { LocalLogger } from '#local-hkube/local-logger';
import type { LocalTracing } from '#local-hkube/local-tracing';
import type { PoolTask } from '#local-hkube/pool-task';
import { createRun, type PendingRun, type Run, type RunParts } from '#local-hkube/run';
import { isOver, type RunDocument } from '#descriptors/run';
import { invalidDescriptor } from '#descriptors/yaml';
import type { RunProgress } from '#local-hkube/run-document';
import { createRunMetrics } from '#local-hkube/run-metrics';
import { createRunTasks, type Pools, type RetryNotice, type RunTasks } from '#local-hkube/run-tasks';
import { endRunSpan, openRunSpan } from '#local-hkube/run-spans';
import type { LastRunResult, RunFacts } from '#local-hkube/task-data';
import { createWebhooks, type RunWebhooks } from '#local-hkube/webhooks';
import { createGraph } from '#pipeline/graph';
import { inlinePipelines } from '#pipeline/inline';
import { layOver, type StoredRequest } from '#pipeline/merge';
import type { SubPipelineEnd, SubPipelineRun } from '#worker/sub-pipelines';

/**
 * News of a task: from the worker where it runs (its name is such as `word-count-1`), or of its next attempt. Tasks of
 * sub-pipelines are reported to the run that is above them all.
 */
export type LocalNotice = { readonly jobId: string } & ((TaskNotice & { readonly worker: string }) | RetryNotice);

/** Who listens to a run. */
export interface RunListeners {
  readonly onProgress?: ((progress: RunProgress) => void) | undefined;
  readonly onNotice?: ((notice: LocalNotice) => void) | undefined;
}

export interface Runs {
  /** Runs a pipeline in full. Throws `INVALID_DESCRIPTOR` for one that cannot be run. */
  startRaw(pipeline: RawPipeline, listeners: RunListeners): Run;
  /** Runs a stored pipeline, the request laid over it. Throws `INVALID_DESCRIPTOR` also if there is none of that name. */
  startStored(request: StoredRequest, listeners: RunListeners): Run;
  stopAll(reason: string): void;
  /** The runs on their way that have this algorithm in a node. */
  using(algorithm: string): readonly PendingRun[];
  stop(jobId: string, reason: string): void;
  /** Resolves when no run is on its way, and all that is to be said of those has been said. */
  settled(): Promise<void>;
}

/** Where a run stands: its root, the task that asked for it, and who listens. */
interface Setting extends Pick<RunListeners, 'onProgress' | 'onNotice'> {
  readonly parent: PoolTask | null;
  /** The id by which that task has asked for it. */
  readonly askedAs: string | null;
  readonly rootJobId: string | null;
  /** The carrier of the span that it goes below; null: nobody has asked for it in a trace. */
  readonly askedIn: unknown;
}

/** What is told of a run, and to whom. */
interface Book {
  readonly pipeline: RawPipeline;
  readonly hooks: RunWebhooks | undefined;
  readonly isRoot: boolean;
}

const REMEMBERED = 1_000;
const PEOPLE = { parent: null, askedAs: null, rootJobId: null, askedIn: null } as const;

export interface RunsOptions {
  readonly pools: Pools;
  /** By their names. */
  readonly stored: ReadonlyMap<string, RawPipeline>;
  readonly broken: readonly BrokenDocument[];
  readonly ledger: Ledger;
  /** Who looks. */
  readonly probe: Probe | undefined;
  readonly tracing: LocalTracing | undefined;
  readonly logger: LocalLogger;
}

export function createRuns({ pools, stored, broken, ledger, probe, tracing, logger }: RunsOptions): Runs {
  const running = new Map<PendingRun, { readonly kept: Promise<RunDocument>; readonly pipeline: RawPipeline }>();
  const admission = createAdmission();
  const webhooks = createWebhooks({ logger });
  const lastResults = new Map<string, LastRunResult>();

  function start(given: RawPipeline, setting: Setting): Run {
    const pipeline = inlinePipelines(given, (name) => stored.get(name));
    refuseBroken(pipeline);
    const graph = createGraph(pipeline, new Set(pools.keys()));
    refuseUnready(pipeline);
    const jobId = createJobId();
    const metrics = createRunMetrics();
    const span = openRunSpan(tracing, { jobId, name: pipeline.name, askedIn: setting.askedIn });
    const spanId = span ? carrierOf(span.address) : (setting.askedIn ?? createTraceCarrier());
    const tasks = tasksOf({ pipeline, jobId, spanId, metrics }, setting);
    const hooks = webhooks.of(pipeline);
    const listener = guarded(setting.onProgress);
    const onProgress = (progress: RunProgress): void => {
      listener?.(progress);
      hooks?.onStatus(run.status());
    };
    const parts = { jobId, pipeline, graph, tasks, metrics, inspect: inspectionOf(pipeline, jobId, setting) };
    const run = createRun(listener || hooks ? { ...parts, onProgress } : parts);
    if (span) void run.done.then((document) => endRunSpan(span, document));
    return admitted(run, { pipeline, hooks, isRoot: setting.parent === null });
  }

  function inspectionOf(pipeline: RawPipeline, jobId: string, { parent, askedAs }: Setting): RunParts['inspect'] {
    if (!probe) return undefined;
    const about = { jobId, pipeline: pipeline.name, parentJobId: parent?.order.data.jobId ?? null, askedAs };
    const again = (changed: RawPipeline): string => start(changed, { ...PEOPLE }).jobId;
    return (run) => ({ probe, about, deeds: deedsOfRun({ pipeline, run, again }) });
  }

  /** One that is refused has left no trace: its actor waits for nothing. */
  function admitted(run: PendingRun, { pipeline, hooks, isRoot }: Book): Run {
    const { leave } = admission.enter(pipeline, run.admit);
    const { listed, kept } = ledger.enter(run, pipeline, isRoot);
    void run.done.then((document) => {
      noteLast(pipeline, document);
      leave();
    });
    running.set(run, { kept, pipeline });
    void kept.then((document) => {
      running.delete(run);
      hooks?.onEnd(run.status(), document);
    });
    // What a person waits for is kept before it is told (J1).
    return { ...run, listed, done: isRoot ? kept : run.done };
  }

  /** Of so many pipelines; raw ones may have a new name each time. */
  function noteLast(pipeline: RawPipeline, document: RunDocument): void {
    const key = keyOf(pipeline);
    lastResults.delete(key);
    lastResults.set(key, lastRunOf(document));
    const [oldest] = lastResults.keys();
    if (lastResults.size > REMEMBERED && oldest !== undefined) lastResults.delete(oldest);
  }

  function tasksOf(
    { pipeline, jobId, spanId, metrics }: Pick<RunParts, 'pipeline' | 'jobId' | 'metrics'> & Pick<RunFacts, 'spanId'>,
    { parent, rootJobId, ...setting }: Setting,
  ): RunTasks {
    const onNotice = guarded(setting.onNotice);
    const lastRunResult = lastResults.get(keyOf(pipeline)) ?? null;
    const below = { rootJobId: rootJobId ?? jobId, onNotice };
    return createRunTasks({
      pipeline,
      facts: { jobId, rootJobId, lastRunResult, spanId },
      pools,
      parent,
      noteMetrics: ({ nodeName }, kept) => metrics.note(nodeName ?? '', kept),
      onNotice: (worker, notice) => onNotice?.({ ...notice, jobId, worker }),
      onRetry: (notice) => {
        logger.warn(retryWords(notice));
        onNotice?.({ ...notice, jobId });
      },
      runSubPipeline: (order, above) =>
        subPipelineRun(
          start(subPipelineOf(order, pipeline.experimentName), {
            ...{ parent: above, askedAs: order.id, ...below },
            askedIn: order.spanId ?? above.order.data.spanId,
          }),
        ),
      runExecution: (order, above) => runExecution(pools, order, above),
    });
  }

  /** Whoever listens must not break the run by a throw. */
  function guarded<Heard>(listener: ((heard: Heard) => void) | undefined): ((heard: Heard) => void) | undefined {
    if (!listener) return undefined;
    return (heard) => {
      try {
        listener(heard);
      } catch (error) {
        logger.error(`a listener of a run threw: ${describeFailure(error).message}`);
      }
    };
  }

  /** What a task asks for, in its parent's experiment. What is wrong with it is thrown, and told to the algorithm. */
  function subPipelineOf({ kind, pipeline }: SubPipelineOrder, experimentName: string): RawPipeline {
    const name = typeof pipeline.name === 'string' ? pipeline.name : '';
    const where = `sub-pipeline "${name}"`;
    const whole = kind === 'raw' ? checkPipeline(pipeline, where) : laidOver({ ...pipeline, name }, where, 'merge');
    return { ...whole, experimentName };
  }

  /** The request is copied before it is laid over anything: it may have no end. */
  function laidOver(request: StoredRequest, where: string, flowInput: 'merge' | 'replace'): RawPipeline {
    const base = storedUnder(request.name);
    const copy = copyDocument(request, where);
    const fields = typeof copy === 'object' && copy !== null ? copy : {};
    return checkPipeline(layOver(base, { ...fields, name: base.name }, flowInput), where);
  }

  /** An algorithm that is there, and cannot be used, has its own words. */
  function refuseBroken({ name, nodes }: RawPipeline): void {
    const wanted = new Set(nodes.map(({ algorithmName }) => algorithmName));
    const known = new Set(pools.keys());
    const found = broken.filter((one) => one.kind === 'algorithm' && wanted.has(one.name) && !known.has(one.name));
    if (found.length === 0) return;
    throw invalidDescriptor(
      `pipeline "${name}"`,
      found.map((one) => `algorithm "${one.name}": ${one.problem.replace(/\.$/, '')}`),
    );
  }

  /** One that is stored, and that nothing can run yet. */
  function refuseUnready({ nodes }: RawPipeline): void {
    for (const { algorithmName } of nodes) {
      const refusal = pools.refusalOf?.(algorithmName);
      if (refusal) throw refusal;
    }
  }

  function storedUnder(name: string): RawPipeline {
    const found = stored.get(name);
    if (found) return found;
    const problem = broken.find((one) => one.kind === 'pipeline' && one.name === name)?.problem;
    if (problem !== undefined) throw invalidDescriptor(`pipeline "${name}"`, [problem]);
    const known = stored.size === 0 ? 'none is stored' : `stored are ${[...stored.keys()].join(', ')}`;
    throw new RuntimeError('NOT_FOUND', `pipeline ${name} Not Found (${known})`);
  }

  return {
    startRaw: (pipeline, listeners) => start(pipeline, { ...PEOPLE, ...listeners }),
    startStored: (request, listeners) =>
      start(laidOver(request, `pipeline "${request.name}"`, 'replace'), { ...PEOPLE, ...listeners }),
    stopAll: (reason) => {
      for (const run of running.keys()) run.stop(reason);
    },
    stop: (jobId, reason) => {
      for (const run of running.keys()) if (run.jobId === jobId) run.stop(reason);
    },
    using: (algorithm) =>
      [...running].flatMap(([run, { pipeline }]) =>
        !isOver(run.status().status) && hasNode(pipeline, algorithm) ? run : [],
      ),
    settled: async () => {
      await Promise.all([...running.values()].map(({ kept }) => kept));
      await webhooks.end();
    },
  };
}

function retryWords({ task, error, limit }: RetryNotice): string {
  const [words = ''] = error.message.split('\n');
  return `node "${task.nodeName}": ${words.replace(/\.$/, '')}. It is tried again, attempt ${task.attempts} of ${limit}.`;
}

export const hasNode = ({ nodes }: RawPipeline, algorithm: string): boolean =>
  nodes.some(({ algorithmName }) => algorithmName === algorithm);

const keyOf = ({ name, experimentName }: RawPipeline): string => JSON.stringify([experimentName, name]);

function lastRunOf({ timestamp, status, timeTook }: RunDocument): LastRunResult {
  return { timestamp, status, timeTook };
}

function subPipelineRun({ jobId, done, stop }: Run): SubPipelineRun {
  const storedAt = `local-hkube-results/${jobId}/result.json`;
  return { jobId, ended: done.then((document) => subPipelineEnd(document, storedAt)), stop };
}

function subPipelineEnd(document: RunDocument, storedAt: string): SubPipelineEnd {
  switch (document.status) {
    case 'completed':
      return { kind: 'done', response: document.data, storedAt };
    case 'failed':
      return { kind: 'failed', error: document.error || 'subpipeline job failed' };
    case 'stopped':
      return { kind: 'stopped', reason: document.reason };
  }
}
