// All that has to do with runs, bound together: the stored pipelines, the runs, the books, and what is kept beside them.

import { join } from 'node:path';
import type { Probe } from '#inspector/probe';
import { createHistory } from '#local-hkube/history';
import { createInnerEnds } from '#local-hkube/inner-ends';
import { createJobs, type Jobs } from '#local-hkube/jobs';
import { createLedger, type Ledger } from '#local-hkube/ledger';
import type { LocalLogger } from '#local-hkube/local-logger';
import type { LocalTracing } from '#local-hkube/local-tracing';
import type { MetricsDesk } from '#local-hkube/metrics';
import type { ResolvedLocalOptions } from '#local-hkube/options';
import { createPipelineRequests } from '#local-hkube/pipeline-requests';
import type { Pools } from '#local-hkube/run-tasks';
import { createRuns, type Runs } from '#local-hkube/runs';
import { createWebhookRecords } from '#local-hkube/webhook-records';
import { createGraph } from '#pipeline/graph';
import { inlinePipelines } from '#pipeline/inline';
import { createPipelineStore, type PipelineStore } from '#store/pipelines';

export interface RunsSide {
  readonly runs: Runs;
  readonly ledger: Ledger;
  readonly jobs: Jobs;
  readonly pipelines: PipelineStore;
}

export interface RunsSideParts {
  readonly pools: Pools;
  readonly metrics: MetricsDesk;
  readonly probe: Probe | undefined;
  readonly tracing: LocalTracing | undefined;
  readonly logger: LocalLogger;
}

type Options = Pick<ResolvedLocalOptions, 'stateDir' | 'keepRuns' | 'pipelines' | 'broken'>;

export function createRunsSide(options: Options, { pools, metrics, ...parts }: RunsSideParts): RunsSide {
  const { stateDir, broken } = options;
  const { logger } = parts;
  const folder = stateDir === null ? null : join(stateDir, 'runs');
  const pipelines = createStoredPipelines(options, pools);
  const ledger = createBooks(options, logger, metrics);
  const papers = { ledger, ends: createInnerEnds(folder, logger), told: createWebhookRecords(folder) };
  const runs = createRuns({ ...parts, ...papers, pools, stored: pipelines, broken });
  const requests = createPipelineRequests(pipelines, broken);
  return { runs, ledger, pipelines, jobs: createJobs({ ...papers, runs, requests }) };
}

/** What could never run is not stored; the flow input comes with each run. */
function createStoredPipelines({ stateDir, pipelines: found }: Options, pools: Pools): PipelineStore {
  const store: PipelineStore = createPipelineStore({
    folder: stateDir === null ? null : join(stateDir, 'store'),
    found,
    check: (pipeline) => {
      const whole = inlinePipelines(pipeline, (name) => store.get(name));
      createGraph(whole, new Set(pools.keys()), { isTemplate: true });
    },
  });
  return store;
}

/** What becomes of old runs becomes of their metrics. */
function createBooks({ stateDir, keepRuns: keep }: Options, logger: LocalLogger, { prune }: MetricsDesk): Ledger {
  if (stateDir === null) return createLedger(null, prune);
  return createLedger(createHistory({ folder: stateDir, keep, logger, onPruned: prune }));
}
