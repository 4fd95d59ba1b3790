// The runs of a local HKube: pipelines in full or stored ones, those of people and those of tasks. It knows the stored
// pipelines, who may run beside whom, and how the last run of each pipeline ended.

import type { BrokenDocument } from '#descriptors/broken';
import type { RawPipeline } from '#descriptors/pipeline';
import type { TaskNotice } from '#machines/session.events';
import { describeFailure } from '#model/failure';
import { carrierOf } from '#model/trace-carrier';
import type { Probe } from '#inspector/probe';
import { createAdmission } from '#local-hkube/admission';
import type { InnerEnds } from '#local-hkube/inner-ends';
import { createPipelineRequests, type StoredPipelines } from '#local-hkube/pipeline-requests';
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
import { subPipelineRun } from '#local-hkube/sub-pipeline-run';
import type { WebhookRecords } from '#local-hkube/webhook-records';
import { createWebhooks, type RunWebhooks } from '#local-hkube/webhooks';
import { createGraph, type Graph } from '#pipeline/graph';
import { inlinePipelines } from '#pipeline/inline';
import type { StoredRequest } from '#pipeline/merge';
import type { NodeEnds } from '#pipeline/plan';

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

/** What a run has come of. */
export interface Origin {
  /** HKube's words for it. */
  readonly types?: readonly string[];
  readonly parentJobId?: string | null;
  readonly rootJobId?: string | null;
  /** The carrier of the span that it goes below; null: nobody has asked for it in a trace. */
  readonly askedIn?: unknown;
  /** Only a part of it is to run; throws if that cannot be. */
  readonly part?: (graph: Graph) => { readonly graph: Graph; readonly ends: NodeEnds };
}

export interface StoredOrigin extends Origin {
  readonly flowInput?: 'merge' | 'replace';
  readonly experimentName?: string | undefined;
}

export interface Runs {
  /** Runs a pipeline in full. Throws `INVALID_DESCRIPTOR` for one that cannot be run. */
  startRaw(pipeline: RawPipeline, listeners: RunListeners, origin?: Origin): Run;
  /** Runs a stored pipeline, the request laid over it. Throws `INVALID_DESCRIPTOR` also if there is none of that name. */
  startStored(request: StoredRequest, listeners: RunListeners, origin?: StoredOrigin): Run;
  stopAll(reason: string): void;
  /** The runs on their way that have this algorithm in a node. */
  using(algorithm: string): readonly PendingRun[];
  stop(jobId: string, reason: string): void;
  /** Resolves when no run is on its way, and all that is to be said of those has been said. */
  settled(): Promise<void>;
}

/** Where a run stands: its root, the task that asked for it, and who listens. */
interface Setting extends Origin, Pick<RunListeners, 'onProgress' | 'onNotice'> {
  readonly parent: PoolTask | null;
  /** The id by which that task has asked for it. */
  readonly askedAs: string | null;
}

/** What is told of a run, and to whom. */
interface Book {
  readonly pipeline: RawPipeline;
  readonly hooks: RunWebhooks | undefined;
  readonly isRoot: boolean;
  readonly parentJobId: string | null;
}

const REMEMBERED = 1_000;
const PEOPLE = { parent: null, askedAs: null } as const;

export interface RunsOptions {
  readonly pools: Pools;
  /** By their names. */
  readonly stored: StoredPipelines;
  readonly broken: readonly BrokenDocument[];
  readonly ledger: Ledger;
  /** What has come of inner nodes, and of webhooks. */
  readonly ends: InnerEnds;
  readonly told: WebhookRecords;
  /** Who looks. */
  readonly probe: Probe | undefined;
  readonly tracing: LocalTracing | undefined;
  readonly logger: LocalLogger;
}

export function createRuns({ pools, stored, broken, ledger, ends, told, probe, tracing, logger }: RunsOptions): Runs {
  const running = new Map<PendingRun, { readonly kept: Promise<RunDocument>; readonly pipeline: RawPipeline }>();
  const admission = createAdmission();
  const webhooks = createWebhooks({ logger, onRecord: told.note });
  const { laidOver, subPipelineOf } = createPipelineRequests(stored, broken);
  const lastResults = new Map<string, LastRunResult>();

  function start(given: RawPipeline, setting: Setting): Run {
    const { types = [], rootJobId, parentJobId = null } = setting;
    const inlined = inlinePipelines(given, (name) => stored.get(name));
    const pipeline = { ...inlined, types, ...(rootJobId && { rootJobId }) };
    refuseBroken(pipeline);
    const whole = createGraph(pipeline, new Set(pools.keys()));
    refuseUnready(pipeline);
    const { graph, ends: results } = setting.part?.(whole) ?? { graph: whole, ends: undefined };
    const jobId = createJobId();
    const metrics = createRunMetrics();
    const span = openRunSpan(tracing, { jobId, name: pipeline.name, askedIn: setting.askedIn ?? null });
    const spanId = span ? carrierOf(span.address) : (setting.askedIn ?? createTraceCarrier());
    const tasks = tasksOf({ pipeline, jobId, spanId, metrics }, setting);
    const hooks = webhooks.of(pipeline);
    const listener = guarded(setting.onProgress);
    const onProgress = (progress: RunProgress): void => {
      listener?.(progress);
      hooks?.onStatus(run.status());
    };
    const parts = {
      jobId,
      pipeline,
      graph,
      ends: results,
      tasks,
      metrics,
      inspect: inspectionOf(pipeline, jobId, setting),
    };
    const run = createRun(listener || hooks ? { ...parts, onProgress } : parts);
    if (span) void run.done.then((document) => endRunSpan(span, document));
    return admitted(run, { pipeline, hooks, isRoot: setting.parent === null, parentJobId });
  }

  function inspectionOf(pipeline: RawPipeline, jobId: string, { parent, askedAs }: Setting): RunParts['inspect'] {
    if (!probe) return undefined;
    const about = { jobId, pipeline: pipeline.name, parentJobId: parent?.order.data.jobId ?? null, askedAs };
    const again = (changed: RawPipeline): string => start(changed, { ...PEOPLE, types: ['raw'] }).jobId;
    return (run) => ({ probe, about, deeds: deedsOfRun({ pipeline, run, again }) });
  }

  /** One that is refused has left no trace: its actor waits for nothing. */
  function admitted(run: PendingRun, { pipeline, hooks, isRoot, parentJobId }: Book): Run {
    const { leave } = admission.enter(pipeline, run.admit);
    const { listed, kept } = ledger.enter(run, { pipeline, isRoot, parentJobId });
    if (isRoot) void run.done.then(() => ends.keep(run, listed));
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
    { parent, rootJobId = null, ...setting }: Setting,
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
            ...{ parent: above, askedAs: order.id, parentJobId: jobId, ...below },
            types: ['internal', order.kind, 'sub-pipeline'],
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

  return {
    startRaw: (pipeline, listeners, origin = { types: ['raw'] }) =>
      start(pipeline, { ...PEOPLE, ...listeners, ...origin }),
    startStored: (request, listeners, { flowInput = 'replace', experimentName, ...origin } = { types: ['stored'] }) => {
      const whole = laidOver(request, `pipeline "${request.name}"`, flowInput);
      const pipeline = experimentName === undefined ? whole : { ...whole, experimentName };
      return start(pipeline, { ...PEOPLE, ...listeners, ...origin });
    },
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
      await Promise.all([ends.settled(), told.settled()]);
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
