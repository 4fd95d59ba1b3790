// A run as it stands in a list: what is known of it at once, and what a search looks at. Pure.

import type { JobFacets } from '#descriptors/job';
import type { RawPipeline } from '#descriptors/pipeline';
import type { RunSummary } from '#descriptors/run';
import type { PendingRun } from '#local-hkube/run';

const NODES = 100;

export function facetsOf({ kind, experimentName, priority, types, tags, nodes }: RawPipeline): JobFacets {
  const known = new Set(nodes.flatMap(({ algorithmName }) => (algorithmName === '' ? [] : [algorithmName])));
  return {
    ...{ kind, experimentName, priority, tags },
    types: Array.isArray(types) ? types.filter((type) => typeof type === 'string') : [],
    nodes: nodes.slice(0, NODES).map(({ nodeName, algorithmName, kind }) => ({ nodeName, algorithmName, kind })),
    algorithms: [...known],
  };
}

/** Of one that is on its way. */
export function summaryOf(run: Pick<PendingRun, 'status' | 'startTime'>): RunSummary {
  const { jobId, pipeline, status } = run.status();
  return { jobId, pipeline, status, startTime: run.startTime };
}
