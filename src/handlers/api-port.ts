// What a task's api stands on: where its calls go, and what it may still do. Types only.

import type { ApiCall, SubPipelineRequest } from '#model/api-call';

/** Where the calls go: the runtime's side. */
export interface ApiPort {
  called(calls: readonly ApiCall[]): void;
  requestSubPipeline(request: SubPipelineRequest): void;
  stopSubPipeline(id: string, by: 'algorithm' | 'signal', reason: string | null): void;
}

/**
 * What a task's api may still do. HKube takes sub-pipelines and spans only while `start` runs; from the stop on it takes no
 * new sub-pipelines; after the end, nothing.
 */
export type ApiPhase = 'initialize' | 'start' | 'stopping' | 'ended';
