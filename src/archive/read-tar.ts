// Reads a .tar.gz as a stream. The `tar` package reads the headers; its own parser is not used, because it passes over what it
// does not know, and this room refuses it.
//
//   T1. What other programs might read differently is refused, not guessed.
//   T2. It ends as a tar does, by two empty blocks, and nothing but zeros follows; nothing follows the gzip.

import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import type { Header, HeaderData, Pax } from 'tar';
import type { RuntimeError } from '#errors';
import type { OpenedArchive } from '#archive/archive-kind';
import { type ByteReader, createByteReader } from '#archive/byte-reader';
import { type Census, createCensus } from '#archive/census';
import type { ArchiveEntry } from '#archive/entry';
import type { Work } from '#archive/options';
import { quoted, type Refuse, wordsOf } from '#archive/refusal';

const BLOCK = 512;
const PORTION_BYTES = 128 * 1024;
/** Names in an extended header, with what else it says. */
const META_BYTES = 64 * 1024;
/** Tars are filled up with zeros to a full record. */
const PADDING_BYTES = 1024 * 1024;

interface Tar {
  readonly bytes: ByteReader;
  readonly census: Census;
  readonly refuse: Refuse;
  readonly library: { readonly Header: typeof Header; readonly Pax: typeof Pax };
}

/** What extended headers say of the entries behind them. */
interface Said {
  next: HeaderData | undefined;
  all: HeaderData | undefined;
}

export async function* readTar(archive: OpenedArchive, work: Work): AsyncGenerator<ArchiveEntry> {
  const { Header, Pax } = await import('tar');
  const { refuse } = archive;
  const census = createCensus(work.limits, refuse, archive.bytes);
  const gunzip = createGunzip({ chunkSize: PORTION_BYTES });
  // Errors of the file come out of the stream that is read.
  pipeline(createReadStream(archive.path, { highWaterMark: PORTION_BYTES }), gunzip, () => undefined);
  const portions = portionsOf(gunzip);
  const bytes = createByteReader(async () => {
    work.goOn();
    const { done, value } = await portions.next().catch((error: unknown) => {
      throw refuse('damaged', `it cannot be unpacked: ${wordsOf(error)}`, error);
    });
    return done === true ? null : value;
  });
  try {
    yield* entriesOf({ bytes, census, refuse, library: { Header, Pax } });
    // T2
    if (gunzip.bytesWritten !== archive.bytes) throw refuse('damaged', 'something follows its end');
  } finally {
    await portions.return(undefined);
  }
}

async function* portionsOf(stream: AsyncIterable<Buffer>): AsyncGenerator<Buffer, undefined> {
  for await (const portion of stream) yield portion;
}

async function* entriesOf(tar: Tar): AsyncGenerator<ArchiveEntry> {
  const said: Said = { next: undefined, all: undefined };
  for (;;) {
    const header = await nextHeader(tar, said);
    if (header === null) {
      await checkEnd(tar);
      return;
    }
    const size = sizeOf(header, tar.refuse);
    const entry = await entryOf(tar, { header, size, said });
    if (entry === undefined) continue;
    said.next = undefined;
    yield entry;
    if (entry.kind === 'file') await skip(tar, padding(size));
  }
}

const padding = (size: number): number => (BLOCK - (size % BLOCK)) % BLOCK;

/** Null at the end. */
async function nextHeader(tar: Tar, said: Said): Promise<Header | null> {
  const { bytes, refuse } = tar;
  const block = await bytes.take(BLOCK);
  if (block.length < BLOCK) throw refuse('damaged', 'it ends too early: the end of a tar is missing');
  const header = headerIn(block, said, tar);
  if (header.nullBlock) return null;
  if (!header.cksumValid) throw noTar(refuse);
  return header;
}

function headerIn(block: Buffer, { next, all }: Said, { library, refuse }: Tar): Header {
  try {
    return new library.Header(block, 0, next, all);
  } catch (error) {
    throw noTar(refuse, error);
  }
}

const noTar = (refuse: Refuse, cause?: unknown): RuntimeError =>
  refuse('damaged', 'what is packed in it is no tar, or damaged. A .gz has to be a .tar.gz: tar -czf', cause);

function sizeOf({ size, path }: Header, refuse: Refuse): number {
  if (size !== undefined && Number.isSafeInteger(size) && size >= 0) return size;
  throw refuse('damaged', `the size of ${quoted(path ?? '')} cannot be read`);
}

