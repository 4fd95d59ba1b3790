// What an author's code asks of the runtime, as plain data: the form in which calls leave a handler host, wherever it runs. Pure.

import type { Json } from '#model/json';
import type { Scalar } from '#model/scalar';
import type { SpanChange } from '#model/span-stack';

/** A call that needs no answer. Calls of one turn travel together, in order. */
export type ApiCall =
  SpanChange | { readonly kind: 'progress'; readonly progress: Json } | ({ readonly kind: 'scalar' } & Scalar);

/** What every request says; `timeoutMs` counts from it. */
interface Requested {
  readonly id: string;
  readonly includeResult: boolean;
  readonly timeoutMs: number | null;
  /** The span that was current where it was asked for. Only where the task is traced. */
  readonly span?: string;
}

/** A sub-pipeline asked for. */
export interface SubPipelineRequest extends Requested {
  readonly kind: 'raw' | 'stored';
  readonly pipeline: { readonly name: string; readonly [field: string]: unknown };
}

/** An execution asked for: one algorithm, run once with this input. */
export interface ExecutionRequest extends Requested {
  readonly kind: 'algorithm';
  readonly algorithmName: string;
  readonly input: readonly unknown[];
}

/** A child of the task asked for: HKube runs it, and the task that asked can wait for it. */
export type ChildRequest = SubPipelineRequest | ExecutionRequest;
export type ChildKind = ChildRequest['kind'];

/** How a child ended, from the algorithm's side. */
export type Settlement =
  | { readonly kind: 'done'; readonly response: unknown }
  | { readonly kind: 'failed'; readonly error: string }
  /** `by`: the algorithm itself, or somebody outside. */
  | { readonly kind: 'stopped'; readonly by: 'algorithm' | 'host'; readonly reason: string | null }
  | { readonly kind: 'timedOut'; readonly timeoutMs: number }
  | { readonly kind: 'aborted' }
  | { readonly kind: 'taskEnded' }
  | { readonly kind: 'notSent'; readonly error: unknown };

/** News of a child for the handle that the author holds. */
export type ChildNews = { readonly kind: 'running' } | { readonly kind: 'settled'; readonly settlement: Settlement };

/** The name that people know a child by. */
export function nameOf(request: ChildRequest): string {
  return request.kind === 'algorithm' ? request.algorithmName : request.pipeline.name;
}
