// What comes next in a series? Three sub-pipelines are asked at once; the one that would search for ever is stopped when the others
// have answered.

import { type AlgorithmApi, RuntimeError, type Task } from 'algorithm-actor';

export interface Forecast {
  readonly averages: readonly number[];
  readonly trend: number | undefined;
  readonly search: string;
}

/**
 * HKube answers with an array, an item for each task of the nodes that nobody waits for. One that has failed, and was tolerated, has
 * no result.
 */
type Answer = readonly { readonly nodeName: string; readonly result?: number }[];

export async function start(
  { input: [series] }: Task<readonly [readonly number[]]>,
  api: AlgorithmApi,
): Promise<Forecast> {
  const enough = new AbortController();
  // Stored: by its name. What is given here is laid over its own flowInput, which has the windows.
  const averages = api.startStoredSubPipeline<Answer>({ name: 'averages', flowInput: { series } });
  // Raw: described in full, here.
  const trend = api.startRawSubPipeline<Answer>({
    name: 'trend',
    nodes: [{ nodeName: 'trend', algorithmName: 'trend', input: ['@flowInput.series'] }],
    flowInput: { series },
  });
  const search = api.startRawSubPipeline<Answer>(
    { name: 'search', nodes: [{ nodeName: 'search', algorithmName: 'search', input: [series] }] },
    { signal: enough.signal },
  );

  // The first that fails rejects, and the task fails with its words; what still runs is stopped then.
  const [ofAverages, [ofTrend]] = await Promise.all([averages, trend]);
  enough.abort();
  return {
    averages: ofAverages.flatMap(({ result }) => result ?? []),
    trend: ofTrend?.result,
    search: await search.then(([found]) => `found ${found?.result}`, wordsOf),
  };
}

/** A sub-pipeline rejects with an error that says why, and a code to test for. */
function wordsOf(error: unknown): string {
  if (error instanceof RuntimeError && error.code === 'ABORTED') return 'stopped: the others were enough';
  throw error;
}
