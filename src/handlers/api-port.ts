// What a task's api stands on: where its calls go, and what it may still do. Types only.

import type { ApiCall, ChildRequest } from '#model/api-call';

/** Where the calls go: the runtime's side. */
export interface ApiPort {
  called(calls: readonly ApiCall[]): void;
  requestChild(request: ChildRequest): void;
  stopChild(id: string, by: 'algorithm' | 'signal', reason: string | null): void;
}

/**
 * What a task's api may still do. HKube takes sub-pipelines and spans only while `start` runs, executions from the initialize hook
 * on; from the stop on nothing new is started; after the end, nothing is done.
 */
export type ApiPhase = 'initialize' | 'start' | 'stopping' | 'ended';
