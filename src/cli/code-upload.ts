// The code of an algorithm on its way to HKube: a folder is packed beside the things of the system that come and go, an archive is sent as
// it is. Both are called after the algorithm: nobody learns where they lay.

import { createReadStream } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Readable, Transform } from 'node:stream';
import { type FileExt, lookAt } from '#archive/archive-kind';
import { pack } from '#archive/pack';
import type { Upload } from '#cluster/multipart';
import { RuntimeError } from '#errors';
import { createMeter, type Meter } from '#cli/meter';
import { say } from '#cli/print';

export interface CodeUpload {
  readonly upload: Upload;
  /** Ends what shows how far it is, and removes what was packed. */
  close(): Promise<void>;
}

export interface CodeOptions {
  /** Of the algorithm. */
  readonly name: string;
  readonly signal: AbortSignal;
}

/** What is over sooner needs no bar. */
const QUIET_MS = 2_000;
const END: Readonly<Record<FileExt, string>> = { zip: '.zip', gz: '.tar.gz' };

/** Rejects with `INVALID_ARCHIVE`, `INVALID_USAGE`, and with `ABORTED`, when nothing is left. */
export async function openCode(path: string, options: CodeOptions): Promise<CodeUpload> {
  const found = await stat(path).catch((cause: unknown) => {
    const words = 'no such folder or archive. A relative code.path is meant beside the document';
    throw new RuntimeError('INVALID_USAGE', `code.path: ${path}: ${words}.`, { cause });
  });
  if (found.isDirectory()) return openFolder(path, options);
  const { fileExt, bytes } = await lookAt(path);
  return openArchive({ file: path, bytes, fileName: `${options.name}${END[fileExt]}` }, () => Promise.resolve());
}

async function openFolder(folder: string, { name, signal }: CodeOptions): Promise<CodeUpload> {
  const place = await mkdtemp(join(tmpdir(), 'algorithm-actor-apply-'));
  const remove = (): Promise<void> => rm(place, { recursive: true, force: true });
  const meter = meterOf('packing');
  try {
    const file = join(place, 'code.zip');
    const { files, bytes, archiveBytes } = await pack(folder, file, {
      signal,
      onProgress: ({ bytes: done, of }) => showBytes(meter, done, of?.bytes ?? null),
    });
    meter.end();
    say(`packed ${files} ${files === 1 ? 'file' : 'files'}, ${inBytes(bytes)}, as ${inBytes(archiveBytes)}`);
    return openArchive({ file, bytes: archiveBytes, fileName: `${name}${END.zip}` }, remove);
  } catch (error) {
    meter.end();
    await remove();
    throw error;
  }
}

interface Archive {
  readonly file: string;
  readonly bytes: number;
  readonly fileName: string;
}

function openArchive({ file, bytes, fileName }: Archive, remove: () => Promise<void>): CodeUpload {
  const meter = meterOf('sending');
  const open = (): Readable => {
    let sent = 0;
    const counting = new Transform({
      transform: (portion: Buffer, _encoding, done) => {
        sent += portion.length;
        showBytes(meter, sent, bytes);
        done(null, portion);
      },
    });
    const source = createReadStream(file);
    source.on('error', (error) => counting.destroy(error));
    counting.on('close', () => source.destroy());
    return source.pipe(counting);
  };
  const close = async (): Promise<void> => {
    meter.end();
    await remove();
  };
  return { upload: { fileName, open }, close };
}

const meterOf = (name: string): Meter =>
  createMeter({ stream: process.stderr, name, quietMs: QUIET_MS, everyMs: QUIET_MS });

function showBytes(meter: Meter, done: number, total: number | null): void {
  meter.show({ done, total, words: total === null ? inBytes(done) : `${inBytes(done)} of ${inBytes(total)}` });
}

const UNITS = ['B', 'kB', 'MB', 'GB'];

function inBytes(bytes: number): string {
  const power = Math.min(Math.floor(Math.log10(Math.max(bytes, 1)) / 3), UNITS.length - 1);
  return `${(bytes / 1_000 ** power).toFixed(power === 0 ? 0 : 1)} ${UNITS[power] ?? ''}`;
}
