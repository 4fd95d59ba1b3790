// What an author's code asks of the runtime, as plain data: the form in which calls leave a handler host, wherever it runs. Pure.

import type { Json } from '#model/json';
import type { SpanChange } from '#model/span-stack';

/** A call that needs no answer. Calls of one turn travel together, in order. */
export type ApiCall = SpanChange | { readonly kind: 'progress'; readonly progress: Json };

/** A sub-pipeline asked for. `timeoutMs` counts from the request. */
export interface SubPipelineRequest {
  readonly id: string;
  readonly kind: 'raw' | 'stored';
  readonly pipeline: { readonly name: string; readonly [field: string]: unknown };
  readonly includeResult: boolean;
  readonly timeoutMs: number | null;
}

/** How a sub-pipeline ended, from the algorithm's side. */
export type Settlement =
  | { readonly kind: 'done'; readonly response: unknown }
  | { readonly kind: 'failed'; readonly error: string }
  /** `by`: the algorithm itself, or somebody outside. */
  | { readonly kind: 'stopped'; readonly by: 'algorithm' | 'host'; readonly reason: string | null }
  | { readonly kind: 'timedOut'; readonly timeoutMs: number }
  | { readonly kind: 'aborted' }
  | { readonly kind: 'taskEnded' }
  | { readonly kind: 'notSent'; readonly error: unknown };

/** News of a sub-pipeline for the handle that the author holds. */
export type SubPipelineNews =
  { readonly kind: 'running' } | { readonly kind: 'settled'; readonly settlement: Settlement };
