// The parts of a local HKube, each with what it needs of the others. Nothing is started yet.

import { pipelineOfAlgorithm } from '#descriptors/algorithm-request';
import { checkPipeline } from '#descriptors/pipeline';
import { resolveStored } from '#local-hkube/applied';
import { foundAlgorithms } from '#local-hkube/found';
import { inspectLocal, type LocalInspection } from '#local-hkube/inspect';
import { type LocalTracing, traceLocal } from '#local-hkube/local-tracing';
import { createMetricsSide, type MetricsSide } from '#local-hkube/metrics-side';
import type { ResolvedLocalOptions } from '#local-hkube/options';
import { createPool } from '#local-hkube/pool';
import { hasNode } from '#local-hkube/runs';
import { createRunsSide, type RunsSide } from '#local-hkube/runs-side';
import { createServed, type ServedAlgorithms } from '#local-hkube/served';
import { createStoreSide, type StoreSide } from '#local-hkube/store-side';
import type { PipelineStore } from '#store/pipelines';
import type { Surroundings } from '#store/ports';

export interface LocalParts extends RunsSide {
  readonly inspection: LocalInspection | undefined;
  readonly tracing: LocalTracing | undefined;
  readonly metrics: MetricsSide;
  readonly kept: StoreSide;
  readonly served: ServedAlgorithms;
}

export function assemble({ inspect, ...resolved }: ResolvedLocalOptions): LocalParts {
  const { algorithms, stateDir } = resolved;
  const inspection = inspect && inspectLocal(inspect, resolved.logger);
  const logger = inspection?.logger ?? resolved.logger;
  const tracing = traceLocal(process.env, logger);
  const again = (name: string, input: readonly unknown[]): string =>
    side.runs.startRaw(checkPipeline(pipelineOfAlgorithm({ name, input }), 'run again'), {}).jobId;
  const metrics = createMetricsSide({ stateDir, logger }, inspection?.probe);
  const kept = createStoreSide(
    { ...resolved, logger },
    surroundingsOf(resolved, () => ({ ...side, served })),
  );
  const ofPools = { ...resolved, logger, inspection, tracing, again, metrics: metrics.desk };
  const served = createServed({
    ...{ given: algorithms, logger },
    createPool: (algorithm, isTaken) => createPool({ ...ofPools, algorithm, isTaken }),
    resolve: (algorithm) =>
      resolveStored(algorithm, { ...kept.builds, ...resolved.applied, manners: resolved.manners }),
  });
  const ofRuns = { pools: served, metrics: metrics.desk, logger, tracing, probe: inspection?.probe };
  const side = createRunsSide(resolved, ofRuns);
  inspection?.probe.show('pool', served.views);
  return { inspection, tracing, metrics, kept, served, ...side };
}

/** What the store has to know of the rest. */
function surroundingsOf(
  { algorithms }: Pick<ResolvedLocalOptions, 'algorithms'>,
  parts: () => RunsSide & { readonly served: ServedAlgorithms },
): Surroundings {
  return {
    found: foundAlgorithms(algorithms),
    runsWith: (algorithm) =>
      parts()
        .runs.using(algorithm)
        .map(({ jobId }) => jobId),
    stopRun: (jobId) => parts().runs.stop(jobId, 'stopped due to request'),
    pipelinesWith: (algorithm) =>
      Promise.resolve([...parts().pipelines.values()].filter((one) => hasNode(one, algorithm)).map(({ name }) => name)),
    deletePipelines: (names) => deleteSent(parts().pipelines, names),
    foldersInUse: () => parts().served.folders(),
    onCurrent: (name, algorithm) => parts().served.setCurrent(name, algorithm),
  };
}

/** Those of folders are their author's. */
async function deleteSent(pipelines: PipelineStore, names: readonly string[]): Promise<number> {
  const sent = names.filter((name) => pipelines.isSent(name));
  for (const name of sent) await pipelines.delete(name);
  return sent.length;
}
