// What is refused of both kinds of archive alike, each made byte by byte: the reason, the words, and nothing left behind.

import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { ArchiveOptions } from '#archive/options';
import { pax, tarGz, type TarEntry, zipBytes } from '#test/support/archive-bytes';
import { refusalOf } from '#test/support/archives';

interface Plain {
  readonly name: string;
  readonly content?: string;
  readonly isLink?: true;
}

const long = (name: string): readonly TarEntry[] => (Buffer.byteLength(name) > 99 ? [pax('path', name)] : []);
const kinds = {
  zip: (entries: readonly Plain[]) =>
    zipBytes(
      entries.map(({ name, content = '', isLink }) => ({ name, content, ...(isLink ? { mode: 0o120777 } : {}) })),
    ),
  gz: (entries: readonly Plain[]) =>
    tarGz(
      entries.flatMap(({ name, content = '', isLink }) => [
        ...long(name),
        isLink
          ? { name, link: content, type: '2' }
          : { name: name.slice(0, 99), content, type: name.endsWith('/') ? '5' : '0' },
      ]),
    ),
};

const ok: Plain = { name: 'main.py', content: 'x = 1' };
const many = (count: number, name = (index: number): string => `f${index}`): Plain[] =>
  Array.from({ length: count }, (_, index) => ({ name: name(index) }));

interface Case {
  readonly what: string;
  readonly entries: readonly Plain[];
  readonly reason: string;
  readonly words: RegExp;
  readonly options?: ArchiveOptions;
}

const named = (what: string, name: string, reason: string, words: RegExp): Case => ({
  what,
  entries: [ok, { name }],
  reason,
  words,
});

const cases: readonly Case[] = [
  named('a path that leads up', '../evil', 'escape', /"\.\.\/evil" leads up/),
  named('a path that leads up on its way', 'a/../../evil', 'escape', /leads up/),
  named('a folder that leads up', 'a/../', 'escape', /leads up/),
  named('an absolute path', '/etc/passwd', 'escape', /"\/etc\/passwd" is an absolute path/),
  named('a share of Windows', '//server/share/x', 'escape', /absolute/),
  named('a drive of Windows', 'C:/evil', 'escape', /begins with a drive/),
  named('a drive without a slash', 'c:evil', 'escape', /drive/),
  named('a backslash', 'a\\..\\..\\evil', 'escape', /backslash/),
  named('a share of Windows by backslashes', '\\\\server\\share', 'escape', /backslash/),
  named('a control character', 'a\u001b[2Jb', 'name', /"a\\u001b\[2Jb" has control characters/),
  named('a line feed', 'a\nb', 'name', /control/),
  named('DEL', 'a\u007fb', 'name', /"a\\u007fb"/),
  named('a name of dots', 'a/.../b', 'name', /only dots and spaces/),
  named('a name of a dot and a space', 'a/.. /b', 'name', /only dots and spaces/),
  named('a name that is too long', 'x'.repeat(256), 'name', /longer than 255 bytes/),
  named('a path that is too long', `${'x'.repeat(200)}/`.repeat(6), 'name', /longer than 1024 bytes/),
  {
    what: 'a link that leaves',
    entries: [{ name: 'l', content: '/etc', isLink: true }],
    reason: 'link',
    words: /"l".*links are not unpacked/,
  },
  {
    what: 'a link that stays',
    entries: [ok, { name: 'l', content: 'main.py', isLink: true }],
    reason: 'link',
    words: /leave them out/,
  },
  { what: 'one file twice', entries: [ok, ok], reason: 'duplicate', words: /"main\.py" is in it twice/ },
  {
    what: 'one file by two ways to write it',
    entries: [ok, { name: './/main.py' }],
    reason: 'duplicate',
    words: /twice/,
  },
  {
    what: 'names that differ by case',
    entries: [ok, { name: 'MAIN.py' }],
    reason: 'duplicate',
    words: /"main\.py" and "MAIN\.py" are one name/,
  },
  {
    what: 'names that differ by how an accent is written',
    entries: [{ name: '\u00e9' }, { name: 'e\u0301' }],
    reason: 'duplicate',
    words: /accents/,
  },
  {
    what: 'folders that differ by case',
    entries: [{ name: 'a/x' }, { name: 'A/y' }],
    reason: 'duplicate',
    words: /one name/,
  },
  {
    what: 'a file that is a folder',
    entries: [{ name: 'a' }, { name: 'a/b' }],
    reason: 'duplicate',
    words: /"a" is a file, and a folder/,
  },
  {
    what: 'a folder that is a file',
    entries: [{ name: 'a/b' }, { name: 'a' }],
    reason: 'duplicate',
    words: /a file, and a folder/,
  },
  { what: 'only folders', entries: [{ name: 'a/' }], reason: 'empty', words: /no file in it/ },
  { what: 'nothing', entries: [], reason: 'empty', words: /no file in it/ },
  { what: 'too many files', entries: many(101), reason: 'limit', words: /100/, options: { limits: { entries: 100 } } },
  {
    what: 'too many folders of few files',
    entries: many(10, (index) => `${index}/${'a/'.repeat(20)}f`),
    reason: 'limit',
    words: /more than 100 files and folders/,
    options: { limits: { entries: 100 } },
  },
  {
    what: 'one folder too often',
    entries: [ok, ...many(101, () => 'a/')],
    reason: 'limit',
    words: /100/,
    options: { limits: { entries: 100 } },
  },
  {
    what: 'a path that is too deep',
    entries: [{ name: `${'a/'.repeat(64)}f` }],
    reason: 'limit',
    words: /deeper than 64 folders/,
  },
  {
    what: 'a file that is too large',
    entries: [ok, { name: 'b', content: 'x'.repeat(1001) }],
    reason: 'limit',
    words: /"b" is larger than 1000 bytes/,
    options: { limits: { fileBytes: 1000 } },
  },
  {
    what: 'too much in all',
    entries: [
      { name: 'a', content: 'x'.repeat(600) },
      { name: 'b', content: 'x'.repeat(600) },
    ],
    reason: 'limit',
    words: /more than 1000 bytes/,
    options: { limits: { totalBytes: 1000 } },
  },
];

describe.each(Object.entries(kinds))('a %s is refused that has', (kind, make) => {
  it.each(cases)('$what', async ({ entries, reason, words, options }) => {
    const refused = await refusalOf(make(entries), options);
    expect(refused.words).toMatch(words);
    expect(refused.reason).toBe(reason);
  });

  it('been cut, wherever that was', async () => {
    const bytes = make([ok, { name: 'b/c', content: 'y'.repeat(600) }]);
    for (let length = 4; length < bytes.length; length += 7)
      expect((await refusalOf(bytes.subarray(0, length))).reason).toMatch(/^(damaged|format)$/);
  });

  it('something behind its end', async () => {
    for (const garbage of [Buffer.from('x'), Buffer.alloc(5), randomBytes(70_000), make([ok])])
      expect(await refusalOf(Buffer.concat([make([ok]), garbage]))).toMatchObject({ reason: 'damaged' });
  });

  it(`a name that no ${kind} should show in a terminal, in words that can be shown`, async () => {
    const { words } = await refusalOf(make([ok, { name: `\u202e${'x'.repeat(300)}` }]));
    expect(words).toMatch(/"\\u202ex+…"/);
  });
});
