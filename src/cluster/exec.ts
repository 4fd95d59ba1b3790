// Runs of pipelines: started, followed, stopped.

import * as z from 'zod/mini';
import type { AlgorithmRequest } from '#descriptors/algorithm-request';
import { isOver, NodeResult, RunDocument, RunGraph, RunStatus, type RunSummary } from '#descriptors/run';
import type { Caller, CallOptions } from '#cluster/caller';
import type { Poll } from '#cluster/poll';

type Fields = Readonly<Record<string, unknown>>;

/** A run by its id, or all that are on their way of a pipeline. */
export type StopRequest = { readonly reason?: string | undefined } & (
  { readonly jobId: string } | { readonly pipelineName: string }
);

export interface Exec {
  /** Each starts a run, and resolves with its id. */
  raw(pipeline: Fields, options?: CallOptions): Promise<string>;
  stored(request: Fields & { readonly name: string }, options?: CallOptions): Promise<string>;
  algorithm(request: AlgorithmRequest, options?: CallOptions): Promise<string>;
  status(jobId: string, options?: CallOptions): Promise<RunStatus>;
  graph(jobId: string, options?: CallOptions): Promise<RunGraph>;
  /** Rejects with `INVALID_CALL` for a run that is not over. */
  result(jobId: string, options?: CallOptions): Promise<RunDocument>;
  /** Resolves with the result when the run is over, however it ended; `onStatus` hears each status on the way. */
  ended(jobId: string, options?: CallOptions & { onStatus?: (status: RunStatus) => void }): Promise<RunDocument>;
  /** Resolves with the ids of the runs that are told to stop; rejects with `NOT_FOUND` if there is none. */
  stop(request: StopRequest, options?: CallOptions): Promise<readonly string[]>;
  list(options?: CallOptions): Promise<readonly RunSummary[]>;
}

// What HKube says besides is kept, and a null is as good as nothing.
const withoutNulls = z.transform((value: unknown) =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).filter(([, one]) => one !== null))
    : value,
);
const Status = z.pipe(withoutNulls, z.looseObject(RunStatus.shape));
const [Completed, Failed, Stopped] = RunDocument.def.options;
const results = z.readonly(z.array(z.looseObject(NodeResult.shape)));
const Result = z.pipe(
  withoutNulls,
  z.discriminatedUnion('status', [
    z.looseObject({ ...Completed.shape, data: results }),
    z.looseObject(Failed.shape),
    z.looseObject(Stopped.shape),
  ]),
);
const Graph = z.looseObject(RunGraph.shape);

const Started = z.looseObject({ jobId: z.string() });
const StopAnswer = z.looseObject({ stoppedJobIds: z._default(z.array(z.string()), []) });
const Hits = z.object({
  hits: z.array(
    z.object({
      jobId: z.string(),
      pipeline: z.object({ name: z.string(), startTime: z.number() }),
      status: z.object({ status: z.string() }),
      result: z.nullish(z.object({ timeTook: z.nullish(z.number()) })),
    }),
  ),
});

export function execOf(caller: Caller, poll: Poll): Exec {
  const start = async (kind: string, json: unknown, { signal }: CallOptions = {}): Promise<string> =>
    (await caller.call({ method: 'POST', path: ['exec', kind], json, answer: Started, signal })).jobId;
  const status: Exec['status'] = (jobId, { signal } = {}) =>
    caller.call({ path: ['exec', 'status', jobId], answer: Status, signal });
  const result: Exec['result'] = (jobId, { signal } = {}) =>
    caller.call({ path: ['exec', 'results', jobId], answer: Result, signal });

  return {
    raw: (pipeline, options) => start('raw', pipeline, options),
    stored: (request, options) => start('stored', request, options),
    algorithm: (request, options) => start('algorithm', request, options),
    status,
    graph: (jobId, { signal } = {}) => caller.call({ path: ['graph', 'parsed', jobId], answer: Graph, signal }),
    result,
    ended: async (jobId, { onStatus, signal } = {}) => {
      const look = () => status(jobId, { signal });
      await poll({ look, isOver: (state) => isOver(state.status), onState: onStatus, signal });
      return result(jobId, { signal });
    },
    stop: async (request, { signal } = {}) => {
      const answer = await caller.call({
        method: 'POST',
        path: ['exec', 'stop'],
        json: request,
        answer: StopAnswer,
        signal,
      });
      return answer.stoppedJobIds;
    },
    list: async ({ signal } = {}) => {
      const { hits } = await caller.call({ path: ['exec', 'search'], answer: Hits, signal });
      return hits.map(({ jobId, pipeline, status: { status }, result: ended }) => ({
        jobId,
        pipeline: pipeline.name,
        status,
        startTime: pipeline.startTime,
        timeTook: ended?.timeTook ?? undefined,
      }));
    },
  };
}
