// What a frame says to somebody who only listens: read as far as it can be, and judged by nobody.

import type { Codec, Frame } from '#wire/codec';

export interface Overheard {
  /** Null: it cannot be read. */
  readonly command: string | null;
  /** The data of the message, or its error; of a frame that cannot be read why, of a large one only its size. */
  readonly data: unknown;
  readonly bytes: number;
}

/** What is larger is not read: it would cost as much as all the rest. */
const LARGEST_READ = 2_000_000;
const HEAD = 200;

export function overhear(codec: Codec, frame: Frame, isBinary: boolean): Overheard {
  const bytes = typeof frame === 'string' ? Buffer.byteLength(frame) : frame.length;
  if (bytes > LARGEST_READ) return { command: commandAtHead(frame), data: new Uint8Array(bytes), bytes };
  try {
    const message = codec.decode(typeof frame === 'string' ? Buffer.from(frame) : asBuffer(frame), isBinary);
    if (typeof message !== 'object' || message === null) return { command: null, data: message, bytes };
    const fields: Readonly<Record<string, unknown>> = { ...message };
    const command = typeof fields.command === 'string' ? fields.command : null;
    return { command, data: 'data' in fields ? fields.data : fields.error, bytes };
  } catch (error) {
    return { command: null, data: error instanceof Error ? error.message : String(error), bytes };
  }
}

const asBuffer = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** All encodings write the command first, and as text. */
function commandAtHead(frame: Frame): string | null {
  const head = typeof frame === 'string' ? frame.slice(0, HEAD) : asBuffer(frame).subarray(0, HEAD).toString('latin1');
  return /command\W{1,8}([A-Za-z]{4,40})/.exec(head)?.[1] ?? null;
}
