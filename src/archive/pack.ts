// A folder becomes a zip, as hkubectl makes one for HKube.
//
//   P1. The same content makes the same bytes: sorted, all times the same, modes 644 and 755. (Two builds of Node may deflate
//       differently; the hash of the content tells what matters.)
//   P2. All is checked before the first byte leaves, and an archive is whole or not there.
//   P3. What is packed here, `unpack` takes.

import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { realpath, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { Readable, Transform, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { RuntimeError } from '#errors';
import { createContentDigest } from '#archive/content-digest';
import { type ArchiveOptions, aborted, beginWork, type Work } from '#archive/options';
import { readSurveyed } from '#archive/read-file';
import { refuser, wordsOf } from '#archive/refusal';
import { type SurveyedFile, surveyFolder } from '#archive/survey';
import { watched } from '#archive/watched';

export interface Packed {
  readonly files: number;
  /** Of the content. */
  readonly bytes: number;
  readonly archiveBytes: number;
  /** What `contentHash` says of the folder, and of the archive. */
  readonly contentHash: string;
}

const LEVEL = 9;

/**
 * Packs a folder into a file, or into a stream, which is ended, or destroyed where packing fails.
 *
 * @example
 * const { contentHash } = await pack('algorithms/words', 'words.zip');
 */
export async function pack(folder: string, to: string | Writable, options: ArchiveOptions = {}): Promise<Packed> {
  const paths = typeof to === 'string' ? { folder, to } : { folder };
  const work = beginWork({ name: 'pack', paths, options });
  if (typeof to !== 'string') return packInto(to, { folder, files: await surveyFolder(folder, work), work });
  const place = await realPlace(to);
  return packFile(place, { folder, files: await surveyFolder(folder, work, place), work });
}

interface Parcel {
  readonly folder: string;
  readonly files: readonly SurveyedFile[];
  readonly work: Work;
}

/** Where a file will be, though it is not there yet. */
async function realPlace(to: string): Promise<string> {
  try {
    return join(await realpath(dirname(to)), basename(to));
  } catch (error) {
    throw new RuntimeError('CANNOT_WRITE', `${to} cannot be written: ${wordsOf(error)}.`, { cause: error });
  }
}

async function packFile(place: string, parcel: Parcel): Promise<Packed> {
  const beside = join(dirname(place), `.${basename(place)}.${randomUUID()}.tmp`);
  try {
    const packed = await packInto(createWriteStream(beside, { flags: 'wx' }), parcel);
    await rename(beside, place);
    return packed;
  } catch (error) {
    await rm(beside, { force: true });
    // Of the disk; all else has words, or is a mistake of whoever listens to the progress.
    if (!(error instanceof Error && 'syscall' in error)) throw error;
    throw new RuntimeError('CANNOT_WRITE', `${place} cannot be written: ${wordsOf(error)}.`, { cause: error });
  }
}

async function packInto(to: Writable, { folder, files, work }: Parcel): Promise<Packed> {
  const { ZipFile } = await import('yazl');
  const refuse = refuser(folder);
  const zip = new ZipFile();
  const digest = createContentDigest();
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  work.expect({ files: files.length, bytes });

  const gate = counting();
  zip.on('error', (error: Error) => gate.stream.destroy(error));
  for (const file of files)
    zip.addReadStreamLazy(file.path, entryOptions(file), (give) => {
      const stream = Readable.from(
        watched(readSurveyed(file, refuse), digest.begin(file.path, file.isExecutable), work),
        {
          objectMode: false,
        },
      );
      stream.on('error', (error) => gate.stream.destroy(error));
      give(null, stream);
    });
  zip.end();
  try {
    await pipeline(zip.outputStream, gate.stream, to, { signal: work.signal });
  } catch (error) {
    if (work.signal?.aborted === true) throw aborted('pack', work.signal);
    throw error;
  }
  return { files: files.length, bytes, archiveBytes: gate.bytes(), contentHash: digest.end() };
}

/** P1. */
const entryOptions = ({ bytes, isExecutable }: SurveyedFile) => ({
  size: bytes,
  // Zips have local time, from 1980 on.
  mtime: new Date(1980, 1, 1),
  forceDosTimestamp: true,
  mode: isExecutable ? 0o100755 : 0o100644,
  compressionLevel: LEVEL,
});

/** Counts what passes; destroyed with an error, it ends all that it stands in. */
function counting(): { stream: Transform; bytes: () => number } {
  let bytes = 0;
  const stream = new Transform({
    transform: (portion: Buffer, _encoding, done) => {
      bytes += portion.length;
      done(null, portion);
    },
  });
  return { stream, bytes: () => bytes };
}
