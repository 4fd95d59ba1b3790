// The numbers of versions, and which of two algorithms are the same.

import { describe, expect, it } from 'vitest';
import { checkStoredAlgorithm } from '#descriptors/stored-algorithm';
import { type AlgorithmVersion, isSameAlgorithm, newestFirst, nextSemver } from '#store/version';

const algorithm = checkStoredAlgorithm({ name: 'tally', algorithmImage: 'x' }, { where: 'a test' });

describe('a number', () => {
  it.each([
    [undefined, '1.0.0'],
    ['1.0.0', '1.0.1'],
    ['1.0.9', '1.0.10'],
    ['1.0.499', '1.0.500'],
    ['1.0.500', '1.1.0'],
    ['1.499.500', '1.500.0'],
    ['1.500.500', '2.0.0'],
  ])('after %s comes %s', (latest, next) => {
    expect(nextSemver(latest)).toBe(next);
  });

  it('is compared by its parts, and not as text', () => {
    const versions = ['1.0.9', '2.0.0', '1.0.10', '1.1.0'].map((semver): AlgorithmVersion => {
      return { version: 'a', semver, versionAlias: `v${semver}`, name: 'tally', created: 0, algorithm };
    });
    expect(versions.toSorted(newestFirst).map(({ semver }) => semver)).toEqual(['2.0.0', '1.1.0', '1.0.10', '1.0.9']);
  });
});

describe('two algorithms', () => {
  it('are the same whatever the store has given them', () => {
    const given = { version: 'abc', created: 1, modified: 2, auditTrail: [1], errors: [901], buildStats: {} };
    expect(isSameAlgorithm(algorithm, { ...algorithm, ...given, options: { pending: true } })).toBe(true);
  });

  it.each([
    { cpu: 2 },
    { entryPoint: 'a' },
    { env: 'nodejs', fileInfo: { checksum: 'b' } },
    { options: { devMode: true } },
  ])('of which one has %j are not', (change) => {
    const other = checkStoredAlgorithm({ ...algorithm, ...change }, { where: 'a test' });
    expect(isSameAlgorithm(algorithm, other)).toBe(false);
  });
});
