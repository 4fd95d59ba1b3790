// The versions of an algorithm.

import * as z from 'zod/mini';
import { AlgorithmName, REQUIRED, rule } from '#descriptors/algorithm-values';
import type { LocalHKube } from '#local-hkube/create-local-hkube';
import type { Endpoint } from '#rest/endpoint';
import { inHKubesWords, required, yesOrNo } from '#rest/hkube-reading';

/** By its ten characters. */
const version = z
  .string(rule('should be string'))
  .check(
    z.minLength(1, 'should NOT be shorter than 1 characters'),
    z.maxLength(10, 'should NOT be longer than 10 characters'),
  );
const body = rule('should be object');

const Apply = inHKubesWords(
  z.looseObject({ name: AlgorithmName, version, force: yesOrNo }, body),
  'versions/algorithms/apply',
);
const Tag = inHKubesWords(
  z.looseObject(
    {
      name: AlgorithmName,
      version,
      pinned: yesOrNo,
      tags: z.optional(z.array(z.string(rule('should be string')), rule('should be array'))),
    },
    body,
  ),
  'versions/algorithms/tag',
);
const Alias = inHKubesWords(
  z.looseObject({ version, alias: required.check(z.refine((alias) => alias !== '', REQUIRED)) }, body),
  'versions/algorithms/alias',
);

const Version = z.looseObject({ version: z.string(), semver: z.string(), name: z.string() });
const VERSIONS = '/versions/algorithms';

export function versionEndpoints({ store: { versions } }: LocalHKube): Endpoint[] {
  return [
    {
      ...{ method: 'get', path: `${VERSIONS}/:name`, summary: 'the versions of an algorithm, newest first' },
      answer: z.array(Version),
      handle: (request) => versions.list(request.param('name')),
    },
    {
      ...{ method: 'get', path: `${VERSIONS}/:name/:version`, summary: 'a version', answer: Version },
      handle: (request) => versions.get(request.param('name'), request.param('version')),
    },
    {
      ...{ method: 'delete', path: `${VERSIONS}/:name/:version`, summary: 'deletes a version' },
      answer: z.object({ deleted: z.number() }),
      handle: (request) => versions.delete(request.param('name'), request.param('version')),
    },
    {
      ...{ method: 'post', path: `${VERSIONS}/apply`, summary: 'makes a version current', status: 201 },
      ...{ body: Apply, answer: Version },
      handle: async (request) => {
        const { name, version: id, force = false } = await request.body(Apply);
        return versions.apply({ name, version: id, force });
      },
    },
    {
      ...{ method: 'post', path: `${VERSIONS}/tag`, summary: 'pins or tags a version', status: 201 },
      ...{ body: Tag, answer: Version },
      handle: async (request) => versions.tag(await request.body(Tag)),
    },
    {
      ...{ method: 'put', path: `${VERSIONS}/alias`, summary: 'gives a version another name' },
      ...{ body: Alias, answer: Version },
      handle: async (request) => versions.alias(await request.body(Alias)),
    },
  ];
}
