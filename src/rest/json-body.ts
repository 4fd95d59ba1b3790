// The JSON of a request, read as it comes and no further than it may be large.

import type { IncomingMessage } from 'node:http';
import { RuntimeError } from '#errors';
import { describeFailure } from '#model/failure';

/** HKube takes twenty times as much; here it all would be in memory, more than once. Code and readmes come as forms, which are streamed. */
export const LARGEST_JSON = 100 * 2 ** 20;

const HEARD_MS = 1_000;

/** Rejects with `INVALID_DESCRIPTOR` for what is too large (413), or no JSON. */
export async function readJson(message: IncomingMessage, largest: number = LARGEST_JSON): Promise<unknown> {
  const text = new TextDecoder().decode(await bytesOf(message, largest));
  try {
    return JSON.parse(text);
  } catch (cause) {
    const { 'content-type': type = 'application/json' } = message.headers;
    const sent = /\bjson\b/.test(type) ? '' : `; it was sent as ${type}`;
    const words = `the body is no JSON: ${describeFailure(cause).message}${sent}`;
    throw new RuntimeError('INVALID_DESCRIPTOR', words, { cause });
  }
}

/** Rejects like `readJson` for what is too large. */
export async function bytesOf(message: IncomingMessage, largest: number): Promise<Buffer> {
  if (Number(message.headers['content-length'] ?? 0) > largest) throw refused(message, largest);
  const chunks: Buffer[] = [];
  let size = 0;
  // Leaving the loop would end the connection before the answer.
  const parts: AsyncIterable<Uint8Array> = message.iterator({ destroyOnReturn: false });
  for await (const part of parts) {
    const bytes = Buffer.from(part.buffer, part.byteOffset, part.byteLength);
    size += bytes.length;
    if (size > largest) throw refused(message, largest);
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}

/** What still comes goes by for a moment, so that the answer is heard; then the connection is cut. */
function refused(message: IncomingMessage, bytes: number): RuntimeError {
  message.resume();
  const timer = setTimeout(() => message.destroy(), HEARD_MS);
  message.once('close', () => clearTimeout(timer));
  return tooLarge(bytes);
}

const tooLarge = (bytes: number): RuntimeError =>
  new RuntimeError('INVALID_DESCRIPTOR', `request entity too large: JSON of more than ${bytes} bytes is not taken`, {
    facts: { status: 413, hkube: 'request entity too large' },
  });
