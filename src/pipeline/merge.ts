// A stored pipeline, and what a run wants otherwise. Pure.

import type { RawPipeline } from '#descriptors/pipeline';
import { isBranch } from '#descriptors/tree';

/** What a run says beside the name of a stored pipeline; each of its fields may be there. */
export interface StoredRequest {
  readonly name: string;
  readonly flowInput?: Readonly<Record<string, unknown>> | null | undefined;
  readonly [field: string]: unknown;
}

/**
 * Lays a request over the stored pipeline: objects by key, arrays by index, all else replaced. A run that people ask for
 * replaces the flow input as a whole; a sub-pipeline's is merged too: stored `[1, 2, 3]` and `[9]` make `[9, 2, 3]`.
 */
export function layOver(stored: RawPipeline, request: StoredRequest, flowInput: 'merge' | 'replace'): unknown {
  const merged = merge(stored, request);
  if (flowInput === 'merge' || request.flowInput === undefined || !isObject(merged)) return merged;
  return { ...merged, flowInput: request.flowInput };
}

/** `over` on `base`: parts of both, neither of them changed. What `over` leaves undefined stays. Both are trees. */
export function merge(base: unknown, over: unknown): unknown {
  if (over === undefined) return base;
  if (Array.isArray(base) && Array.isArray(over)) {
    const items: readonly unknown[] = base;
    return Array.from({ length: Math.max(base.length, over.length) }, (_, index) => merge(items[index], over[index]));
  }
  if (!isObject(base) || !isObject(over)) return over;
  const keys = new Set([...Object.keys(base), ...Object.keys(over)]);
  return Object.fromEntries([...keys].map((key) => [key, merge(own(base, key), own(over, key))]));
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return isBranch(value) && !Array.isArray(value);
}

const own = (owner: Readonly<Record<string, unknown>>, key: string): unknown =>
  Object.hasOwn(owner, key) ? owner[key] : undefined;
