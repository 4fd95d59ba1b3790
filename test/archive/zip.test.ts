// What only a zip can do wrong, and what is read of one.

import { deflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { type ZipEnd, type ZipEntry, zipBytes } from '#test/support/archive-bytes';
import { filesIn, refusalOf, unpacked } from '#test/support/archives';

const ok: ZipEntry = { name: 'main.py', content: 'x = 1' };
const zeros = (bytes: number): Buffer => Buffer.alloc(bytes);

/** The extra field by which a zip says sizes beyond 4 GB. */
function largeSize(bytes: bigint): Buffer {
  const extra = Buffer.alloc(12);
  extra.writeUInt16LE(1, 0);
  extra.writeUInt16LE(8, 2);
  extra.writeBigUInt64LE(bytes, 4);
  return extra;
}

interface Case {
  readonly what: string;
  readonly entries: readonly ZipEntry[];
  readonly end?: ZipEnd;
  readonly reason: string;
  readonly words: RegExp;
}

const one = (what: string, entry: Partial<ZipEntry>, reason: string, words: RegExp): Case => ({
  what,
  entries: [ok, { name: 'b', content: 'bbb', ...entry }],
  reason,
  words,
});
const tail = (what: string, end: ZipEnd, reason: string, words: RegExp): Case => ({
  what,
  entries: [ok],
  end,
  reason,
  words,
});

const cases: readonly Case[] = [
  one('is encrypted', { flags: 0x801 }, 'encrypted', /is encrypted/),
  one('is strongly encrypted', { flags: 0x841 }, 'encrypted', /is encrypted/),
  one('hides its list by encryption', { flags: 0x2800 }, 'encrypted', /is encrypted/),
  one('is packed by another method', { method: 14 }, 'format', /"b" is packed by a method that is not read \(14\)/),
  one('has another sum', { crc: 1 }, 'damaged', /"b" is not what was packed/),
  one('is larger than it says', { size: 2 }, 'damaged', /"b" cannot be unpacked: too many bytes/),
  one('is smaller than it says', { size: 4 }, 'damaged', /"b" cannot be unpacked: not enough bytes/),
  one('cannot be inflated', { packed: Buffer.from([0xff, 0xff, 0xff]) }, 'damaged', /"b" cannot be unpacked: invalid/),
  one('ends within its data', { packed: deflateRawSync('bbbbbbbb').subarray(0, 2) }, 'damaged', /"b" cannot be/),
  one('is called otherwise in its own header', { localName: 'c' }, 'damaged', /says two things of "b"/),
  one('is stored with two sizes', { method: 0, size: 2 }, 'damaged', /mismatch/),
  one('claims more than 4 GB', { size: 0xffffffff, extra: largeSize(10_000_000_000n) }, 'limit', /"b" is larger than/),
  one('claims more than a number holds', { size: 0xffffffff, extra: largeSize(2n ** 63n) }, 'limit', /"b" is larger/),
  one('claims more than 4 GB, and does not say how much', { size: 0xffffffff }, 'limit', /larger/),
  one('starts beyond the end', { at: 1_000_000 }, 'damaged', /cannot be read/),
  one('shares the bytes of another', { name: 'main.py2', localName: 'main.py', at: 0 }, 'damaged', /says two things/),
  one('is a device', { mode: 0o020644 }, 'special', /"b" is a device/),
  one('is a socket', { mode: 0o140644 }, 'special', /"b" is a device, a pipe or a socket/),
  one('is a folder by its mode only', { mode: 0o040755 }, 'damaged', /a folder, and named as a file/),
  one('is a folder with content', { name: 'b/' }, 'damaged', /the folder "b\/" has content/),
  one('has a NUL in its name', { name: 'b\0.py' }, 'name', /"b\\u0000\.py" has control/),
  one('has no name', { name: '' }, 'name', /no name/),
  one('has a name that is called UTF-8, and is not', { name: Buffer.from([0x61, 0xe9]) }, 'name', /not UTF-8/),
  tail('has fewer entries than it lists', { count: 0 }, 'damaged', /more entries than it says/),
  tail('has more entries than it lists', { count: 2 }, 'damaged', /cannot be read/),
  tail('has a list that is longer than it says', { listBytes: 20 }, 'damaged', /does not end where it says/),
  tail('has two ends that do not agree', { largeCount: 2 }, 'damaged', /says two things of what it holds/),
  tail('claims more entries than are taken', { count: 0xffff, largeCount: 10_000_000 }, 'limit', /10000000 files/),
];

describe('a zip is refused that', () => {
  it.each(cases)('$what', async ({ entries, end, reason, words }) => {
    const refused = await refusalOf(zipBytes(entries, end));
    expect(refused.words).toMatch(words);
    expect(refused.reason).toBe(reason);
  });

  it('lists one file many times under one name of its header', async () => {
    // Each has the name of the header, with `.` and `/` that mean nothing: what is one name to us is refused before it is overlap.
    const bomb = zipBytes([
      { name: 'a', content: zeros(100_000) },
      { name: 'a', at: 0, content: zeros(100_000) },
    ]);
    expect(await refusalOf(bomb)).toMatchObject({ reason: 'duplicate' });
  });

  it('has a file within the bytes of another', async () => {
    // The whole of a stored file is the header and content of a second one.
    const inner = zipBytes([{ name: 'in', content: 'inner', method: 0 }]).subarray(0, 30 + 2 + 5);
    const outer: ZipEntry = { name: 'out', content: inner, method: 0 };
    const refused = await refusalOf(zipBytes([outer, { name: 'in', content: 'inner', method: 0, at: 30 + 3 }]));
    expect(refused).toMatchObject({ reason: 'damaged' });
    expect(refused.words).toMatch(/"in" shares bytes with something else/);
  });

  it('unpacks to many times its size', async () => {
    const entries = Array.from({ length: 70 }, (_, index) => ({ name: `f${index}`, content: zeros(1024 * 1024) }));
    const { words, reason } = await refusalOf(zipBytes(entries), { limits: { ratio: 10 } });
    expect(reason).toBe('limit');
    expect(words).toMatch(/unpacks to more than 10 times its size/);
  });

  it('expands to 10 GB', async () => {
    const entries = Array.from({ length: 6 }, (_, index) => ({ name: `f${index}`, content: 'x', size: 1_900_000_000 }));
    expect(await refusalOf(zipBytes(entries))).toMatchObject({ reason: 'limit' });
  });

  it('has a million tiny files', async () => {
    const entries = Array.from({ length: 2_000 }, (_, index) => ({ name: `f${index}` }));
    const million = zipBytes(entries, { count: 0xffff, largeCount: 1_000_000 });
    expect((await refusalOf(million)).words).toMatch(/1000000 files and folders; 100000 are taken/);
  });
});

describe('of a zip is read', () => {
  it('what is stored, what is deflated, and folders', async () => {
    const out = await unpacked(
      zipBytes([
        { name: 'empty/', mode: 0o040700 },
        { name: 'a/stored', content: 's', method: 0 },
        { name: './a//deflated', content: 'd', mode: 0o106755 },
        { name: 'a/none', mode: 0 },
      ]),
    );
    expect(filesIn(out)).toEqual({ 'a/stored': 's', 'a/deflated*': 'd', 'a/none': '' });
  });

  it('a name in UTF-8 that does not say so, and one in the code of DOS', async () => {
    const out = await unpacked(
      zipBytes([
        { name: 'é', flags: 0 },
        { name: Buffer.from([0x61, 0x82]), flags: 0 },
      ]),
    );
    expect(Object.keys(filesIn(out)).toSorted()).toEqual(['aé', 'é']);
  });

  it('a comment, a large end that agrees, and a gap', async () => {
    const out = await unpacked(zipBytes([ok], { comment: 'made by hand', largeCount: 1, gap: Buffer.alloc(10) }));
    expect(filesIn(out)).toEqual({ 'main.py': 'x = 1' });
  });

  it('a file whose packed bytes are followed by others that are its own', async () => {
    const packed = Buffer.concat([deflateRawSync('b'), Buffer.alloc(200_000)]);
    expect(filesIn(await unpacked(zipBytes([ok, { name: 'b', content: 'b', packed }])))).toMatchObject({ b: 'b' });
  });
});
