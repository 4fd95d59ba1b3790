// Reads a zip. All that its list says is checked before a byte of a file is unpacked; then the files come as they lie in it.
//
//   Z3. The header before a file says what the list says: the name, and how it is packed.
//   Z4. No two files share bytes: a small zip with one large file in it many times is a bomb.
//   Z5. A file has as many bytes as the list says, and their sum (CRC-32) agrees.

import { isUtf8 } from 'node:buffer';
import { open } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import type { Entry, ZipFile } from 'yauzl';
import { RuntimeError } from '#errors';
import type { OpenedArchive } from '#archive/archive-kind';
import { type Census, createCensus } from '#archive/census';
import type { ArchiveEntry } from '#archive/entry';
import type { Work } from '#archive/options';
import { quoted, type Refuse, wordsOf } from '#archive/refusal';
import { readZipTail, type ZipList } from '#archive/zip-tail';

interface Zip {
  readonly file: ZipFile;
  readonly list: ZipList;
  readonly nameOf: (entry: Entry) => string;
  readonly census: Census;
  readonly refuse: Refuse;
  readonly work: Work;
}

/** An entry that has been found sound, as far as headers tell. */
interface Listed {
  readonly entry: Entry;
  readonly kind: 'file' | 'folder';
  readonly path: string;
  /** Its bytes in the zip, header included. */
  readonly start: number;
  readonly end: number;
}

const ENCRYPTED_FLAGS = 0x1 | 0x40 | 0x2000;
const UTF8_FLAG = 0x800;
const TYPE_BITS = 0o170000;
const FILE_TYPE = 0o100000;
const FOLDER_TYPE = 0o040000;
const LINK_TYPE = 0o120000;

export async function* readZip(archive: OpenedArchive, work: Work): AsyncGenerator<ArchiveEntry> {
  const { refuse, path } = archive;
  const yauzl = await import('yauzl');
  const file = await yauzl.openPromise(path, { autoClose: false, decodeStrings: false }).catch(damaged(refuse));
  try {
    const list = await tailOf(archive, file);
    const nameOf = (entry: Entry): string =>
      yauzl.getFileNameLowLevel(flagsOf(entry), entry.fileNameRaw, entry.extraFields, true);
    const zip = { file, list, nameOf, census: createCensus(work.limits, refuse, archive.bytes), refuse, work };
    const all = await listedIn(zip);
    work.expect({ files: zip.census.files, bytes: zip.census.bytes });
    for (const { entry, kind, path: name } of all)
      yield kind === 'folder'
        ? { kind, path: name }
        : { kind, path: name, isExecutable: (modeOf(entry) & 0o100) !== 0, content: contentOf(zip, entry, name) };
  } finally {
    file.close();
  }
}

/** What a library throws here is about the archive. */
function damaged(refuse: Refuse): (error: unknown) => never {
  return (error) => {
    if (error instanceof RuntimeError) throw error;
    const words = wordsOf(error);
    throw /encrypt/.test(words) ? encrypted(refuse) : refuse('damaged', `it cannot be read: ${words}`, error);
  };
}

const encrypted = (refuse: Refuse) => refuse('encrypted', 'it is encrypted, and nobody can be asked for the password');

async function tailOf({ path, bytes, refuse }: OpenedArchive, { comment }: ZipFile): Promise<ZipList> {
  const handle = await open(path, 'r');
  try {
    return await readZipTail(handle, { fileBytes: bytes, commentBytes: comment.length }, refuse);
  } finally {
    await handle.close();
  }
}

/** Archivers of macOS write UTF-8, and do not say so. */
function flagsOf({ generalPurposeBitFlag, fileNameRaw }: Entry): number {
  return isUtf8(fileNameRaw) ? generalPurposeBitFlag | UTF8_FLAG : generalPurposeBitFlag;
}

/** What Unix says of a file stands in the upper half, whichever system the zip is from. */
const modeOf = ({ externalFileAttributes }: Entry): number => externalFileAttributes >>> 16;

