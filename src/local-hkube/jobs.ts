// Runs as HKube's API knows them, beside their status and results: what they were made of, who has done what to them, and what can be
// done with them: again, from a node on, paused, stopped by more than an id, or for a run of elsewhere.
//
//   N1. What runs again runs as it ran: the pipeline that was kept, not what is stored under its name now.
//   N2. A part runs with what the nodes before it have brought; where that is not kept, nothing runs.

import { RuntimeError } from '#errors';
import type { AuditEntry, JobEntry, JobTree } from '#descriptors/job';
import type { RawPipeline } from '#descriptors/pipeline';
import { isOver } from '#descriptors/run';
import type { WebhookRecordsOfRun } from '#descriptors/webhook';
import type { SubPipelineOrder } from '#machines/session.events';
import type { InnerEnds } from '#local-hkube/inner-ends';
import { type Criteria, criteriaWords, matches } from '#local-hkube/job-criteria';
import type { Ledger, LiveRun } from '#local-hkube/ledger';
import type { PipelineRequests } from '#local-hkube/pipeline-requests';
import type { Run } from '#local-hkube/run';
import type { Origin, Runs } from '#local-hkube/runs';
import type { WebhookRecords } from '#local-hkube/webhook-records';
import { type Graph, isFollowing } from '#pipeline/graph';
import type { StoredRequest } from '#pipeline/merge';
import { partFrom } from '#pipeline/part';
import type { NodeEnds } from '#pipeline/plan';

/** A sub-pipeline that a run of somebody else's worker asks for. */
export interface SubPipelineRequest extends Pick<SubPipelineOrder, 'kind' | 'pipeline'> {
  /** The run that asks. */
  readonly jobId: string;
  readonly rootJobId?: string | undefined;
  /** The carrier of the span that it goes below. */
  readonly spanId?: unknown;
}

export interface Jobs {
  /** Runs that are nobody's sub-pipeline, newest first. */
  entries(): Promise<readonly JobEntry[]>;
  /** As it runs, or ran. Each of these rejects with `NOT_FOUND`. */
  pipeline(jobId: string): Promise<RawPipeline>;
  auditTrail(jobId: string): Promise<readonly AuditEntry[]>;
  tree(jobId: string): Promise<JobTree>;
  webhooks(jobId: string): Promise<WebhookRecordsOfRun>;
  /** Resolves with the ids of those that were stopped. Rejects with `NOT_FOUND`, and what was asked for, if none was. */
  stop(criteria: Criteria, reason?: string): Promise<string[]>;
  /** Rejects with `INVALID_CALL` for a run that is not active, or not paused. */
  pause(jobId: string): Promise<void>;
  resume(jobId: string): Promise<void>;
  /** Rejects like `runRaw` (N1). */
  rerun(jobId: string): Promise<Run>;
  /** Runs this node and all that depend on it (N2). Rejects with `INVALID_CALL`. */
  rerunFrom(jobId: string, nodeName: string): Promise<Run>;
  subPipeline(request: SubPipelineRequest): Promise<Run>;
  /** A stored pipeline, on its own account; what the request says is merged into it. */
  startFor(
    cause: 'trigger' | 'cron',
    request: StoredRequest & { readonly parentJobId?: string | undefined },
  ): Promise<Run>;
}

export interface JobsOptions {
  readonly ledger: Ledger;
  readonly runs: Runs;
  readonly ends: InnerEnds;
  readonly told: WebhookRecords;
  readonly requests: PipelineRequests;
}

const REQUESTED = 'stopped due to request';

