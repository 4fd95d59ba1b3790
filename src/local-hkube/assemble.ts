// The parts of a local HKube, each with what it needs of the others. Nothing is started yet.

import { pipelineOfAlgorithm } from '#descriptors/algorithm-request';
import { checkPipeline, type RawPipeline } from '#descriptors/pipeline';
import { resolveStored } from '#local-hkube/applied';
import { foundAlgorithms } from '#local-hkube/found';
import { createHistory } from '#local-hkube/history';
import { inspectLocal, type LocalInspection } from '#local-hkube/inspect';
import { createLedger, type Ledger } from '#local-hkube/ledger';
import type { LocalLogger } from '#local-hkube/local-logger';
import { type LocalTracing, traceLocal } from '#local-hkube/local-tracing';
import type { MetricsDesk } from '#local-hkube/metrics';
import { createMetricsSide, type MetricsSide } from '#local-hkube/metrics-side';
import type { ResolvedLocalOptions } from '#local-hkube/options';
import { createPool } from '#local-hkube/pool';
import { createRuns, hasNode, type Runs } from '#local-hkube/runs';
import { createServed, type ServedAlgorithms } from '#local-hkube/served';
import { createStoreSide, type StoreSide } from '#local-hkube/store-side';
import type { Surroundings } from '#store/ports';

export interface LocalParts {
  readonly inspection: LocalInspection | undefined;
  readonly tracing: LocalTracing | undefined;
  readonly metrics: MetricsSide;
  readonly kept: StoreSide;
  readonly served: ServedAlgorithms;
  readonly ledger: Ledger;
  readonly runs: Runs;
  /** The stored ones, by their names. */
  readonly pipelines: ReadonlyMap<string, RawPipeline>;
}

export function assemble({ inspect, ...resolved }: ResolvedLocalOptions): LocalParts {
  const { algorithms, pipelines, broken, stateDir } = resolved;
  const inspection = inspect && inspectLocal(inspect, resolved.logger);
  const logger = inspection?.logger ?? resolved.logger;
  const tracing = traceLocal(process.env, logger);
  const again = (name: string, input: readonly unknown[]): string =>
    runs.startRaw(checkPipeline(pipelineOfAlgorithm({ name, input }), 'run again'), {}).jobId;
  const metrics = createMetricsSide({ stateDir, logger }, inspection?.probe);
  const kept = createStoreSide(
    { ...resolved, logger },
    surroundingsOf(resolved, () => ({ runs, served })),
  );
  const ofPools = { ...resolved, logger, inspection, tracing, again, metrics: metrics.desk };
  const served = createServed({
    ...{ given: algorithms, logger },
    createPool: (algorithm, isTaken) => createPool({ ...ofPools, algorithm, isTaken }),
    resolve: (algorithm) =>
      resolveStored(algorithm, { ...kept.builds, ...resolved.applied, manners: resolved.manners }),
  });
  const ledger = createBooks(resolved, logger, metrics.desk);
  const runs = createRuns({
    ...{ pools: served, stored: pipelines, broken, ledger, logger, tracing },
    probe: inspection?.probe,
  });
  inspection?.probe.show('pool', served.views);
  return { inspection, tracing, metrics, kept, served, ledger, runs, pipelines };
}

/** What the store has to know of the rest. */
function surroundingsOf(
  { algorithms, pipelines }: Pick<ResolvedLocalOptions, 'algorithms' | 'pipelines'>,
  parts: () => { readonly runs: Runs; readonly served: ServedAlgorithms },
): Surroundings {
  return {
    found: foundAlgorithms(algorithms),
    runsWith: (algorithm) =>
      parts()
        .runs.using(algorithm)
        .map(({ jobId }) => jobId),
    stopRun: (jobId) => parts().runs.stop(jobId, 'stopped due to request'),
    pipelinesWith: (algorithm) =>
      Promise.resolve([...pipelines.values()].filter((one) => hasNode(one, algorithm)).map(({ name }) => name)),
    // Those of folders are their author's.
    deletePipelines: () => Promise.resolve(0),
    onCurrent: (name, algorithm) => parts().served.setCurrent(name, algorithm),
  };
}

/** What becomes of old runs becomes of their metrics. */
function createBooks(
  { stateDir, keepRuns: keep }: Pick<ResolvedLocalOptions, 'stateDir' | 'keepRuns'>,
  logger: LocalLogger,
  { prune }: MetricsDesk,
): Ledger {
  if (stateDir === null) return createLedger(null, prune);
  return createLedger(createHistory({ folder: stateDir, keep, logger, onPruned: prune }));
}
