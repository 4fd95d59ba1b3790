// What becomes of a folder, and what of one is refused.

import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { PassThrough, Writable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { describe, expect, it, onTestFinished } from 'vitest';
import { contentHash } from '#archive/content-hash';
import type { ArchiveOptions, ArchiveProgress } from '#archive/options';
import { pack } from '#archive/pack';
import { unpack } from '#archive/unpack';
import { failureOfCall, filesIn, makeExecutable } from '#test/support/archives';
import { temporaryFolder, writeFile } from '#test/support/temporary';

const code = { 'main.py': 'x = 1', 'lib/a.py': 'a', 'lib/b/c.py': 'c', '.env': 'A=1', empty: '' };

/** Packs a folder, and says what comes out of it. */
async function packedFiles(folder: string, options?: ArchiveOptions): Promise<Record<string, string>> {
  const other = temporaryFolder();
  await pack(folder, join(other, 'code.zip'), options);
  await unpack(join(other, 'code.zip'), join(other, 'out'));
  return filesIn(join(other, 'out'));
}

async function refusal(folder: string, options?: ArchiveOptions): Promise<string> {
  const other = temporaryFolder();
  const error = await failureOfCall(pack(folder, join(other, 'code.zip'), options));
  expect(readdirSync(other)).toEqual([]);
  expect(error.code).toBe('INVALID_ARCHIVE');
  return `${String(error.facts.reason)} ${error.message}`;
}

describe('a folder', () => {
  it('is packed with all of its files, names with a dot and executable ones too', async () => {
    const folder = temporaryFolder({ ...code, 'bin/run': '#!' });
    makeExecutable(join(folder, 'bin/run'));
    chmodSync(join(folder, 'main.py'), 0o4600);
    expect(await packedFiles(folder)).toEqual({ ...code, 'bin/run*': '#!' });
  });

  it('makes the same bytes, whenever, in whichever order and time zone it was written', async () => {
    const bytes = async (files: Record<string, string>): Promise<Buffer> => {
      const folder = temporaryFolder(files);
      for (const path of Object.keys(files)) utimesSync(join(folder, path), new Date(), Math.random() * 1e9);
      const stream = new PassThrough();
      const [zip] = await Promise.all([buffer(stream), pack(folder, stream)]);
      return zip;
    };
    const zone = process.env.TZ;
    onTestFinished(() => {
      if (zone === undefined) delete process.env.TZ;
      else process.env.TZ = zone;
    });
    process.env.TZ = 'Asia/Tokyo';
    const first = await bytes(code);
    process.env.TZ = 'America/Los_Angeles';
    expect(await bytes(Object.fromEntries(Object.entries(code).toReversed()))).toEqual(first);
    expect(await bytes({ ...code, empty: '1' })).not.toEqual(first);
  });

  it('is a zip to others, deflated as well as it can be', async () => {
    const folder = temporaryFolder({ 'a.txt': 'abc'.repeat(10_000), 'b/é': 'e' });
    const zip = join(temporaryFolder(), 'code.zip');
    const { archiveBytes } = await pack(folder, zip);
    expect(readFileSync(zip)).toHaveLength(archiveBytes);
    const script =
      'import sys, zipfile; z = zipfile.ZipFile(sys.argv[1]); assert z.testzip() is None; print(z.namelist())';
    expect(execFileSync('python3', ['-c', script, zip], { encoding: 'utf8' })).toBe("['a.txt', 'b/é']\n");
  });

  it('says what was packed, and how far it is', async () => {
    const folder = temporaryFolder({ a: 'x'.repeat(300_000), b: 'yy' });
    const told: ArchiveProgress[] = [];
    const zip = join(temporaryFolder(), 'code.zip');
    const packed = await pack(folder, zip, { onProgress: (progress) => told.push(progress) });
    expect(packed).toMatchObject({ files: 2, bytes: 300_002, contentHash: await contentHash(folder) });
    expect(told[0]).toEqual({ files: 0, bytes: 131_072, of: { files: 2, bytes: 300_002 } });
    expect(told.at(-1)).toEqual({ files: 2, bytes: 300_002, of: { files: 2, bytes: 300_002 } });
  });

  it('may hold the archive that is made of it: the former one is not packed', async () => {
    const folder = temporaryFolder(code);
    const zip = join(folder, 'code.zip');
    const first = await pack(folder, zip);
    expect(await pack(folder, zip)).toEqual(first);
    expect(readdirSync(folder).toSorted()).toEqual(['.env', 'code.zip', 'empty', 'lib', 'main.py']);
  });
});

describe('links', () => {
  it('are followed as long as they stay in the folder', async () => {
    const folder = temporaryFolder({ 'real/a': 'a', 'real/b': 'b' });
    symlinkSync('real/a', join(folder, 'file'));
    symlinkSync(join(folder, 'real'), join(folder, 'folder'));
    expect(await packedFiles(folder)).toEqual({
      'real/a': 'a',
      'real/b': 'b',
      file: 'a',
      'folder/a': 'a',
      'folder/b': 'b',
    });
  });

  it('are refused where they leave it, lead nowhere, or go round', async () => {
    const folder = temporaryFolder(code);
    const outside = temporaryFolder({ secret: 's' });
    const link = (to: string): string => {
      const one = temporaryFolder(code);
      symlinkSync(to, join(one, 'lib/link'));
      return one;
    };
    expect(await refusal(link(join(outside, 'secret')))).toMatch(
      /^link .*: the link "lib\/link" leads out of the folder, to ".*secret"/,
    );
    expect(await refusal(link(outside))).toMatch(/^link .*leads out/);
    expect(await refusal(link('../..'))).toMatch(/^link .*leads out/);
    expect(await refusal(link('nothing'))).toMatch(/^link .*"lib\/link" leads nowhere/);
    expect(await refusal(link('link'))).toMatch(/^link .*leads nowhere/);
    expect(await refusal(link('..'))).toMatch(/^link .*"lib\/link" leads to a folder that it is in/);
    // A folder whose name begins as that of the first.
    mkdirSync(`${folder}-more`);
    onTestFinished(() => rmdirSync(`${folder}-more`));
    symlinkSync(`${folder}-more`, join(folder, 'more'));
    expect(await refusal(folder)).toMatch(/^link .*leads out/);
  });

  it('may be left out by a .hkubeignore, whatever they lead to', async () => {
    const folder = temporaryFolder({ a: 'a', '.hkubeignore': 'data/\n' });
    symlinkSync('/', join(folder, 'data'));
    expect(Object.keys(await packedFiles(folder))).toEqual(['.hkubeignore', 'a']);
  });

  it('to folders that lead to folders end at the limit', async () => {
    const folder = temporaryFolder();
    for (let index = 0; index < 30; index += 1) {
      mkdirSync(join(folder, `d${index}`));
      symlinkSync(`../d${index + 1}`, join(folder, `d${index}/l`));
      symlinkSync(`../d${index + 1}`, join(folder, `d${index}/m`));
    }
    writeFile(join(folder, 'd30/f'), '');
    expect(await refusal(folder, { limits: { entries: 500 } })).toMatch(/^limit .*more than 500 files and folders/);
  });
});

describe('refused, before a byte is written, is', () => {
  it('what is no folder, or has nothing to pack', async () => {
    const file = join(temporaryFolder({ a: 'a' }), 'a');
    expect(await refusal(file)).toMatch(/^missing .*: it is a file; the folder of an algorithm is packed/);
    expect(await refusal(join(file, '../nothing'))).toMatch(/^missing .*there is no such folder/);
    expect(await refusal(temporaryFolder())).toMatch(/^empty .*there is nothing in it to pack/);
    expect(await refusal(temporaryFolder({ 'node_modules/a': 'a' }))).toMatch(/^empty/);
    expect(await refusal(temporaryFolder({ a: 'a', '.hkubeignore': '*' }))).toMatch(/^empty/);
  });

  it('a pipe, and a socket', async () => {
    const folder = temporaryFolder(code);
    execFileSync('mkfifo', [join(folder, 'lib/pipe')]);
    expect(await refusal(folder)).toMatch(/^special .*"lib\/pipe" is a device, a pipe or a socket/);
    const other = temporaryFolder(code);
    const server = createServer().listen(join(other, 'socket'));
    onTestFinished(() => {
      server.close();
    });
    await expect.poll(() => readdirSync(other)).toContain('socket');
    expect(await refusal(other)).toMatch(/^special .*"socket"/);
  });

  it('a name that does not unpack everywhere', async () => {
    expect(await refusal(temporaryFolder({ 'a\\b': '' }))).toMatch(/^escape .*backslash/);
    expect(await refusal(temporaryFolder({ 'a\nb': '' }))).toMatch(/^name .*control/);
    expect(await refusal(temporaryFolder({ a: '', A: '' }))).toMatch(/^duplicate .*"A" and "a" are one name/);
  });

  it('too much of something', async () => {
    const folder = temporaryFolder(code);
    expect(await refusal(folder, { limits: { entries: 4 } })).toMatch(/^limit .*more than 4 files and folders/);
    expect(await refusal(folder, { limits: { totalBytes: 8 } })).toMatch(/^limit .*more than 8 bytes/);
    expect(await refusal(folder, { limits: { fileBytes: 4 } })).toMatch(/^limit .*"main\.py" is larger than 4 bytes/);
    expect(await refusal(folder, { limits: { depth: 2 } })).toMatch(
      /^limit .*"lib\/b\/c\.py" is deeper than 2 folders/,
    );
  });
});

describe('packing ends, and leaves nothing,', () => {
  it('when a file is written to meanwhile', async () => {
    const folder = temporaryFolder({ a: 'x'.repeat(300_000), b: 'b' });
    const onProgress = ({ files }: ArchiveProgress): void => {
      if (files === 0) writeFileSync(join(folder, 'b'), 'bb');
    };
    expect(await refusal(folder, { onProgress })).toMatch(/^changed .*"b" was written to while it was read/);
  });

  it('when its signal says so', async () => {
    const folder = temporaryFolder({ a: 'x'.repeat(300_000), b: 'b' });
    const other = temporaryFolder();
    const leave = new AbortController();
    const error = await failureOfCall(
      pack(folder, join(other, 'z'), { signal: leave.signal, onProgress: () => leave.abort('enough') }),
    );
    expect([error.code, error.cause]).toEqual(['ABORTED', 'enough']);
    const again = await failureOfCall(pack(folder, join(other, 'z'), { signal: leave.signal }));
    expect(again.code).toBe('ABORTED');
    expect(readdirSync(other)).toEqual([]);
  });

  it('when nobody takes its bytes', async () => {
    const full = new Writable({ write: (_portion, _encoding, done) => done(new TypeError('the line is cut')) });
    await expect(pack(temporaryFolder(code), full)).rejects.toThrow('the line is cut');
    expect(full.destroyed).toBe(true);
  });

  it('when there is no place for it', async () => {
    const error = await failureOfCall(pack(temporaryFolder(code), '/nowhere/code.zip'));
    expect([error.code, error.message]).toEqual([
      'CANNOT_WRITE',
      expect.stringMatching(/^\/nowhere\/code\.zip cannot be/),
    ]);
  });
});

it('what cannot be understood is said at once, all of it', async () => {
  const wrong: unknown = { limits: { entries: 0, files: 1 }, signal: 'x', onProgress: 1 };
  const call: unknown = Reflect.apply(pack, undefined, ['', 'z', wrong]);
  const error = await failureOfCall(Promise.resolve(call));
  expect(error.code).toBe('INVALID_OPTIONS');
  expect(error.message).toMatch(/^pack: folder: expected a path; options\.limits/);
  expect(error.message).toMatch(
    /entries: expected 1 or more.*signal: expected an AbortSignal; options\.onProgress: expected a function/,
  );
});
