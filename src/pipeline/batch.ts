// From a node's input to the inputs of its tasks. Pure.

import type { PipelineNode } from '#descriptors/pipeline';
import { MAX_TASKS_OF_NODE, type Reference } from '#pipeline/references';
import { type Compiled, renderInput } from '#pipeline/template';

type Row = readonly unknown[];

/** The inputs of a node's tasks: one, or one for each item of a batch, or none because there would be too many. */
export type Expansion =
  | { readonly kind: 'single'; readonly input: Row }
  | { readonly kind: 'batch'; readonly inputs: readonly Row[] }
  | { readonly kind: 'tooMany'; readonly error: string };

/**
 * Expands a node whose references all have values; `valueOf` is asked once for each reference. A batch over what is no list, or
 * an empty one, has no inputs: its node is skipped.
 */
export function expand(
  compiled: Compiled,
  batchOperation: PipelineNode['batchOperation'],
  valueOf: (reference: Reference) => unknown,
): Expansion {
  const { references } = compiled;
  const values = references.map(valueOf);
  // Which list a reference takes its element from.
  const column = new Map<number, number>();
  const lists = references.flatMap(({ use }, index) => {
    if (use !== 'batch') return [];
    column.set(index, column.size);
    const value = values[index];
    return [Array.isArray(value) ? value : []];
  });
  const input = (row: Row): Row =>
    renderInput(compiled, (index) => {
      const of = column.get(index);
      return of === undefined ? values[index] : row[of];
    });

  if (lists.length === 0) return { kind: 'single', input: input([]) };
  const count = batchOperation === 'cartesian' ? productOf(lists) : longest(lists);
  if (count > MAX_TASKS_OF_NODE) return { kind: 'tooMany', error: tooMany(count, batchOperation) };
  const rowAt = batchOperation === 'cartesian' ? combinationOf(lists) : zipOf(lists);
  return { kind: 'batch', inputs: Array.from({ length: count }, (_, index) => input(rowAt(index))) };
}

const longest = (lists: readonly Row[]): number => lists.reduce((most, { length }) => Math.max(most, length), 0);
const productOf = (lists: readonly Row[]): number => lists.reduce((product, { length }) => product * length, 1);

/** Task i takes element i of each list; what is missing is undefined. */
function zipOf(lists: readonly Row[]): (index: number) => Row {
  return (index) => lists.map((list) => list[index]);
}

/** Every combination, the first list slowest: the digits of `index` in a number system of these lengths. */
function combinationOf(lists: readonly Row[]): (index: number) => Row {
  const strides = lists.map((_, place) => productOf(lists.slice(place + 1)));
  return (index) => lists.map((list, place) => list[Math.floor(index / (strides[place] ?? 1)) % list.length]);
}

function tooMany(count: number, operation: PipelineNode['batchOperation']): string {
  const remedy = operation === 'cartesian' ? 'take fewer elements, or batchOperation indexed' : 'take fewer elements';
  return `the batch has ${count} items, and a node can have ${MAX_TASKS_OF_NODE} tasks: ${remedy}`;
}
