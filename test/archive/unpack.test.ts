// An archive becomes a folder, whole, or nothing; and what else may be in the way of that.

import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { contentHash } from '#archive/content-hash';
import type { ArchiveProgress } from '#archive/options';
import { unpack } from '#archive/unpack';
import { tarBytes, tarGz, zipBytes } from '#test/support/archive-bytes';
import { failureOfCall, filesIn, refusalOf } from '#test/support/archives';
import { readSourceFiles } from '#test/support/source-files';
import { temporaryFolder } from '#test/support/temporary';

const files = [
  { name: 'main.py', content: 'x = 1' },
  { name: 'lib/run', content: 'y'.repeat(200_000), mode: 0o100755 },
];
const tarFiles = files.map((file) => ({ ...file, mode: (file.mode ?? 0o644) & 0o7777 }));
const kinds = [
  ['zip', zipBytes(files)],
  ['gz', tarGz(tarFiles)],
] as const;

/** A folder with an archive in it. */
function folderWith(bytes: Buffer): { folder: string; archive: string; into: string } {
  const folder = temporaryFolder();
  const archive = join(folder, 'code');
  writeFileSync(archive, bytes);
  return { folder, archive, into: join(folder, 'out') };
}

describe.each(kinds)('a %s', (fileExt, bytes) => {
  it('is unpacked, and says what was in it', async () => {
    const { folder, archive, into } = folderWith(bytes);
    const told: ArchiveProgress[] = [];
    const found = await unpack(archive, into, { onProgress: (progress) => told.push(progress) });
    expect(found).toEqual({ fileExt, files: 2, bytes: 200_005, contentHash: await contentHash(into) });
    expect(filesIn(into)).toEqual({ 'main.py': 'x = 1', 'lib/run*': 'y'.repeat(200_000) });
    expect(readdirSync(folder).toSorted()).toEqual(['code', 'out']);
    const of = fileExt === 'zip' ? { files: 2, bytes: 200_005 } : null;
    expect(told[0]).toEqual({ files: 0, bytes: 5, of });
    expect(told.at(-1)).toEqual({ files: 2, bytes: 200_005, of });
  });

  it('comes out with modes of ours, whatever mask the process has', async () => {
    const { archive, into } = folderWith(bytes);
    const mask = process.umask(0o077);
    onTestFinished(() => {
      process.umask(mask);
    });
    await unpack(archive, into);
    const mode = (path: string): string => (statSync(join(into, path)).mode & 0o7777).toString(8);
    expect(['', 'lib', 'lib/run', 'main.py'].map(mode)).toEqual(['755', '755', '755', '644']);
  });

  it('may go into a folder that is empty, and into no other', async () => {
    const { folder, archive, into } = folderWith(bytes);
    mkdirSync(into);
    await unpack(archive, into);
    const error = await failureOfCall(unpack(archive, into));
    expect([error.code, error.message]).toEqual([
      'CANNOT_WRITE',
      `${into} cannot be written: there is something in it already.`,
    ]);
    for (const wrong of [archive, join(folder, 'nowhere/out')])
      expect(await failureOfCall(unpack(archive, wrong))).toMatchObject({ code: 'CANNOT_WRITE' });
    expect(readdirSync(folder).toSorted()).toEqual(['code', 'out']);
  });

  it('is unpacked by many at once; of those with one place, one has it', async () => {
    const { folder, archive, into } = folderWith(bytes);
    const apart = Array.from({ length: 8 }, (_, index) => unpack(archive, join(folder, `own-${index}`)));
    const together = await Promise.allSettled(Array.from({ length: 8 }, () => unpack(archive, into)));
    expect(new Set((await Promise.all(apart)).map((found) => found.contentHash)).size).toBe(1);
    expect(together.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const one of together)
      if (one.status === 'rejected') expect(one.reason).toMatchObject({ code: 'CANNOT_WRITE' });
    expect(await contentHash(into)).toBe(await contentHash(archive));
    expect(readdirSync(folder)).toHaveLength(10);
  });

  it('leaves nothing when its signal says so, in the middle or before', async () => {
    const { folder, archive, into } = folderWith(bytes);
    const leave = new AbortController();
    const { signal } = leave;
    const error = await failureOfCall(unpack(archive, into, { signal, onProgress: () => leave.abort('enough') }));
    expect([error.code, error.cause]).toEqual(['ABORTED', 'enough']);
    expect(await failureOfCall(unpack(archive, into, { signal }))).toMatchObject({ code: 'ABORTED' });
    expect(readdirSync(folder)).toEqual(['code']);
  });

  it('leaves nothing when the listener throws', async () => {
    const { folder, archive, into } = folderWith(bytes);
    const throwing = (): never => {
      throw new TypeError('a mistake');
    };
    await expect(unpack(archive, into, { onProgress: throwing })).rejects.toThrow('a mistake');
    expect(readdirSync(folder)).toEqual(['code']);
  });

  it('holds no file open, sound or not', async () => {
    const open = (): number => readdirSync('/proc/self/fd').filter((fd) => linkOf(fd).includes('archive-open')).length;
    const folder = temporaryFolder();
    const archive = join(folder, 'archive-open');
    writeFileSync(archive, bytes);
    await unpack(archive, join(folder, 'out'));
    for (const length of [bytes.length - 1, Math.floor(bytes.length / 2)]) {
      writeFileSync(archive, bytes.subarray(0, length));
      await failureOfCall(unpack(archive, join(folder, 'not')));
    }
    await expect.poll(open).toBe(0);
  });
});

