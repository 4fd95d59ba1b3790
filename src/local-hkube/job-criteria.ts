// Which runs are meant. Pure.

import type { JobEntry } from '#descriptors/job';

/** What is undefined is not asked for. */
export interface Criteria {
  readonly jobId?: string | undefined;
  readonly pipelineName?: string | undefined;
  readonly experimentName?: string | undefined;
  readonly algorithmName?: string | undefined;
  readonly pipelineType?: string | undefined;
  readonly statuses?: readonly string[] | undefined;
  /** All of them. */
  readonly tags?: readonly string[] | undefined;
  /** Milliseconds since 1970, both included. */
  readonly from?: number | undefined;
  readonly to?: number | undefined;
}

const GOING = ['active', 'pending', 'paused'];

export function matches({ facets, ...run }: JobEntry, criteria: Criteria): boolean {
  const { jobId, pipelineName, experimentName, algorithmName, pipelineType, statuses, tags = [] } = criteria;
  const { from = -Infinity, to = Infinity } = criteria;
  return (
    (jobId ?? run.jobId) === run.jobId &&
    (pipelineName ?? run.pipeline) === run.pipeline &&
    (experimentName ?? facets?.experimentName) === facets?.experimentName &&
    (algorithmName === undefined || facets?.algorithms.includes(algorithmName) === true) &&
    (pipelineType === undefined || facets?.types.includes(pipelineType) === true) &&
    (statuses === undefined || statuses.includes(run.status)) &&
    tags.every((tag) => facets?.tags?.includes(tag) === true) &&
    run.startTime >= from &&
    run.startTime <= to
  );
}

/** What was asked for, as HKube says that it has found nothing. */
export function criteriaWords({ jobId, pipelineName, statuses = GOING, from, to }: Criteria): string {
  const date = (ms: number | undefined): string => (ms === undefined ? 'undefined' : new Date(ms).toISOString());
  const words = [
    jobId === undefined ? [] : [`jobId: ${jobId}`],
    pipelineName === undefined ? [] : [`pipelineName: ${pipelineName}`],
    from === undefined && to === undefined ? [] : [`datesRange: ${date(from)} to ${date(to)}`],
    [`statuses: ${statuses.join(',')}`],
  ].flat();
  return ` (${words.join(', ')})`;
}
