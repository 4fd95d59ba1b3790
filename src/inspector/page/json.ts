// Looking into JSON whose shape nobody promises, and what lies between two such values. Pure.

import type { Fields } from '#inspector/frames';
import type { Json } from '#model/json';

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

/** What lies at these keys, one in the other; undefined where there is nothing. */
export function dig(value: unknown, key: string, ...rest: readonly string[]): Json | undefined {
  if (!isFields(value) || !Object.hasOwn(value, key)) return undefined;
  const [next, ...others] = rest;
  return next === undefined ? value[key] : dig(value[key], next, ...others);
}

/** The same, if it is text. */
export function digText(value: unknown, key: string, ...rest: readonly string[]): string | null {
  const found = dig(value, key, ...rest);
  return typeof found === 'string' ? found : null;
}

/** JSON on one line, cut where it becomes long. */
export function brief(value: unknown, limit = 80): string {
  const text = value === undefined ? '' : JSON.stringify(value);
  return text.length > limit ? `${text.slice(0, limit - 1)}…` : text;
}

/** One place where two values differ: `before` is absent where it was added, `after` where it was removed. */
export interface Change {
  readonly path: readonly string[];
  readonly before?: Json;
  readonly after?: Json;
}

/** More than these nobody reads. */
const CHANGES_LIMIT = 200;

export function changesBetween(before: Json, after: Json): Change[] {
  const found: Change[] = [];
  compare(before, after, []);
  return found;

  function compare(one: Json, other: Json, path: readonly string[]): void {
    if (one === other || found.length >= CHANGES_LIMIT) return;
    const [from, to] = [entriesOf(one), entriesOf(other)];
    if (!from || !to || isList(one) !== isList(other)) {
      found.push({ path, before: one, after: other });
      return;
    }
    for (const [key, value] of from) {
      const there = to.get(key);
      if (there === undefined) found.push({ path: [...path, key], before: value });
      else compare(value, there, [...path, key]);
    }
    for (const [key, value] of to) if (!from.has(key)) found.push({ path: [...path, key], after: value });
  }
}

function entriesOf(value: Json): Map<string, Json> | null {
  return typeof value === 'object' && value !== null ? new Map(Object.entries(value)) : null;
}

/** A path as a person writes it: `task.jobId`, `spans[0].name`. */
export function pathWords(path: readonly string[]): string {
  return path.map((key, index) => (/^\d+$/.test(key) ? `[${key}]` : index === 0 ? key : `.${key}`)).join('');
}

/** A change as a sentence: `run: 1 → 2`. */
export function changeWords({ path, before, after }: Change): string {
  const where = pathWords(path) || 'all of it';
  if (before === undefined) return `${where} is new: ${brief(after)}`;
  if (after === undefined) return `${where} is gone; it was ${brief(before)}`;
  return `${where}: ${brief(before, 50)} → ${brief(after, 50)}`;
}

/** Into the list of this key. */
export function put<Item>(lists: Map<string, Item[]>, key: string, item: Item): void {
  const list = lists.get(key);
  if (list) list.push(item);
  else lists.set(key, [item]);
}
