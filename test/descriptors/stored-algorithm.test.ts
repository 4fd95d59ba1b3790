// Algorithms as HKube's API stores them: defaults, updates, and every message that its users meet.

import { describe, expect, it } from 'vitest';
import { capacityProblem } from '#descriptors/algorithm-capacity';
import * as sentences from '#descriptors/algorithm-sentences';
import { checkAlgorithmName, checkStoredAlgorithm, mergeAlgorithm } from '#descriptors/stored-algorithm';
import { factsOf } from '#test/support/problems';

const where = 'apply';
const image = { name: 'tally', algorithmImage: 'hkube/tally' };
const archive = { fileExt: 'gz', checksum: 'c0ffee', fileSize: 7 };
const git = { url: 'https://host/x.git' };
const stored = (payload: object, given = {}) => checkStoredAlgorithm(payload, { where, ...given });

describe('a new algorithm', () => {
  it('gets the defaults that HKube fills in', () => {
    expect(stored(image)).toEqual({
      ...image,
      cpu: 0.1,
      mem: '256Mi',
      reservedMemory: '52Mi',
      options: { pending: false },
      minHotWorkers: 0,
      type: 'Image',
    });
  });

  it('is of the type that its code makes it, unless it says so', () => {
    expect(stored({ name: 'tally', env: 'python' }, { archive })).toMatchObject({ type: 'Code', fileInfo: archive });
    expect(stored({ name: 'tally', env: 'jvm', gitRepository: git })).toMatchObject({
      type: 'Git',
      env: 'java',
      gitRepository: { ...git, branchName: 'master', gitKind: 'github' },
    });
    expect(stored({ ...image, type: 'Code' })).toMatchObject({ type: 'Code' });
    expect(stored({ ...image, options: { devMode: true } }).options).toEqual({ devMode: true, pending: false });
  });

  it('is not what HKube says of it by itself, nor null, nor an archive that was exported without its file', () => {
    const exported = { ...image, version: 'abc', created: 1, modified: 2, gpu: null, fileInfo: { fileExt: 'zip' } };
    expect(stored(exported)).toEqual(stored(image));
  });

  it.each([
    ['256Mi', '52Mi'],
    ['1Gi', '205Mi'],
    ['4Mi', '1Mi'],
  ])('with %s of memory keeps %s of it for the cache', (mem, reservedMemory) => {
    expect(stored({ ...image, mem }).reservedMemory).toBe(reservedMemory);
  });
});

describe('an update', () => {
  const old = { ...stored({ ...image, gpu: 1, labels: { aa: 'bb', cc: 'dd' } }), version: 'v1', created: 5 };
  const update = (payload: object, given = {}) =>
    mergeAlgorithm(old, { name: 'tally', ...payload }, { where, ...given });

  it('that says nothing changes nothing', () => {
    expect(update({})).toEqual(old);
  });

  it('deletes by null, and what is deleted gets its default', () => {
    const after = update({ gpu: null, cpu: null, labels: null, unknown: null });
    expect(after).toMatchObject({ cpu: 0.1 });
    for (const gone of ['gpu', 'labels', 'unknown']) expect(after).not.toHaveProperty(gone);
  });

  it('replaces objects whole', () => {
    expect(update({ labels: { cc: 'ee' } }).labels).toEqual({ cc: 'ee' });
  });

  it('keeps the reserved memory until it is deleted', () => {
    expect(update({ mem: '1Gi' }).reservedMemory).toBe('52Mi');
    expect(update({ mem: '1Gi', reservedMemory: null }).reservedMemory).toBe('205Mi');
  });

  it('shares nothing with the stored one, and leaves it as it is', () => {
    const before = structuredClone(old);
    expect(update({ cpu: 2 }).labels).not.toBe(old.labels);
    expect(old).toEqual(before);
  });

  it('keeps version, created and modified from others', () => {
    expect(update({ version: 'v2', created: 6, modified: 7 })).toEqual(old);
  });

  it.each([
    [{ gitRepository: git, env: 'python' }, {}, 'Git'],
    [{ env: 'python' }, { archive }, 'Code'],
    [{ type: 'Code' }, {}, 'Code'],
  ])('%j %j cannot change the type to %s', (payload, given, type) => {
    const { message, hkube } = factsOf(() => update(payload, given));
    expect(hkube).toBe(`algorithm type cannot be changed from "Image" to "${type}"`);
    expect(message).toBe(
      `apply: type: ${hkube}${'type' in payload ? ", got 'Code'" : ''} (delete it first, or give the new one another name).`,
    );
  });

  it('adds what an archive is to what is known of it', () => {
    const code = stored({ name: 'tally', env: 'nodejs' }, { archive: { ...archive, path: 'a/b' } });
    expect(mergeAlgorithm(code, { name: 'tally' }, { where, archive: { fileExt: 'zip' } }).fileInfo).toEqual({
      ...archive,
      fileExt: 'zip',
      path: 'a/b',
    });
  });
});