function linkOf(fd: string): string {
  try {
    return execFileSync('readlink', [`/proc/${process.pid}/fd/${fd}`], { encoding: 'utf8' });
  } catch {
    return '';
  }
}

describe('what is no zip and no .tar.gz is refused in the words of HKube:', () => {
  const words = /data\.fileExt should be equal to one of the allowed values \(zip,gz\): it is (.*)\. Pack it as/;
  const others: readonly (readonly [Buffer, string])[] = [
    [tarBytes(tarFiles), 'a .tar that is not compressed'],
    [Buffer.from('BZh91AY'), 'compressed by bzip2'],
    [Buffer.from('\xfd7zXZ\0\0', 'latin1'), 'compressed by xz'],
    [Buffer.from('7z\xbc\xaf\x27\x1c', 'latin1'), 'a .7z'],
    [Buffer.from('Rar!\x1a\x07\x00', 'latin1'), 'a .rar'],
    [Buffer.from('\x28\xb5\x2f\xfd', 'latin1'), 'compressed by zstd'],
    [Buffer.from('print(1)\n'), 'neither'],
    [Buffer.alloc(0), 'empty'],
  ];
  it.each(others)('%#: %s', async (bytes, what) => {
    const refused = await refusalOf(bytes);
    expect(refused.reason).toBe('format');
    expect(words.exec(refused.words)?.[1]).toBe(what);
  });

  it('what is not there, or is no file', async () => {
    const folder = temporaryFolder();
    execFileSync('mkfifo', [join(folder, 'pipe')]);
    for (const archive of [join(folder, 'nothing'), join(folder, 'pipe'), folder]) {
      const error = await failureOfCall(unpack(archive, join(folder, 'out')));
      expect([error.code, error.facts.reason]).toEqual(['INVALID_ARCHIVE', 'missing']);
    }
    expect(readdirSync(folder)).toEqual(['pipe']);
  });
});

describe('a hash by content', () => {
  it('is one for a folder, its zip and its .tar.gz, whatever their order, times, folders and modes', async () => {
    const { archive, into } = folderWith(zipBytes([{ name: 'empty/' }, ...files.toReversed()]));
    const hash = await contentHash(archive);
    await unpack(archive, into);
    chmodSync(join(into, 'main.py'), 0o600);
    expect(await contentHash(into)).toBe(hash);
    expect(await contentHash(folderWith(tarGz(tarFiles)).archive)).toBe(hash);
  });

  it('changes with a byte, a name, and with what can be executed', async () => {
    const hashOf = (changed: object): Promise<string> =>
      contentHash(folderWith(zipBytes([{ name: 'a', content: 'b', ...changed }])).archive);
    const hashes = await Promise.all(
      [{}, { content: 'c' }, { name: 'b' }, { mode: 0o100755 }, { name: 'x/a' }].map(hashOf),
    );
    expect(new Set(hashes).size).toBe(5);
    expect(hashes[0]).toMatch(/^[0-9a-f]{64}$/);
  });

  it('is of what would be packed', async () => {
    const folder = temporaryFolder({ 'main.py': 'x', '.hkubeignore': '*.log' });
    const hash = await contentHash(folder);
    writeFileSync(join(folder, 'x.log'), 'log');
    expect(await contentHash(folder)).toBe(hash);
    symlinkSync('/etc', join(folder, 'etc'));
    expect(await failureOfCall(contentHash(folder))).toMatchObject({
      code: 'INVALID_ARCHIVE',
      facts: { reason: 'link' },
    });
  });
});

it('the libraries of archives are loaded when one is packed or unpacked, not before', () => {
  const early = readSourceFiles('src/archive').filter(({ syntax }) =>
    /^import (?!type )[^;]* from '(ignore|tar|yauzl|yazl)'/m.test(syntax.text),
  );
  expect(early.map(({ path }) => path)).toEqual([]);
});
