// What a file is, by its first bytes; its name may say anything.

import { open, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { RuntimeError } from '#errors';
import { type Refuse, refuser, wordsOf } from '#archive/refusal';

/** HKube's names for the two that it takes: `gz` is a .tar.gz. */
export type FileExt = 'zip' | 'gz';

export interface OpenedArchive {
  readonly path: string;
  readonly fileExt: FileExt;
  readonly bytes: number;
  readonly refuse: Refuse;
}

const HEAD_BYTES = 264;

interface Sign {
  readonly name: string;
  readonly at: number;
  readonly bytes: string;
}

const others: readonly Sign[] = [
  { name: 'a .tar that is not compressed', at: 257, bytes: 'ustar' },
  { name: 'compressed by bzip2', at: 0, bytes: 'BZh' },
  { name: 'compressed by xz', at: 0, bytes: '\xfd7zXZ\0' },
  { name: 'compressed by zstd', at: 0, bytes: '\x28\xb5\x2f\xfd' },
  { name: 'a .7z', at: 0, bytes: '7z\xbc\xaf\x27\x1c' },
  { name: 'a .rar', at: 0, bytes: 'Rar!\x1a\x07' },
  { name: 'a part of a zip', at: 0, bytes: 'PK\x07\x08' },
];

/** Refuses what is no zip and no .gz, in HKube's words and in ours. */
export async function lookAt(path: string): Promise<OpenedArchive> {
  const refuse = refuser(basename(path));
  try {
    const found = await stat(path);
    // Asked before it is opened: a pipe would be waited for.
    if (!found.isFile()) throw refuse('missing', 'it is no file');
    return { path, fileExt: fileExtOf(await head(path), refuse), bytes: found.size, refuse };
  } catch (error) {
    if (error instanceof RuntimeError) throw error;
    throw refuse('missing', `it cannot be read: ${wordsOf(error)}`, error);
  }
}

async function head(path: string): Promise<string> {
  const file = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
    return buffer.toString('latin1', 0, bytesRead);
  } finally {
    await file.close();
  }
}

function fileExtOf(first: string, refuse: Refuse): FileExt {
  if (first.startsWith('PK\x03\x04') || first.startsWith('PK\x05\x06')) return 'zip';
  if (first.startsWith('\x1f\x8b')) return 'gz';
  const other = others.find(({ at, bytes }) => first.startsWith(bytes, at));
  throw refuse(
    'format',
    `data.fileExt should be equal to one of the allowed values (zip,gz): it is ${other?.name ?? (first === '' ? 'empty' : 'neither')}. Pack it as a .zip, or by tar -czf as a .tar.gz`,
  );
}
