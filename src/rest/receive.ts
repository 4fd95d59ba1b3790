// Forms (multipart/form-data) as they come: texts are kept, the one file is written to the disk while it comes, whatever its size.
//
//   I1. Memory does not grow with the file. What has come of a request that breaks off, or is refused, is gone.
//   I2. A file without a byte is none: HKube's tools send one where there is nothing to send.

import { createWriteStream } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { Busboy, type BusboyFileStream } from '@fastify/busboy';
import { RuntimeError } from '#errors';
import { describeFailure } from '#model/failure';
import type { Upload } from '#store/ports';

/** What HKube takes in one request. */
export const LARGEST_FILE = 2_000 * 2 ** 20;
const LARGEST_TEXT = 16 * 2 ** 20;
const MOST_TEXTS = 100;

export interface ReceivedForm {
  /** The value of a text, if it was there. */
  text(name: string): string | undefined;
  /** It belongs to whoever reads the form. */
  readonly file: Upload | undefined;
}

export interface FormPlace {
  /** How the part with the file is called. */
  readonly part: string;
  /** Where it is to be written. */
  readonly place: () => Promise<string>;
  readonly largest?: number | undefined;
}

export const isForm = ({ headers }: IncomingMessage): boolean =>
  headers['content-type']?.toLowerCase().startsWith('multipart/form-data') === true;

/** Reads a form, and gives it to `use`; the file is gone afterwards. Rejects with `INVALID_DESCRIPTOR` for what is none. */
export async function withForm<Result>(
  message: IncomingMessage,
  place: FormPlace,
  use: (form: ReceivedForm) => Promise<Result>,
): Promise<Result> {
  const path = await place.place();
  try {
    return await use(await receive(message, place, path));
  } catch (error) {
    // What still comes is let go by, so that the answer can be heard.
    message.resume();
    throw error;
  } finally {
    await rm(path, { force: true });
  }
}

async function receive(
  message: IncomingMessage,
  { part, largest = LARGEST_FILE }: FormPlace,
  path: string,
): Promise<ReceivedForm> {
  const texts = new Map<string, string>();
  let textSize = 0;
  const written: Promise<Upload>[] = [];
  const coming: BusboyFileStream[] = [];
  const parser = openParser(message, largest);
  let refusal: RuntimeError | undefined;
  const refuse = (error: RuntimeError): void => {
    refusal ??= error;
    parser.destroy(error);
  };
  parser.on('field', (...[name, value, , isCut]) => {
    textSize += value.length;
    if (isCut) return refuse(tooLarge(`the part "${name}"`, LARGEST_TEXT));
    if (textSize > LARGEST_TEXT) return refuse(tooLarge('all that is no file', LARGEST_TEXT));
    texts.set(name, value);
  });
  parser.on('fieldsLimit', () => refuse(tooMany()));
  parser.on('file', (name, stream, fileName) => {
    if (name !== part || written.length > 0) {
      stream.resume();
      return refuse(unexpected(name, part));
    }
    stream.once('limit', () => refuse(tooLarge(fileName || 'the file', largest)));
    const writing = pipeline(stream, createWriteStream(path, { flags: 'wx' })).then(() => ({
      path,
      fileName: fileName || undefined,
    }));
    // A file that is not written any more is not read any more either: the rest would wait for it for ever.
    writing.catch((error: unknown) => refuse(notWritten(error)));
    written.push(writing);
    coming.push(stream);
  });
  const files = await pipeline(message, parser)
    .then(() => Promise.all(written))
    .catch(async (error: unknown) => {
      // Whoever writes it waits for its end, and nobody else tells that it has none.
      for (const stream of coming) stream.destroy();
      await Promise.allSettled(written);
      throw refusal ?? broken(error);
    });
  const [file] = files;
  return { text: (name) => texts.get(name), file: file && (await isEmpty(file)) ? undefined : file };
}

function openParser({ headers }: IncomingMessage, largest: number): Busboy {
  if (Number(headers['content-length'] ?? 0) > largest + LARGEST_TEXT) throw tooLarge('the request', largest);
  try {
    const { 'content-type': type = '' } = headers;
    return new Busboy({
      headers: { ...headers, 'content-type': type },
      limits: { fileSize: largest, fieldSize: LARGEST_TEXT, fields: MOST_TEXTS, files: 10, headerPairs: 100 },
    });
  } catch (error) {
    throw broken(error);
  }
}

const isEmpty = async ({ path }: Upload): Promise<boolean> => (await stat(path)).size === 0;

const tooMany = (): RuntimeError =>
  new RuntimeError(
    'INVALID_DESCRIPTOR',
    `the form has more than ${MOST_TEXTS} parts that are no file: what is not asked for has to go.`,
  );

function broken(cause: unknown): RuntimeError {
  const words = describeFailure(cause).message.replace(/\.$/, '');
  return new RuntimeError('INVALID_DESCRIPTOR', `the form cannot be read: ${words}. Send it again.`, { cause });
}

const notWritten = (cause: unknown): RuntimeError =>
  new RuntimeError(
    'CANNOT_WRITE',
    `the file cannot be kept: ${describeFailure(cause).message}. Make room on the disk of local HKube, and send it again.`,
    { cause },
  );

const unexpected = (name: string, part: string): RuntimeError =>
  new RuntimeError(
    'INVALID_DESCRIPTOR',
    `unexpected file in the part "${name}": one file is expected, in the part "${part}".`,
  );

const tooLarge = (what: string, bytes: number): RuntimeError =>
  new RuntimeError(
    'INVALID_DESCRIPTOR',
    `request entity too large: ${what} is larger than ${bytes} bytes. Leave out what does not belong to the code, by .hkubeignore.`,
    { facts: { status: 413, hkube: 'request entity too large' } },
  );
