// From the tags of HKube's spans to the attributes of OpenTelemetry's: text, numbers, flags and lists of one of these stay what they
// are, the rest becomes text.

import type { Attributes, AttributeValue } from '@opentelemetry/api';
import { describeFailure } from '#model/failure';

/** In characters: a span is no place for data. */
const LONGEST = 10_000;
/** Of a list; its texts together have the limit of one. */
const MOST_ITEMS = 1_000;

export function attributesOf(tags: Readonly<Record<string, unknown>> | undefined): Attributes {
  const attributes: Attributes = {};
  if (!tags) return attributes;
  for (const name of Object.keys(tags)) {
    try {
      attributes[name] = attributeOf(tags[name]);
    } catch (error) {
      // A getter of somebody's, or what no JSON can hold.
      attributes[name] = `⟨cannot be shown: ${describeFailure(error).message}⟩`;
    }
  }
  return attributes;
}

function attributeOf(value: unknown): AttributeValue {
  if (typeof value === 'string') return value.length > LONGEST ? value.slice(0, LONGEST) : value;
  if (typeof value === 'number' || typeof value === 'boolean') return value;
  if (isListOf(value, 'string')) return shortened(value);
  if (isListOf(value, 'number')) return value.slice(0, MOST_ITEMS);
  if (isListOf(value, 'boolean')) return value.slice(0, MOST_ITEMS);
  return (JSON.stringify(value) ?? String(value)).slice(0, LONGEST);
}

function shortened(items: readonly string[]): string[] {
  let left = LONGEST;
  return items.slice(0, MOST_ITEMS).map((item) => {
    const kept = item.slice(0, left);
    left -= kept.length;
    return kept;
  });
}

interface Named {
  readonly string: string;
  readonly number: number;
  readonly boolean: boolean;
}

function isListOf<Name extends keyof Named>(value: unknown, name: Name): value is readonly Named[Name][] {
  return Array.isArray(value) && value.length > 0 && value.every((item) => typeof item === name);
}
