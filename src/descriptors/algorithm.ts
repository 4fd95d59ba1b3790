// Algorithm documents (`algorithm.yml`), as people write them: what HKube's API knows, with `resources`, `code` and `image` beside. What is
// given on a command line is laid over before anything is checked.

import * as z from 'zod/mini';
import { type AlgorithmPayload, algorithmFields } from '#descriptors/algorithm-fields';
import { invalidAlgorithm, ofIssue } from '#descriptors/algorithm-problems';
import { NAME_RULE, nonEmpty, rule } from '#descriptors/algorithm-values';
import { checkBy, copyDocument, isFields } from '#descriptors/document';
import { linesOf, readYaml } from '#descriptors/yaml';

/** A name on this machine, where one letter is enough: of a module, say. In a cluster it needs two. */
export const LocalAlgorithmName = z
  .string('expected a name')
  .check(
    z.minLength(1, 'expected a name'),
    z.maxLength(32, 'should NOT be longer than 32 characters'),
    z.regex(/^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/, NAME_RULE),
  );

const { cpu, gpu, mem, algorithmImage } = algorithmFields;

export const AlgorithmDocument = z.looseObject(
  {
    ...algorithmFields,
    /** `path`: a folder or an archive, beside the document. */
    code: z.nullish(
      z.looseObject(
        { path: z.nullish(nonEmpty()), entryPoint: z.nullish(nonEmpty()) },
        rule('should be an object: {path, entryPoint}'),
      ),
    ),
    resources: z.nullish(z.looseObject({ cpu, gpu, mem }, rule('should be an object: {cpu, gpu, mem}'))),
    /** Another name of `algorithmImage`. */
    image: algorithmImage,
  },
  'expected an algorithm: an object with name, env and code',
);
export type AlgorithmDocument = z.output<typeof AlgorithmDocument>;

/** What a command line says of an algorithm; it goes before the document. */
export interface AlgorithmFlags {
  readonly name?: string | undefined;
  readonly env?: string | undefined;
  readonly codePath?: string | undefined;
  readonly entryPoint?: string | undefined;
  readonly image?: string | undefined;
  readonly cpu?: number | string | undefined;
  readonly gpu?: number | string | undefined;
  readonly mem?: string | undefined;
}

/**
 * Reads an algorithm from YAML or JSON text. Throws `INVALID_DESCRIPTOR` with every problem and its line; `where` says whose they
 * are.
 */
export function parseAlgorithm(source: string, where: string, flags: AlgorithmFlags = {}): AlgorithmDocument {
  return check(readYaml(source, where), { where, flags, lines: () => linesOf(source) });
}

/** The same for a document that is no text; without one, `{}`, it is what the flags say. */
export function checkAlgorithm(document: unknown, where: string, flags: AlgorithmFlags = {}): AlgorithmDocument {
  return check(document, { where, flags });
}

interface Origin {
  readonly where: string;
  readonly flags: AlgorithmFlags;
  readonly lines?: () => (path: readonly PropertyKey[]) => number | undefined;
}

function check(read: unknown, { where, flags, lines }: Origin): AlgorithmDocument {
  const document = layFlags(copyDocument(read, where), flags);
  const parsed = checkBy(AlgorithmDocument, document, where);
  if (parsed.success) return parsed.data;
  const lineOf = lines?.();
  throw invalidAlgorithm(parsed.error.issues.map(ofIssue), {
    where,
    document,
    nameOf: (path) => flagOf(path, flags),
    lineOf: (path) => (flagOf(path, flags) === undefined ? lineOf?.(path) : undefined),
  });
}

const FLAGS: readonly (readonly [keyof AlgorithmFlags, place: string, shown: string])[] = [
  ['name', 'name', 'the name given'],
  ['env', 'env', '--env'],
  ['codePath', 'code.path', '--codePath'],
  ['entryPoint', 'code.entryPoint', '--entryPoint'],
  ['image', 'algorithmImage', '--image'],
  ['cpu', 'cpu', '--cpu'],
  ['gpu', 'gpu', '--gpu'],
  ['mem', 'mem', '--mem'],
];

const flagOf = (path: readonly PropertyKey[], flags: AlgorithmFlags): string | undefined =>
  FLAGS.find(([flag, place]) => flags[flag] !== undefined && place === path.map(String).join('.'))?.[2];

/** Only what is given counts. A document that is no object is left to the schema. */
function layFlags(document: unknown, { codePath, entryPoint, image, ...flat }: AlgorithmFlags): unknown {
  if (!isFields(document)) return document;
  const code = { ...(codePath !== undefined && { path: codePath }), ...(entryPoint !== undefined && { entryPoint }) };
  const own = document['code'] ?? {};
  return {
    ...document,
    ...Object.fromEntries(Object.entries(flat).filter(([, value]) => value !== undefined)),
    ...(image !== undefined && { image: undefined, algorithmImage: image }),
    ...(Object.keys(code).length > 0 && isFields(own) && { code: { ...own, ...code } }),
  };
}

/** An algorithm as HKube's API takes it, and where its code is. */
export interface FlatAlgorithm {
  readonly payload: AlgorithmPayload;
  /** A folder or an archive; a relative one is meant beside the document. */
  readonly codePath?: string;
}

/** What stands at the top beats what `resources` says. Nothing is said of who sends it, nor of the machine. */
export function flattenAlgorithm({ code, resources, image, ...fields }: AlgorithmDocument): FlatAlgorithm {
  const algorithmImage = image || fields.algorithmImage;
  const entryPoint = code?.entryPoint ?? fields.entryPoint;
  const payload = {
    ...named(resources, ['cpu', 'gpu', 'mem']),
    ...fields,
    ...(algorithmImage !== undefined && { algorithmImage }),
    ...(entryPoint !== undefined && { entryPoint }),
  };
  return { payload, ...(code?.path && { codePath: code.path }) };
}

function named<Owner extends object, Key extends keyof Owner>(
  owner: Owner | null | undefined,
  keys: readonly Key[],
): Partial<Pick<Owner, Key>> {
  const found: Partial<Pick<Owner, Key>> = {};
  for (const key of keys) if (owner && owner[key] !== undefined) found[key] = owner[key];
  return found;
}
