// A node's input with its references read once: rendered for each task, it walks only the way to the references. Pure.
//
//   I1. Nothing is lost on the way: empty objects and arrays stay, and what has no reference inside is passed on as it is.
//   I2. References are numbered in order of appearance, from 0.

import { isBranch } from '#descriptors/tree';
import { parseReference, type Reference } from '#pipeline/references';

/** An input, ready to be rendered. */
export type Template =
  | { readonly kind: 'literal'; readonly value: unknown }
  | { readonly kind: 'reference'; readonly reference: Reference; readonly index: number }
  | { readonly kind: 'list'; readonly items: readonly Template[] }
  | { readonly kind: 'object'; readonly entries: readonly (readonly [key: string, value: Template])[] };

/** What cannot stand in an input. `at` is the place, as `0.words.2`. */
export interface Refusal {
  readonly at: string;
  readonly reason: string;
}

/** An input whose arguments have been read. */
export interface Compiled {
  readonly args: readonly Template[];
  readonly references: readonly Reference[];
  /** Where each reference stands, as `0.words.2`. */
  readonly places: readonly string[];
  readonly refused: readonly Refusal[];
}

type Place = readonly (string | number)[];

/** Reads the references of an input, which is a tree of bounded depth: `descriptors` has seen to that. */
export function compileInput(input: readonly unknown[]): Compiled {
  const references: Reference[] = [];
  const places: string[] = [];
  const refused: Refusal[] = [];
  return { args: input.map((value, index) => compile(value, [index])), references, places, refused };

  function compile(value: unknown, place: Place): Template {
    if (!isBranch(value)) return compileLeaf(value, place);
    const before = references.length;
    const compiled: Template = Array.isArray(value)
      ? { kind: 'list', items: value.map((item: unknown, index) => compile(item, [...place, index])) }
      : { kind: 'object', entries: Object.entries(value).map(([key, item]) => [key, compile(item, [...place, key])]) };
    return references.length === before ? { kind: 'literal', value } : compiled;
  }

  function compileLeaf(value: unknown, place: Place): Template {
    const parsed = parseReference(value);
    if (parsed.kind === 'refused') refused.push({ at: place.join('.'), reason: parsed.reason });
    if (parsed.kind !== 'reference') return { kind: 'literal', value };
    references.push(parsed.reference);
    places.push(place.join('.'));
    return { kind: 'reference', reference: parsed.reference, index: references.length - 1 };
  }
}

/** The input with a value for each reference, asked for by its number; a missing one becomes null. */
export function renderInput({ args }: Compiled, valueAt: (index: number) => unknown): unknown[] {
  return args.map((argument) => render(argument, valueAt));
}

function render(template: Template, valueAt: (index: number) => unknown): unknown {
  switch (template.kind) {
    case 'literal':
      return template.value;
    case 'reference':
      return valueAt(template.index) ?? null;
    case 'list':
      return template.items.map((item) => render(item, valueAt));
    case 'object':
      return Object.fromEntries(template.entries.map(([key, item]) => [key, render(item, valueAt)]));
  }
}
