// The values of an algorithm's fields: what HKube takes for each (text for a number, a number for text), and its words for what it
// does not take. A rule that begins with `should` is said of its place, any other is a sentence of its own.

import * as z from 'zod/mini';
import { isFields } from '#descriptors/document';
import { readMemory } from '#descriptors/memory';

/** The name of what is missing follows where a problem is worded. */
export const REQUIRED = 'should have required property';
export const NAME_RULE = 'algorithm name must contain only lower-case alphanumeric, dash or dot';
export const ONE_OF = 'should be equal to one of the allowed values';

interface Issue {
  readonly input?: unknown;
}

/** A rule of a field, where the field is there. */
export const rule = (words: string): { readonly error: (issue: Issue) => string } => ({
  error: ({ input }) => (input === undefined ? REQUIRED : words),
});

/** Of texts only: the library's own rule of lengths also counts arrays. */
const notEmpty = z.refine((value: unknown) => value !== '', {
  error: 'should NOT be shorter than 1 characters',
  abort: true,
});

/** HKube makes text of what is none, and the other way round, where nothing is lost by it; null counts as nothing. */
const toText = (value: unknown): unknown =>
  value === null ? '' : typeof value === 'number' || typeof value === 'boolean' ? String(value) : value;
const toNumber = (value: unknown): unknown => {
  if (value === null || typeof value === 'boolean') return Number(value);
  return typeof value === 'string' && value.trim() !== '' && Number.isFinite(Number(value)) ? Number(value) : value;
};
const toFlag = (value: unknown): unknown => {
  if (value === 'true' || value === 1) return true;
  return value === 'false' || value === 0 || value === null ? false : value;
};

/** A value that is made one of its kind first. */
type Coerced<Value extends z.ZodMiniType> = z.ZodMiniPipe<z.ZodMiniTransform, Value>;

/** `expected` is what HKube says was expected: where null is taken it says so. */
export const text = (expected = 'string'): Coerced<z.ZodMiniString> =>
  z.pipe(z.transform(toText), z.string(rule(`should be ${expected}`)));
export const number = (expected = 'number'): Coerced<z.ZodMiniNumber> =>
  z.pipe(z.transform(toNumber), z.number(rule(`should be ${expected}`)).check(z.minimum(0, 'should be >= 0')));
export const whole = (expected = 'integer'): Coerced<z.ZodMiniNumber> =>
  z.pipe(z.transform(toNumber), z.int(rule(`should be ${expected}`)).check(z.minimum(0, 'should be >= 0')));
export const anyNumber = (expected = 'number'): Coerced<z.ZodMiniNumber> =>
  z.pipe(z.transform(toNumber), z.number(rule(`should be ${expected}`)));
export const flag = (): Coerced<z.ZodMiniBoolean> => z.pipe(z.transform(toFlag), z.boolean(rule('should be boolean')));
export const nonEmpty = (): Coerced<z.ZodMiniString> =>
  z.pipe(z.transform(toText), z.string(rule('should be string')).check(notEmpty));
type OneOf<Values extends readonly string[]> = z.ZodMiniEnum<{ [Value in Values[number]]: Value }>;

/** What is no text at all is told so, as HKube does. */
export const oneOf = <const Values extends readonly string[]>(...values: Values): OneOf<Values> =>
  z.enum(values, {
    error: ({ input }) =>
      typeof input === 'object' && input !== null
        ? 'should be string'
        : rule(`${ONE_OF} (${values.join(',')})`).error({ input }),
  });
/** Anything by name. */
export const record = (expected = 'object'): z.ZodMiniRecord<z.ZodMiniString, z.ZodMiniUnknown> =>
  z.record(z.string(), z.unknown(), rule(`should be ${expected}`));

/** An amount of memory, with its unit; `least` is in Mi. */
export const memory = (least = 0, expected = 'string'): Coerced<z.ZodMiniString> =>
  z.pipe(
    z.transform(toText),
    z.string(rule(`should be ${expected}`)).check(
      z.refine((value) => reasonAgainst(value, least) === undefined, {
        error: ({ input }) => (typeof input === 'string' ? reasonAgainst(input, least) : undefined),
      }),
    ),
  );

function reasonAgainst(value: string, least: number): string | undefined {
  const read = readMemory(value);
  if (least > 0 && (read.kind === 'memory' ? read.bytes < least * 2 ** 20 : read.reason.startsWith('value')))
    return `memory must be at least ${least} Mi`;
  return read.kind === 'refused' ? read.reason : undefined;
}

const UNIQUE = 'should NOT have duplicate items';

/** An array, each item of which stands there once. */
export const listOf = <Item extends z.ZodMiniType>(item: Item, expected = 'array'): z.ZodMiniArray<Item> =>
  z.array(item, rule(`should be ${expected}`));
export const setOf = <Item extends z.ZodMiniType>(item: Item): z.ZodMiniArray<Item> =>
  listOf(item, 'array,null').check(
    z.refine((items) => new Set(items.map(canonical)).size === items.length, {
      error: UNIQUE,
      when: ({ value }) => Array.isArray(value),
    }),
  );

/** The same text for the same value, whatever the order of its keys. */
const canonical = (value: unknown): string =>
  JSON.stringify(value, (_, inner: unknown) =>
    isFields(inner) ? Object.fromEntries(Object.entries(inner).toSorted(([a], [b]) => (a < b ? -1 : 1))) : inner,
  ) ?? 'undefined';

const NAME = /^[a-z0-9][-a-z0-9.]*[a-z0-9]$/;

/** A name as HKube takes it: two characters at least, whatever its schema says. */
export const AlgorithmName = z.pipe(
  z.transform(toText),
  z.string(rule('should be string')).check(
    notEmpty,
    z.refine((name) => name.length <= 32, 'should NOT be longer than 32 characters'),
    z.regex(NAME, NAME_RULE),
  ),
);

export const pvcName = z.pipe(
  z.transform(toText),
  z.string(rule('should be string')).check(
    notEmpty,
    z.refine((name) => NAME.test(name) && name.length < 64, 'should match format "algorithm-mount-pvc"'),
  ),
);
export const mountPath = z.pipe(
  z.transform(toText),
  z.string(rule('should be string')).check(notEmpty, z.regex(/^\S+$/, 'should match format "path"')),
);
export const image = z.pipe(
  z.transform(toText),
  z
    .string(rule('should be string'))
    .check(z.regex(/^\S*$/, 'algorithm image must contain only lower-case alphanumeric, dash or dot')),
);
export const gitUrl = z.pipe(
  z.transform(toText),
  z.string(rule('should be string')).check(z.regex(/^(f|ht)tps?:\/\//i, 'should match format "url"')),
);
/** `jvm` is what HKube's documentation calls java. */
export const env = z.pipe(
  z.transform((value: unknown) => (value === 'jvm' ? 'java' : value)),
  oneOf('nodejs', 'python', 'java'),
);
