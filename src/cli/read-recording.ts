// A recording from a file, read as it comes from the disk; where that takes long, it is said how far it is.

import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { RuntimeError } from '#errors';
import { say } from '#cli/print';
import { createRecordingReader, type Recording } from '#inspector/recording';
import { describeFailure } from '#model/failure';

const SAY_AFTER_MS = 2_000;
/** In bytes: large enough that reading costs nothing beside parsing, small enough that whatever else waits has its turn. */
const PIECE = 256 * 1024;

/** Throws `INVALID_USAGE`: it cannot be read; `INVALID_RECORDING`: nothing in it is sound. */
export async function readRecordingFile(file: string): Promise<Recording> {
  const reader = createRecordingReader();
  let saidAt = Date.now();
  let read = 0;
  try {
    const { size } = await stat(file);
    for await (const text of createReadStream(file, { encoding: 'utf8', highWaterMark: PIECE })) {
      const piece = String(text);
      reader.add(piece);
      read += piece.length;
      if (Date.now() - saidAt < SAY_AFTER_MS) continue;
      saidAt = Date.now();
      say(`${file}: ${reader.frames} frames, ${Math.round((100 * read) / size)}% read`);
    }
  } catch (cause) {
    const words = describeFailure(cause).message;
    throw new RuntimeError('INVALID_USAGE', `${file}: cannot be read: ${words}.`, { cause });
  }
  try {
    return reader.end();
  } catch (cause) {
    throw cause instanceof RuntimeError ? naming(file, cause) : cause;
  }
}

/** The same words, with the file that they are about. */
export const naming = (file: string, { code, message, facts, cause }: RuntimeError): RuntimeError =>
  new RuntimeError(code, `${file}: ${message}`, { cause, facts });

/** What is wrong with it, for people. */
export function sayProblems(file: string, { problems }: Recording): void {
  for (const problem of problems) say(`warning: ${file}: ${problem}`);
}
