// What only a .tar.gz can do wrong, and what is read of one.

import { randomBytes } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { pax, tarBytes, type TarEntry, tarGz, tarHeader } from '#test/support/archive-bytes';
import { filesIn, refusalOf, unpacked } from '#test/support/archives';

const ok: TarEntry = { name: 'main.py', content: 'x = 1' };

interface Case {
  readonly what: string;
  readonly bytes: Buffer;
  readonly reason: string;
  readonly words: RegExp;
}

const entry = (what: string, given: TarEntry | readonly TarEntry[], reason: string, words: RegExp): Case => ({
  what,
  bytes: tarGz([ok, ...(Array.isArray(given) ? given : [given])]),
  reason,
  words,
});
const zero = Buffer.alloc(512);

const cases: readonly Case[] = [
  entry(
    'has a hard link',
    { name: 'h', type: '1', link: 'main.py' },
    'link',
    /the link "h" to "main\.py".*--hard-deref/,
  ),
  entry('has a long link', { name: 'L', type: 'K', content: '/etc\0' }, 'link', /links are not unpacked/),
  entry('has a character device', { name: 'd', type: '3' }, 'special', /"d" is a device/),
  entry('has a block device', { name: 'd', type: '4' }, 'special', /"d" is a device/),
  entry('has a pipe', { name: 'p', type: '6' }, 'special', /"p" is a device or a pipe/),
  entry('has a sparse file', { name: 's', type: 'S' }, 'special', /kind that is not read/),
  entry('has a sparse file of the newer kind', [pax('GNU.sparse.major', '1'), ok], 'special', /sparse files/),
  entry('has an entry nobody knows', { name: 'u', type: 'Z' }, 'special', /kind that is not read/),
  entry('has a path in an extended header that leads up', [pax('path', '../x'), ok], 'escape', /leads up/),
  entry(
    'has a path in a long name that leads up',
    [{ name: 'L', type: 'L', content: '../x\0' }, ok],
    'escape',
    /leads up/,
  ),
  entry('has a NUL in an extended name', [pax('path', 'a\0b'), ok], 'name', /control characters/),
  entry('has a NUL in a long name', [{ name: 'L', type: 'L', content: 'a\0b\0' }, ok], 'name', /control characters/),
  entry(
    'has a header of headers that is too large',
    { name: 'x', type: 'x', content: 'x'.repeat(70_000) },
    'limit',
    /header/,
  ),
  entry('has a sum that is wrong', { name: 'x', sum: 1 }, 'damaged', /no tar, or damaged/),
  entry('says more than it has', { name: 'x', size: 5_000 }, 'damaged', /ends too early, within a file/),
  entry('claims 8 GB', { name: 'x', size: 8_000_000_000 }, 'limit', /"x" is larger than/),
  entry('claims 10 GB in an extended header', [pax('size', '10000000000'), { name: 'x' }], 'limit', /"x" is larger/),
  entry('claims half a byte', [pax('size', '1.5'), { name: 'x' }], 'damaged', /size of "x" cannot be read/),
  { what: 'has no end', bytes: tarGz([ok], Buffer.alloc(0)), reason: 'damaged', words: /the end of a tar is missing/ },
  { what: 'has half an end', bytes: tarGz([ok], zero), reason: 'damaged', words: /the end of a tar is missing/ },
  {
    what: 'goes on after its end',
    bytes: gzipSync(Buffer.concat([tarBytes([ok]), tarBytes([{ name: 'hidden' }])])),
    reason: 'damaged',
    words: /something follows its end/,
  },
  {
    what: 'is filled up with too much',
    bytes: tarGz([ok], Buffer.alloc(2 * 1024 * 1024)),
    reason: 'damaged',
    words: /something follows its end/,
  },
  {
    what: 'is compressed twice',
    bytes: gzipSync(tarGz([{ name: 'x', content: randomBytes(2_000) }])),
    reason: 'damaged',
    words: /no tar, or/,
  },
  { what: 'has no tar in it', bytes: gzipSync('x'.repeat(2_000)), reason: 'damaged', words: /has to be a \.tar\.gz/ },
];

describe('a .tar.gz is refused that', () => {
  it.each(cases)('$what', async ({ bytes, reason, words }) => {
    const refused = await refusalOf(bytes);
    expect(refused.words).toMatch(words);
    expect(refused.reason).toBe(reason);
  });

  it('has a bit that is wrong, wherever that changes what is in it', async () => {
    const bytes = tarGz([ok, { name: 'b', content: 'y'.repeat(3_000) }]);
    // Behind the header of the gzip, whose time and system say nothing.
    for (let at = 10; at < bytes.length; at += 1) {
      const wrong = Buffer.from(bytes);
      wrong[at] = (wrong[at] ?? 0) ^ 0x10;
      // Some bits are only between two codes.
      if (isAsBefore(wrong, bytes)) continue;
      expect((await refusalOf(wrong)).reason).toBe('damaged');
    }
  });

  it('unpacks to many times its size, when that is seen', async () => {
    const content = Buffer.alloc(80 * 1024 * 1024);
    const { reason, words } = await refusalOf(tarGz([{ name: 'zeros', content }]), { limits: { ratio: 1 } });
    expect(reason).toBe('limit');
    expect(words).toMatch(/unpacks to more than 1 times its size/);
  });

  it('has headers without end', async () => {
    const headers = gzipSync(
      Buffer.concat(Array.from({ length: 140_000 }, () => tarHeader({ name: 'g', type: 'g' }, 0))),
      { level: 1 },
    );
    expect(await refusalOf(headers, { limits: { ratio: 1 } })).toMatchObject({ reason: 'limit' });
  });

  it('has a million tiny files', async () => {
    const header = tarHeader({ name: 'f' }, 0);
    const entries = Array.from({ length: 3_000 }, (_, index) => ({ name: `f${index}` }));
    expect(header.length).toBe(512);
    const { words } = await refusalOf(tarGz(entries), { limits: { entries: 2_000 } });
    expect(words).toMatch(/more than 2000 files and folders/);
  });
});

describe('of a .tar.gz is read', () => {
  it('a tar of today and of long ago', async () => {
    const out = await unpacked(
      tarGz([
        { name: './', type: '5' },
        { name: './a/', type: '5', mode: 0o700 },
        { name: './a/file', content: 'f', mode: 0o6755 },
        { name: 'old', content: 'o', type: '\0' },
        { name: 'oldFolder/', type: '\0' },
        { name: 'next', content: 'n', type: '7' },
        { name: 'g', type: 'g', content: '17 comment=commit\n'.replace('17', '18') },
        pax('path', `long/${'é'.repeat(110)}`),
        { name: 'short', content: 'p' },
        { name: '././@LongLink', type: 'L', content: `gnu/${'x'.repeat(150)}\0` },
        { name: 'short', content: 'g' },
      ]),
    );
    expect(filesIn(out)).toEqual({
      'a/file*': 'f',
      old: 'o',
      next: 'n',
      [`long/${'é'.repeat(110)}`]: 'p',
      [`gnu/${'x'.repeat(150)}`]: 'g',
    });
  });

  it('a gzip of several parts', async () => {
    const tar = tarBytes([ok]);
    const parts = Buffer.concat([gzipSync(tar.subarray(0, 700)), gzipSync(tar.subarray(700))]);
    expect(filesIn(await unpacked(parts))).toEqual({ 'main.py': 'x = 1' });
  });
});

function isAsBefore(wrong: Buffer, bytes: Buffer): boolean {
  try {
    return gunzipSync(wrong).equals(gunzipSync(bytes));
  } catch {
    return false;
  }
}
