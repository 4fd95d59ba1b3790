// The HKube that a command talks to: a server, by REST, or one in this process. The commands do not know which.

import type { AlgorithmRequest } from '#descriptors/algorithm-request';
import { checkPipeline } from '#descriptors/pipeline';
import type { RunDocument, RunGraph, RunStatus } from '#descriptors/run';
import { createHKubeApi } from '#cluster/hkube-api';
import type { LocalHKube } from '#local-hkube/create-local-hkube';
import type { Run } from '#local-hkube/run';

type Fields = Readonly<Record<string, unknown>>;

/** What is to be run. */
export type Order =
  | { readonly kind: 'raw'; readonly pipeline: Fields; readonly where: string }
  | { readonly kind: 'stored'; readonly request: Fields & { readonly name: string } }
  | { readonly kind: 'algorithm'; readonly request: AlgorithmRequest };

export interface Side {
  /** Resolves with the id of the run. */
  start(order: Order): Promise<string>;
  /** Resolves with the document of a run that this side has started, when it is over. */
  ended(jobId: string): Promise<RunDocument>;
  status(jobId: string): Promise<RunStatus>;
  graph(jobId: string): Promise<RunGraph>;
  stop(jobId: string, reason: string): Promise<void>;
  close(): Promise<void>;
}

/** A local HKube of this process; closing the side stops it. */
export function localSide(hkube: LocalHKube): Side {
  const runs = new Map<string, Run>();

  function begin(order: Order): Run {
    switch (order.kind) {
      case 'raw':
        return hkube.runRaw(checkPipeline(order.pipeline, order.where));
      case 'stored':
        return hkube.runStored(order.request);
      case 'algorithm':
        return hkube.runAlgorithm(order.request);
    }
  }

  return {
    start: async (order) => {
      const run = begin(order);
      runs.set(run.jobId, run);
      await run.listed;
      return run.jobId;
    },
    ended: (jobId) => runs.get(jobId)?.done ?? hkube.result(jobId),
    status: hkube.status,
    graph: hkube.graph,
    stop: async (jobId, reason) => {
      await Promise.resolve();
      runs.get(jobId)?.stop(reason);
    },
    close: hkube.stop,
  };
}

/** An HKube that serves its REST API at this address. */
export function serverSide(url: string): Side {
  const { exec } = createHKubeApi(url);
  return {
    start: (order) => {
      switch (order.kind) {
        case 'raw':
          return exec.raw(checkPipeline(order.pipeline, order.where));
        case 'stored':
          return exec.stored(order.request);
        case 'algorithm':
          return exec.algorithm(order.request);
      }
    },
    ended: (jobId) => exec.ended(jobId),
    status: (jobId) => exec.status(jobId),
    graph: (jobId) => exec.graph(jobId),
    stop: (jobId, reason) => exec.stop({ jobId, reason }).then(() => undefined),
    close: () => Promise.resolve(),
  };
}
