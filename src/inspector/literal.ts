// JSON as a person would write it in TypeScript: short values on a line, long ones over several.

import type { Json } from '#model/json';

const WIDTH = 90;
const identifier = /^[A-Za-z_$][\w$]*$/;

/** `depth`: how far the line is indented that it begins in. */
export function literal(value: Json, depth = 0): string {
  const short = onOneLine(value);
  if (short.length + depth * 2 <= WIDTH || typeof value !== 'object' || value === null) return short;
  const [open, close] = Array.isArray(value) ? ['[', ']'] : ['{', '}'];
  const inner = '  '.repeat(depth + 1);
  const parts = Array.isArray(value)
    ? value.map((item: Json) => literal(item, depth + 1))
    : Object.entries(value).map(([key, item]) => `${keyOf(key)}: ${literal(item, depth + 1)}`);
  return `${open}\n${parts.map((part) => `${inner}${part},\n`).join('')}${'  '.repeat(depth)}${close}`;
}

function onOneLine(value: Json): string {
  if (typeof value === 'string') return quoted(value);
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map((item: Json) => onOneLine(item)).join(', ')}]`;
  const fields = Object.entries(value).map(([key, item]) => `${keyOf(key)}: ${onOneLine(item)}`);
  return fields.length === 0 ? '{}' : `{ ${fields.join(', ')} }`;
}

/** A plain key of this name would set the prototype. */
export function keyOf(key: string): string {
  if (key === '__proto__') return "['__proto__']";
  return identifier.test(key) ? key : quoted(key);
}

function quoted(text: string): string {
  if (text.includes("'") && !text.includes('"')) return JSON.stringify(text);
  return `'${JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
}
