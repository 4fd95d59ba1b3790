// From a node's input to the inputs of its tasks. Pure.

import type { PipelineNode } from '#descriptors/pipeline';
import { findReferences, type Reference, substitute } from '#pipeline/references';

/** The inputs of a node's tasks: one, or one for each item of a batch. */
export type Expansion =
  | { readonly kind: 'single'; readonly input: readonly unknown[] }
  | { readonly kind: 'batch'; readonly inputs: readonly (readonly unknown[])[] };

/** Expands a node whose references all have values. An empty batch has no inputs: its node is skipped. */
export function expand(
  node: Pick<PipelineNode, 'input' | 'batchOperation'>,
  valueOf: (reference: Reference) => unknown,
): Expansion {
  const lists = batchLists(node.input, valueOf);
  if (lists.length === 0) return { kind: 'single', input: fill(node.input, valueOf) };
  const rows = node.batchOperation === 'cartesian' ? product(lists) : zip(lists);
  const inputs = rows.map((row) => {
    // Batch references are met in the order in which their lists were made.
    let next = 0;
    return fill(node.input, (reference) => (reference.batch ? row[next++] : valueOf(reference)));
  });
  return { kind: 'batch', inputs };
}

function fill(input: readonly unknown[], valueOf: (reference: Reference) => unknown): unknown[] {
  return input.map((value) => substitute(value, valueOf));
}

function batchLists(input: readonly unknown[], valueOf: (reference: Reference) => unknown): (readonly unknown[])[] {
  return findReferences(input).flatMap(({ parsed }) => {
    if (parsed.kind !== 'reference' || !parsed.reference.batch) return [];
    const value = valueOf(parsed.reference);
    return [Array.isArray(value) ? value : []];
  });
}

/** Task i takes element i of each list; the longest counts, and what is missing becomes null. */
function zip(lists: readonly (readonly unknown[])[]): unknown[][] {
  const length = Math.max(...lists.map((list) => list.length));
  return Array.from({ length }, (_, index) => lists.map((list) => list[index]));
}

/** Every combination, the first list slowest. */
function product(lists: readonly (readonly unknown[])[]): unknown[][] {
  return lists.reduce<unknown[][]>((rows, list) => rows.flatMap((row) => list.map((item) => [...row, item])), [[]]);
}
