// A form made from a JSON Schema, and its answers read back as JSON. What has no field of its own is written as JSON. Pure.

import type { Fields } from '#inspector/frames';
import { isFields, isList } from '#page/json.ts';
import type { Json } from '#model/json';

export interface Field {
  readonly name: string;
  readonly title: string;
  readonly hint: string | null;
  readonly kind: 'text' | 'number' | 'boolean' | 'choice' | 'json';
  readonly isRequired: boolean;
  readonly isWhole: boolean;
  readonly choices: readonly Json[];
  /** What stands in the field at first, as text. */
  readonly text: string;
}

/** What a person has written, by the names of the fields. */
export type Answers = Readonly<Record<string, string>>;

export type Filled =
  | { readonly kind: 'filled'; readonly value: Record<string, Json> }
  | { readonly kind: 'wrong'; readonly problems: Readonly<Record<string, string>> };

export function fieldsOf(schema: Fields, value: Fields): Field[] {
  const { properties, required } = schema;
  if (!isFields(properties)) return [];
  return Object.entries(properties).map(([name, property]) => {
    const described: Fields = isFields(property) ? property : {};
    const kind = kindOf(described);
    const start = value[name] ?? described['default'];
    return {
      name,
      kind,
      title: typeof described['title'] === 'string' ? described['title'] : name,
      hint: typeof described['description'] === 'string' ? described['description'] : null,
      isRequired: isList(required) && required.includes(name),
      isWhole: described['type'] === 'integer',
      choices: isList(described['enum']) ? described['enum'] : [],
      text: textOf(kind, start),
    };
  });
}

function kindOf({ type, enum: choices }: Fields): Field['kind'] {
  if (isList(choices)) return 'choice';
  if (type === 'string') return 'text';
  if (type === 'number' || type === 'integer') return 'number';
  return type === 'boolean' ? 'boolean' : 'json';
}

function textOf(kind: Field['kind'], value: Json | undefined): string {
  if (value === undefined) return '';
  if (kind === 'text' && typeof value === 'string') return value;
  return kind === 'json' ? JSON.stringify(value, null, 2) : JSON.stringify(value);
}

export function fill(fields: readonly Field[], answers: Answers): Filled {
  const value: Record<string, Json> = {};
  const problems: Record<string, string> = {};
  for (const field of fields) {
    const read = readAnswer(field, answers[field.name] ?? '');
    if (read.kind === 'wrong') problems[field.name] = read.problem;
    else if (read.kind === 'is') value[field.name] = read.value;
  }
  return Object.keys(problems).length > 0 ? { kind: 'wrong', problems } : { kind: 'filled', value };
}

type Read =
  | { readonly kind: 'is'; readonly value: Json }
  | { readonly kind: 'nothing' }
  | { readonly kind: 'wrong'; readonly problem: string };

function readAnswer({ kind, isRequired, isWhole }: Field, text: string): Read {
  if (kind === 'boolean') return { kind: 'is', value: text === 'true' };
  // Nothing written is an empty text where there has to be one.
  if (kind === 'text') return text === '' && !isRequired ? { kind: 'nothing' } : { kind: 'is', value: text };
  if (text.trim() === '') return isRequired ? wrong('This has to be given.') : { kind: 'nothing' };
  if (kind === 'number') {
    const number = Number(text);
    if (!Number.isFinite(number)) return wrong('This is not a number.');
    return isWhole && !Number.isInteger(number)
      ? wrong('This has to be a whole number.')
      : { kind: 'is', value: number };
  }
  try {
    return { kind: 'is', value: parseJson(text) };
  } catch (error) {
    return wrong(`This is not JSON: ${error instanceof Error ? error.message : 'it cannot be read'}`);
  }
}

function wrong(problem: string): Read {
  return { kind: 'wrong', problem };
}

/** Whatever can be parsed is JSON. */
const parseJson: (text: string) => Json = JSON.parse;
