// Versions of an algorithm: each change of it, and each build, leaves one. Pure.

import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod/mini';
import { isFields } from '#descriptors/document';
import type { StoredAlgorithm } from '#descriptors/stored-algorithm';

/** What was stored was checked before; of a file nothing else is asked. */
export const Stored = z.custom<StoredAlgorithm>((value) => isFields(value) && typeof value['name'] === 'string');

export const AlgorithmVersion = z.looseObject({
  /** Ten characters, by which it is asked for. */
  version: z.string(),
  semver: z.string(),
  versionAlias: z.string(),
  name: z.string(),
  /** Milliseconds since 1970. */
  created: z.number(),
  /** One that is pinned is kept. */
  pinned: z.optional(z.boolean()),
  tags: z.optional(z.array(z.string())),
  /** Of the build that has made it. */
  buildId: z.optional(z.string()),
  /** As it was then. */
  algorithm: Stored,
});
export type AlgorithmVersion = z.output<typeof AlgorithmVersion>;

export const FIRST_SEMVER = '1.0.0';
const ROLLS_AT = 500;

/** Each part counts to 500 before the one before it counts on. */
export function nextSemver(latest: string | undefined): string {
  if (latest === undefined) return FIRST_SEMVER;
  const [major, minor, patch] = partsOf(latest);
  if (patch < ROLLS_AT) return `${major}.${minor}.${patch + 1}`;
  return minor < ROLLS_AT ? `${major}.${minor + 1}.0` : `${major + 1}.0.0`;
}

export const newestFirst = (one: AlgorithmVersion, other: AlgorithmVersion): number =>
  compare(partsOf(other.semver), partsOf(one.semver));

type Parts = readonly [major: number, minor: number, patch: number];

function partsOf(semver: string): Parts {
  const [major = 0, minor = 0, patch = 0] = semver.split('.').map(Number);
  return [major, minor, patch];
}

const compare = (one: Parts, other: Parts): number => one[0] - other[0] || one[1] - other[1] || one[2] - other[2];

/** What is given by the store, and says nothing of what an algorithm is. */
const GIVEN = new Set(['version', 'created', 'modified', 'auditTrail', 'errors', 'buildStats']);

/** Nor does `pending`: it tells how its first build stands. */
const ownFields = ({ options, ...algorithm }: StoredAlgorithm): object => ({
  ...Object.fromEntries(Object.entries(algorithm).filter(([key]) => !GIVEN.has(key))),
  options: { ...options, pending: false },
});

/** Whether two documents are the same algorithm. */
export const isSameAlgorithm = (one: StoredAlgorithm, other: StoredAlgorithm): boolean =>
  isDeepStrictEqual(ownFields(one), ownFields(other));
