// What is packed comes out again, whatever it is; and so it does of archives that other programs have made.

import { execFileSync } from 'node:child_process';
import * as fc from 'fast-check';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { contentHash } from '#archive/content-hash';
import { LEFT_OUT } from '#archive/ignore-rules';
import { pack } from '#archive/pack';
import { unpack } from '#archive/unpack';
import { tarGz, zipBytes } from '#test/support/archive-bytes';
import { failureOfCall, filesIn, makeExecutable } from '#test/support/archives';
import { temporaryFolder } from '#test/support/temporary';

const name = fc.oneof(
  fc.string({ unit: fc.constantFrom('a', 'b', 'c', '.', '-', '_', ' ', '1'), minLength: 1, maxLength: 6 }),
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 4 }),
  fc.string({ unit: fc.constantFrom('x'), minLength: 90, maxLength: 120 }),
);
const usable = (part: string): boolean =>
  !/[/\\\p{Cc}\ufffd]/u.test(part) && !/^[. ]+$/.test(part) && !part.endsWith('*') && !LEFT_OUT.includes(part);
const path = fc
  .array(name.filter(usable), { minLength: 1, maxLength: 4 })
  .map((parts) => parts.join('/'))
  .filter((whole) => !/^[A-Za-z]:/.test(whole) && !whole.endsWith('.pyc'));
const folded = (one: string): string => one.normalize('NFD').toUpperCase().toLowerCase();
const file = fc.record({
  path,
  content: fc.oneof(
    fc.string(),
    fc.string({ unit: 'grapheme', maxLength: 200 }),
    fc.nat(200_000).map((length) => 'z'.repeat(length)),
  ),
  isExecutable: fc.boolean(),
});
type TreeFile = typeof file extends fc.Arbitrary<infer Value> ? Value : never;

/** Files of which none stands in the way of another. */
const tree = fc.array(file, { minLength: 1, maxLength: 12 }).map((all) => {
  const taken = new Map<string, string>();
  return all.filter((one) => {
    const parts = one.path.split('/');
    const above = parts.map((_, index) => parts.slice(0, index + 1).join('/'));
    const isFree = above.every((place, index) => {
      const known = taken.get(folded(place));
      return known === undefined || (known === `${place}/` && index < parts.length - 1);
    });
    if (isFree)
      above.forEach((place, index) => taken.set(folded(place), index < parts.length - 1 ? `${place}/` : place));
    return isFree;
  });
});

function treeIn(files: readonly TreeFile[]): string {
  const folder = temporaryFolder(Object.fromEntries(files.map((one) => [one.path, one.content])));
  makeExecutable(...files.filter(({ isExecutable }) => isExecutable).map((one) => join(folder, one.path)));
  return folder;
}

it('a folder that is packed and unpacked is as it was', { timeout: 120_000 }, async () => {
  const property = fc.asyncProperty(tree, async (files) => {
    const folder = treeIn(files);
    const other = temporaryFolder();
    const packed = await pack(folder, join(other, 'zip'));
    const unpacked = await unpack(join(other, 'zip'), join(other, 'out'));
    expect(filesIn(join(other, 'out'))).toEqual(filesIn(folder));
    const { contentHash: hash, ...counts } = packed;
    expect(unpacked).toMatchObject({ files: counts.files, bytes: counts.bytes, contentHash: hash });
    expect([await contentHash(folder), await contentHash(join(other, 'zip'))]).toEqual([hash, hash]);
  });
  await fc.assert(property, { numRuns: 100 });
});

it('a folder that tar has packed has the hash of its own', { timeout: 120_000 }, async () => {
  const property = fc.asyncProperty(tree, fc.constantFrom('gnu', 'pax'), async (files, format) => {
    const folder = treeIn(files);
    const other = temporaryFolder();
    execFileSync('tar', [`--format=${format}`, '-czf', join(other, 'gz'), '-C', folder, '.']);
    const unpacked = await unpack(join(other, 'gz'), join(other, 'out'));
    expect(filesIn(join(other, 'out'))).toEqual(filesIn(folder));
    expect(unpacked.contentHash).toBe(await contentHash(folder));
  });
  await fc.assert(property, { numRuns: 60 });
});

it('any bytes that are wrong end in words, or in what was packed', { timeout: 120_000 }, async () => {
  const whole = [
    zipBytes([
      { name: 'a', content: 'aaa' },
      { name: 'b/c', content: 'y'.repeat(500) },
    ]),
    tarGz([
      { name: 'a', content: 'aaa' },
      { name: 'b/c', content: 'y'.repeat(500) },
    ]),
  ];
  const folder = temporaryFolder();
  const archive = join(folder, 'code');
  const wrong = fc.record({
    which: fc.nat(1),
    at: fc.double({ min: 0, max: 0.999, noNaN: true }),
    bytes: fc.uint8Array({ minLength: 1, maxLength: 6 }),
  });
  const property = fc.asyncProperty(wrong, async ({ which, at, bytes }) => {
    const broken = Buffer.from(whole[which] ?? '');
    broken.set(bytes.subarray(0, broken.length - Math.floor(at * broken.length)), Math.floor(at * broken.length));
    writeFileSync(archive, broken);
    const outcome = await contentHash(archive).catch(() => 'refused');
    if (outcome === 'refused') expect((await failureOfCall(contentHash(archive))).code).toBe('INVALID_ARCHIVE');
  });
  await fc.assert(property, { numRuns: 1_000 });
});