interface Found {
  readonly header: Header;
  readonly size: number;
  readonly said: Said;
}

/** Undefined: it was about entries to come. */
async function entryOf(tar: Tar, { header, size, said }: Found): Promise<ArchiveEntry | undefined> {
  const name = header.path ?? '';
  switch (header.type) {
    case 'File':
    case 'OldFile':
    case 'ContiguousFile': {
      const path = tar.census.addFile(name, size);
      return { kind: 'file', path, isExecutable: ((header.mode ?? 0) & 0o100) !== 0, content: contentOf(tar, size) };
    }
    case 'Directory':
      return { kind: 'folder', path: tar.census.addFolder(name) };
    case 'ExtendedHeader':
    case 'OldExtendedHeader':
      said.next = tar.library.Pax.parse(await extended(tar, size), said.next);
      return undefined;
    case 'GlobalExtendedHeader':
      said.all = tar.library.Pax.parse(await extended(tar, size), said.all, true);
      return undefined;
    case 'NextFileHasLongPath':
    case 'OldGnuLongPath':
      said.next = { ...said.next, path: await longPath(tar, size) };
      return undefined;
    case 'Link':
    case 'SymbolicLink':
    case 'NextFileHasLongLinkpath':
      throw linkRefused(header, tar.refuse);
    case 'CharacterDevice':
    case 'BlockDevice':
    case 'FIFO':
      throw tar.refuse('special', `${quoted(name)} is a device or a pipe, no file`);
    case 'GNUDumpDir':
    case 'SparseFile':
    case 'ContinuationFile':
    case 'SolarisACL':
    case 'Inode':
    case 'TapeVolumeHeader':
    case 'Unsupported':
      throw tar.refuse('special', `${quoted(name)} is an entry of a kind that is not read`);
  }
}

function linkRefused({ type, path, linkpath }: Header, refuse: Refuse): RuntimeError {
  const link =
    type === 'NextFileHasLongLinkpath' ? 'a link' : `the link ${quoted(path ?? '')} to ${quoted(linkpath ?? '')}`;
  return refuse(
    'link',
    `it has ${link}, and links are not unpacked. Pack what they lead to, by tar -czf … --dereference --hard-dereference, or leave them out`,
  );
}

async function* contentOf({ bytes, refuse }: Tar, size: number): AsyncGenerator<Buffer> {
  let left = size;
  while (left > 0) {
    const portion = await bytes.some(left);
    if (portion.length === 0) throw refuse('damaged', 'it ends too early, within a file');
    left -= portion.length;
    yield portion;
  }
}

/** The content of an entry that is no file. */
async function meta(tar: Tar, size: number): Promise<string> {
  const { bytes, census, refuse } = tar;
  if (size > META_BYTES) throw refuse('limit', `a header of the tar is larger than ${META_BYTES} bytes`);
  census.spend(BLOCK + size);
  const content = await bytes.take(size);
  if (content.length < size) throw refuse('damaged', 'it ends too early, within a header');
  await skip(tar, padding(size));
  return content.toString('utf8');
}

async function extended(tar: Tar, size: number): Promise<string> {
  const text = await meta(tar, size);
  // The library would cut a path there.
  if (text.includes('\0')) throw tar.refuse('name', 'a name has control characters');
  if (text.includes('GNU.sparse.'))
    throw tar.refuse('special', 'it has sparse files, which are not read: tar without -S');
  return text;
}

async function longPath(tar: Tar, size: number): Promise<string> {
  return (await meta(tar, size)).replace(/\0+$/, '');
}

async function skip({ bytes, refuse }: Tar, count: number): Promise<void> {
  if ((await bytes.take(count)).length < count) throw refuse('damaged', 'it ends too early');
}

/** T2. The first empty block has been read. */
async function checkEnd({ bytes, refuse }: Tar): Promise<void> {
  if ((await bytes.take(BLOCK)).length < BLOCK)
    throw refuse('damaged', 'it ends too early: the end of a tar is missing');
  let seen = 0;
  for (;;) {
    const portion = await bytes.some(PORTION_BYTES);
    if (portion.length === 0) return;
    seen += portion.length;
    if (seen > PADDING_BYTES || portion.some((byte) => byte !== 0))
      throw refuse('damaged', 'something follows its end');
  }
}