async function listedIn(zip: Zip): Promise<readonly Listed[]> {
  const { file, list, refuse, work } = zip;
  if (list.count > work.limits.entries)
    throw refuse('limit', `it holds ${list.count} files and folders; ${work.limits.entries} are taken`);
  const listed: Listed[] = [];
  let bytes = 0;
  try {
    for await (const entry of file.eachEntry()) {
      work.goOn();
      bytes += 46 + entry.fileNameLength + entry.extraFieldLength + entry.fileCommentLength;
      listed.push(await check(zip, entry));
    }
  } catch (error) {
    damaged(refuse)(error);
  }
  if (list.start + bytes !== list.end) throw refuse('damaged', 'its list has more entries than it says'); // Z1
  checkApart(zip, listed);
  return listed;
}

async function check(zip: Zip, entry: Entry): Promise<Listed> {
  const { census, refuse } = zip;
  if ((entry.generalPurposeBitFlag & ENCRYPTED_FLAGS) !== 0) throw encrypted(refuse);
  const name = zip.nameOf(entry);
  const kind = kindOf(entry, name, refuse);
  if (kind === 'file' && entry.compressionMethod !== 0 && entry.compressionMethod !== 8)
    throw refuse(
      'format',
      `${quoted(name)} is packed by a method that is not read (${entry.compressionMethod}): deflate is`,
    );
  if (kind === 'folder' && entry.uncompressedSize !== 0)
    throw refuse('damaged', `the folder ${quoted(name)} has content`);
  const path = kind === 'folder' ? census.addFolder(name) : census.addFile(name, entry.uncompressedSize);
  return { entry, kind, path, start: entry.relativeOffsetOfLocalHeader, end: await endOf(zip, entry, name) };
}

function kindOf(entry: Entry, name: string, refuse: Refuse): Listed['kind'] {
  const isFolder = name.endsWith('/');
  const type = modeOf(entry) & TYPE_BITS;
  if (type === LINK_TYPE)
    throw refuse(
      'link',
      `it has the link ${quoted(name)}, and links are not unpacked. Pack what they lead to, by zip -r without -y, or leave them out`,
    );
  if (type !== 0 && type !== FILE_TYPE && type !== FOLDER_TYPE)
    throw refuse('special', `${quoted(name)} is a device, a pipe or a socket, no file`);
  if (type === FOLDER_TYPE && !isFolder)
    throw refuse('damaged', `${quoted(name)} is said to be a folder, and named as a file`);
  return isFolder ? 'folder' : 'file';
}

/** Z3. */
async function endOf({ file, refuse }: Zip, entry: Entry, name: string): Promise<number> {
  const header = await file.readLocalFileHeaderPromise(entry);
  if (
    !header.fileName.equals(entry.fileNameRaw) ||
    header.compressionMethod !== entry.compressionMethod ||
    (header.generalPurposeBitFlag & ENCRYPTED_FLAGS) !== 0
  )
    throw refuse('damaged', `it says two things of ${quoted(name)}`);
  return header.fileDataStart + entry.compressedSize;
}

/** Z4. */
function checkApart({ list, refuse }: Zip, listed: readonly Listed[]): void {
  let before = 0;
  for (const { start, end, path } of listed.toSorted((a, b) => a.start - b.start)) {
    if (start < before || end > list.start)
      throw refuse('damaged', `${quoted(path)} shares bytes with something else in it`);
    before = end;
  }
}

/** Z5. yauzl counts the bytes. */
async function* contentOf({ file, refuse, work }: Zip, entry: Entry, path: string): AsyncGenerator<Buffer> {
  let sum = 0;
  const stream = await file.openReadStreamPromise(entry).catch(damaged(refuse));
  const portions: AsyncIterable<Buffer> = stream;
  try {
    for await (const portion of portions) {
      work.goOn();
      sum = crc32(portion, sum);
      yield portion;
    }
  } catch (error) {
    if (error instanceof RuntimeError) throw error;
    throw refuse('damaged', `${quoted(path)} cannot be unpacked: ${wordsOf(error)}`, error);
  } finally {
    // A stream that has ended early, or has failed, holds the file open.
    stream.destroy();
  }
  if (sum !== entry.crc32) throw refuse('damaged', `${quoted(path)} is not what was packed: its sum does not agree`);
}
