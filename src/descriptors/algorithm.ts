// Algorithm documents (`algorithm.yml`), as far as running one here asks for: who it is, where its code is, what it finds in its
// environment. The rest of HKube's fields is kept and not looked at.

import * as z from 'zod/mini';
import { copyTree } from '#descriptors/tree';
import { invalidDescriptor, readYaml } from '#descriptors/yaml';

const NAME_RULE = 'algorithm name must contain only lower-case alphanumeric, dash or dot';
const text = (rule: string) => z.string(rule).check(z.minLength(1, rule));
const path = text('expected a path');
const whole = z.int('expected a whole number').check(z.minimum(0, 'expected 0 or more'));

/** A name as HKube takes it. */
export const AlgorithmName = z
  .string('expected a name')
  .check(
    z.minLength(1, 'expected a name'),
    z.maxLength(32, 'should NOT be longer than 32 characters'),
    z.regex(/^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/, NAME_RULE),
  );

const Env = z.pipe(
  z.transform((env: unknown) => (env === 'jvm' ? 'java' : env)),
  z.enum(['nodejs', 'python', 'java'], 'should be equal to one of the allowed values (nodejs,python,java)'),
);

/** Plain values; what a cluster would look up (`valueFrom`) is not there on a laptop. */
const algorithmEnv = z.nullish(
  z.record(
    z.string(),
    z.union([z.string(), z.number(), z.boolean(), z.looseObject({})]),
    'expected an object of values',
  ),
);

export const AlgorithmDocument = z.looseObject(
  {
    name: AlgorithmName,
    env: z.optional(Env),
    code: z.nullish(
      z.looseObject({ path: z.optional(path), entryPoint: z.optional(path) }, 'expected {path, entryPoint}'),
    ),
    entryPoint: z.nullish(path),
    algorithmImage: z.nullish(z.string('expected the name of an image')),
    image: z.nullish(z.string('expected the name of an image')),
    algorithmEnv,
    minHotWorkers: z.optional(whole),
    maxWorkers: z.nullish(whole),
  },
  'expected an algorithm: an object with name, env and code',
);
export type AlgorithmDocument = z.output<typeof AlgorithmDocument>;

/** Reads an algorithm from YAML or JSON text. Throws `INVALID_DESCRIPTOR` with every problem; `where` says whose they are. */
export function parseAlgorithm(source: string, where: string): AlgorithmDocument {
  const copy = copyTree(readYaml(source, where));
  if (copy.kind !== 'tree') throw invalidDescriptor(where, [`${copy.at}: ${copy.reason}`]);
  const parsed = AlgorithmDocument.safeParse(copy.value);
  if (parsed.success) return parsed.data;
  throw invalidDescriptor(
    where,
    parsed.error.issues.map(({ path: keys, message }) => `${keys.map(String).join('.') || 'the document'}: ${message}`),
  );
}
