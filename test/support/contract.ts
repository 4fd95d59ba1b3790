// Conversations of test/rest/contract: what is asked, and what an answer has to be like. Their form is told in the README there.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as z from 'zod/mini';

const Step = z.strictObject({
  say: z.string(),
  ask: z.string(),
  json: z.optional(z.unknown()),
  text: z.optional(z.string()),
  form: z.optional(z.record(z.string(), z.unknown())),
  headers: z.optional(z.record(z.string(), z.string())),
  until: z.optional(z.unknown()),
  status: z.number(),
  body: z.optional(z.unknown()),
  heard: z.optional(z.record(z.string(), z.unknown())),
  keep: z.optional(z.record(z.string(), z.string())),
});
export type Step = z.output<typeof Step>;
const Conversation = z.strictObject({ about: z.string(), steps: z.array(Step) });
export type Conversation = z.output<typeof Conversation> & { readonly file: string };

const folder = fileURLToPath(new URL('../rest/contract', import.meta.url));

export function conversations(): Conversation[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .map((file) => ({ file, ...Conversation.parse(JSON.parse(readFileSync(join(folder, file), 'utf8'))) }));
}

/** What has been kept, put in everywhere. */
export function filled<Value>(value: Value, kept: ReadonlyMap<string, string>): Value {
  const text = JSON.stringify(value) ?? 'null';
  const put = text.replace(/\{(\w+)\}/g, (whole, name: string) => kept.get(name) ?? whole);
  const parsed: Value = JSON.parse(put);
  return value === undefined ? value : parsed;
}

/** What stands at a path such as `hits.0.jobId`. */
export function partAt(value: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((part, key) => Reflect.get(Object(part), key), value);
}

const KINDS: Readonly<Record<string, (value: unknown) => boolean>> = {
  '<number>': (value) => typeof value === 'number',
  '<text>': (value) => typeof value === 'string' && value !== '',
  '<boolean>': (value) => typeof value === 'boolean',
  '<array>': (value) => Array.isArray(value),
  '<object>': (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
  '<anything>': (value) => value !== undefined,
  '<absent>': (value) => value === undefined,
};

/** Where a value is not like the pattern; nothing if it is. */
export function mismatches(value: unknown, pattern: unknown, at = 'body'): string[] {
  const differs = (): string[] => [`${at}: expected ${JSON.stringify(pattern)}, got ${JSON.stringify(value)}`];
  if (typeof pattern === 'string' && KINDS[pattern]) return KINDS[pattern](value) ? [] : differs();
  if (typeof pattern === 'string' && pattern.startsWith('~'))
    return typeof value === 'string' && new RegExp(pattern.slice(1), 's').test(value) ? [] : differs();
  if (Array.isArray(pattern)) {
    if (!Array.isArray(value)) return differs();
    const items: readonly unknown[] = pattern.at(-1) === '...' ? pattern.slice(0, -1) : pattern;
    if (items.length === pattern.length && value.length !== items.length) return differs();
    return items.flatMap((item, index) => mismatches(value[index], item, `${at}.${index}`));
  }
  if (typeof pattern !== 'object' || pattern === null) return Object.is(value, pattern) ? [] : differs();
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return differs();
  return mismatchesOfFields(value, pattern, at);
}

function mismatchesOfFields(value: object, pattern: object, at: string): string[] {
  const isOpen = '...' in pattern;
  const wanted = Object.entries(pattern).filter(([key]) => key !== '...');
  const keys = new Set(wanted.map(([key]) => key));
  const strange = isOpen ? [] : Object.keys(value).filter((key) => !keys.has(key));
  return [
    ...strange.map((key) => `${at}.${key}: not expected, got ${JSON.stringify(Reflect.get(value, key))}`),
    ...wanted.flatMap(([key, item]) => mismatches(Reflect.get(value, key), item, `${at}.${key}`)),
  ];
}