describe('what HKube says', () => {
  it.each([
    [{}, 'algorithm should have required property "name"'],
    [{ env: 'ruby' }, 'algorithm should have required property "name"'],
    [{ algorithmImage: 'x', name: '' }, 'algorithm should have required property "name"'],
    [{ ...image, name: {} }, 'data.name should be string'],
    [{ name: 'tally' }, 'cannot apply algorithm due to missing image url or build data'],
    [{ name: 'tally', gitRepository: git }, "data should have required property 'env'"],
    [
      { name: 'tally', env: 'python', fileInfo: { fileExt: 'tar' } },
      'data.fileExt should be equal to one of the allowed values (zip,gz)',
    ],
    [{ name: 'tally', gitRepository: {}, env: 'python' }, "data.gitRepository should have required property 'url'"],
    [7, 'expected an algorithm: an object with name, env and code'],
  ])('of %j at an apply: %s', (payload, words) => {
    expect(factsOf(() => checkStoredAlgorithm(payload, { where })).hkube).toBe(words);
  });

  it('of an archive without env, or of another kind', () => {
    expect(factsOf(() => stored({ name: 'tally' }, { archive: { fileExt: 'tar' } })).hkube).toBe(
      "data.fileExt should be equal to one of the allowed values (zip,gz), data should have required property 'env'",
    );
  });

  it('of several problems is what it comes upon first; we say all of them', () => {
    const payload = { name: 'A', cpu: -1, mem: '1Mi', env: 'ruby', mounts: [{ path: '/a' }] };
    const { message, hkube } = factsOf(() => stored(payload));
    expect(hkube.split(', ')).toEqual([
      'algorithm name must contain only lower-case alphanumeric',
      'dash or dot',
      'data.env should be equal to one of the allowed values (nodejs,python,java)',
      'data.cpu should be >= 0',
      'memory must be at least 4 Mi',
      "data.mounts[0] should have required property 'pvcName'",
    ]);
    expect(message).toContain('apply: name: algorithm name must');
    expect(message).toContain("mem: memory must be at least 4 Mi, got '1Mi' (such as 256Mi); ");
    expect(message).toContain("mounts.0: should have required property 'pvcName'; ");
    expect(message).toMatch(/\(add code\.path, gitRepository or algorithmImage\)\.$/);
  });

  it.each([
    [{}, "data should have required property 'name'"],
    [{ name: [] }, 'data.name should be string'],
    [{ name: '' }, 'data.name should NOT be shorter than 1 characters'],
    [{ name: 'a'.repeat(33) }, 'data.name should NOT be longer than 32 characters'],
    [{ name: 'a' }, 'algorithm name must contain only lower-case alphanumeric, dash or dot'],
  ])('of the name in %j at a post or put: %s', (payload, words) => {
    expect(factsOf(() => checkAlgorithmName(payload, 'post')).hkube).toBe(words);
  });

  it('of a name that is one is nothing', () => {
    expect(checkAlgorithmName({ name: 'tally', cpu: 'x' }, 'post')).toBe('tally');
  });

  it.each([
    [sentences.alreadyExists('x'), 'algorithm x already exists'],
    [sentences.notFound('x'), 'algorithm x Not Found'],
    [sentences.missingImage('x'), 'missing image for algorithm x'],
    [sentences.invalidGitUrl('x'), "invalid url 'x'"],
    [sentences.emptyGitRepository('x'), 'Git Repository is empty (x)'],
  ])('elsewhere: %s', (said, words) => {
    expect(said).toBe(words);
  });
});

describe('the capacity of a cluster', () => {
  const nodes = [
    { cpu: 15, mem: 1000, gpu: 0 },
    { cpu: 4, mem: 9000, gpu: 2 },
  ];
  it.each([
    [{ cpu: 20, mem: '1Gi' }, 'maximum capacity exceeded cpu(node1: 15, node2: 4), mem(node1: 1000)'],
    [{ cpu: 5, mem: '4Mi', gpu: 1 }, 'maximum capacity exceeded cpu(node2: 4), gpu(node1: 0)'],
    [{ cpu: 4, mem: '8Gi', gpu: 2 }, undefined],
    [{ cpu: 15, mem: '1000Mi', gpu: null }, undefined],
  ])('%j: %s', (asked, words) => {
    expect(capacityProblem(asked, nodes)).toBe(words);
  });

  it('that nobody knows is no problem', () => {
    expect(capacityProblem({ cpu: 99, mem: '1Ti' }, [])).toBeUndefined();
  });
});