export function createJobs({ ledger, runs, ends, told, requests }: JobsOptions): Jobs {
  async function stop(criteria: Criteria, reason = REQUESTED): Promise<string[]> {
    const found = (await ledger.entries()).filter((entry) => matches(entry, criteria)).map(({ jobId }) => jobId);
    const { jobId, statuses } = criteria;
    // A sub-pipeline stands in no list.
    const below = jobId === undefined || statuses || found.length > 0 ? [] : [jobId];
    const stopped = [...found, ...below].filter((one) => stopOne(one, reason));
    if (stopped.length > 0) return stopped;
    throw new RuntimeError('NOT_FOUND', `No jobs found matching criteria${criteriaWords(criteria)}`);
  }

  function stopOne(jobId: string, reason: string): boolean {
    const live = ledger.live(jobId);
    if (!live || isOver(live.run.status().status)) return false;
    ledger.note(jobId, 'stop');
    live.run.stop(reason);
    return true;
  }

  /** One that is on its way, and in this status; HKube's words for others. */
  async function liveIn(jobId: string, status: 'active' | 'paused', what: 'pause' | 'resume'): Promise<LiveRun> {
    const live = ledger.live(jobId);
    if (live?.run.status().status === status) return live;
    const found = await ledger.status(jobId);
    const words = `unable to ${what} pipeline ${found.pipeline} because its in ${found.status} status`;
    throw new RuntimeError('INVALID_CALL', words, { facts: { jobId, status: found.status } });
  }

  async function rerunFrom(jobId: string, nodeName: string): Promise<Run> {
    const pipeline = await ledger.pipeline(jobId);
    if (pipeline.kind === 'stream')
      throw new RuntimeError('INVALID_CALL', 'run node is not allowed in stream pipeline');
    const kept = await ends.of(jobId);
    const part = (graph: Graph): { graph: Graph; ends: NodeEnds } => {
      refuseUnlessPart(graph, nodeName);
      const { graph: own, given } = partFrom(graph, nodeName);
      return { graph: own, ends: endsOf([...given], kept, jobId) };
    };
    return listed(runs.startRaw(pipeline, {}, { types: typesAfter(pipeline, 'node'), part }));
  }

  async function subPipeline({ kind, pipeline, jobId, rootJobId, spanId }: SubPipelineRequest): Promise<Run> {
    const above = await ledger.pipeline(jobId);
    const whole = requests.subPipelineOf({ kind, pipeline }, above.experimentName);
    const root = rootJobId ?? (typeof above.rootJobId === 'string' ? above.rootJobId : jobId);
    const origin: Origin = {
      ...{ types: ['internal', kind, 'sub-pipeline'], parentJobId: jobId, rootJobId: root },
      ...(spanId !== undefined && { askedIn: spanId }),
    };
    const run = runs.startRaw(whole, {}, origin);
    // As in HKube, where whoever asked ends what it has asked for.
    void ledger.live(jobId)?.run.done.then(() => run.stop('parent pipeline exit'));
    return listed(run);
  }

  return {
    entries: ledger.entries,
    pipeline: ledger.pipeline,
    auditTrail: ledger.auditTrail,
    tree: ledger.tree,
    webhooks: async (jobId) => {
      const found = await told.of(jobId);
      if (found) return found;
      throw new RuntimeError('NOT_FOUND', `webhook ${jobId} Not Found`, { facts: { jobId } });
    },
    stop,
    pause: async (jobId) => {
      const { run } = await liveIn(jobId, 'active', 'pause');
      ledger.note(jobId, 'pause');
      run.pause();
    },
    resume: async (jobId) => {
      const { run } = await liveIn(jobId, 'paused', 'resume');
      ledger.note(jobId, 'resume');
      run.resume();
    },
    rerun: async (jobId) => {
      const pipeline = await ledger.pipeline(jobId);
      return listed(runs.startRaw(pipeline, {}, { types: typesAfter(pipeline, 'rerun') }));
    },
    rerunFrom,
    subPipeline,
    startFor: async (cause, { parentJobId, ...request }) => {
      const above = parentJobId === undefined ? undefined : await ledger.pipeline(parentJobId);
      const rootJobId = typeof above?.rootJobId === 'string' ? above.rootJobId : parentJobId;
      const types = cause === 'cron' ? ['stored', 'internal', 'cron'] : ['internal', 'stored', 'trigger'];
      const origin = { types, flowInput: 'merge', parentJobId: parentJobId ?? null } as const;
      const experiment = above && { experimentName: above.experimentName };
      return listed(runs.startStored(request, {}, { ...origin, ...experiment, rootJobId: rootJobId ?? null }));
    },
  };
}

/** An id that is told is in the books. */
async function listed(run: Run): Promise<Run> {
  await run.listed;
  return run;
}

function typesAfter({ types }: RawPipeline, one: string): string[] {
  const before = Array.isArray(types) ? types.filter((type) => typeof type === 'string') : [];
  return [...new Set([...before, one])];
}

/** HKube's words. */
function refuseUnlessPart(graph: Graph, nodeName: string): void {
  if (!graph.has(nodeName)) throw new RuntimeError('INVALID_CALL', `cant find relations for ${nodeName}`);
  const following = [...graph].find(([, { input }]) => input.references.some(isFollowing));
  if (following) throw new RuntimeError('INVALID_CALL', `relation waitAny for node ${following[0]} is not allowed`);
}

/** N2 */
function endsOf(names: readonly string[], kept: Awaited<ReturnType<InnerEnds['of']>>, jobId: string): NodeEnds {
  const noted = 'ends' in kept ? kept.ends : new Map<string, never>();
  const missing = names.filter((name) => !noted.has(name));
  if (missing.length === 0) return new Map(names.map((name) => [name, noted.get(name) ?? []]));
  const reason = 'without' in kept ? kept.without : 'they were not over in that run, or it was run in part';
  const words = `run ${jobId} has no results of ${missing.map((name) => `node "${name}"`).join(', ')}: ${reason}`;
  throw new RuntimeError('INVALID_CALL', `${words}. Run it again as a whole: exec/rerun.`, { facts: { jobId } });
}
