// From a message to a frame. What cannot be encoded gets an error that says where in the value, and a frame that the other
// end would refuse is refused here, where something can still be done about it.

import { RuntimeError } from '#errors';
import { findUnencodable } from '#model/json';
import type { Codec, Frame } from '#wire/codec';

/** What every message has in common, in both directions. */
export interface Message {
  readonly command: string;
  readonly data?: unknown;
  readonly error?: unknown;
}

/** The limit of a real worker: `WORKER_SOCKET_MAX_PAYLOAD_BYTES`, in bytes. */
export const DEFAULT_FRAME_BYTES = 1e8;

/** The size of a frame in bytes. */
export function frameSize(frame: Frame): number {
  return typeof frame === 'string' ? Buffer.byteLength(frame) : frame.byteLength;
}

/** Encodes a message, or throws `NOT_ENCODABLE` naming the place, or `FRAME_TOO_LARGE` naming the sizes. */
export function encodeMessage(codec: Codec, message: Message, frameBytes: number = DEFAULT_FRAME_BYTES): Frame {
  let frame: Frame;
  try {
    frame = codec.encode(message);
  } catch (cause) {
    throw notEncodable(codec, message, cause);
  }
  return checkFrameSize(message.command, frame, frameBytes);
}

/** The frame, or `FRAME_TOO_LARGE` naming the sizes. */
export function checkFrameSize(command: string, frame: Frame, frameBytes: number): Frame {
  // A string has at most three bytes a unit: most frames are shown to be small enough without being measured.
  if (frame.length * 3 <= frameBytes) return frame;
  const bytes = frameSize(frame);
  if (bytes <= frameBytes) return frame;
  throw new RuntimeError(
    'FRAME_TOO_LARGE',
    `The ${command} message is ${bytes} bytes, over the limit of ${frameBytes} bytes that the worker accepts. ` +
      'Return less, split the work into a batch, or keep large data in files and return their paths.',
    { facts: { bytes, frameBytes, command } },
  );
}

function notEncodable(codec: Codec, message: Message, cause: unknown): RuntimeError {
  const root = message.command === 'done' ? 'result' : `${message.command}.data`;
  const found = findUnencodable(message.data, root);
  const words = cause instanceof Error ? cause.message : String(cause);
  const where = found ? `${found.path} is ${found.what}` : words;
  return new RuntimeError('NOT_ENCODABLE', `The value cannot be sent as ${codec.encoding}: ${where}.`, {
    cause,
    facts: found ? { path: found.path } : {},
  });
}
