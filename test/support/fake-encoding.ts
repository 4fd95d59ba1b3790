// The three encodings of the conversation for the fake worker, by their libraries and not by our codecs: a mistake in those must
// not hide here.

import { calculateObjectSize, deserialize, serialize, setInternalBufferSize } from 'bson';
import { Packr } from 'msgpackr';
import type { RawData } from 'ws';

export type FakeEncoding = 'json' | 'bson' | 'msgpack';

/** A message of the algorithm, decoded and not checked further. */
export interface ReceivedFrame {
  readonly command: string;
  readonly data?: unknown;
  readonly error?: unknown;
}

const packr = new Packr({ useRecords: false });

export function encodingOf(name: string): FakeEncoding | undefined {
  return name === 'json' || name === 'bson' || name === 'msgpack' ? name : undefined;
}

export function encodeFrame(encoding: FakeEncoding, message: Readonly<Record<string, unknown>>): string | Uint8Array {
  switch (encoding) {
    case 'json':
      return JSON.stringify(message);
    case 'bson': {
      const document = { data: message };
      // The library loses what does not fit its buffer, which only grows.
      setInternalBufferSize(calculateObjectSize(document) + 1_024);
      return serialize(document);
    }
    case 'msgpack':
      return Uint8Array.prototype.slice.call(packr.pack(message));
  }
}

export type DecodedFrame =
  { readonly kind: 'frame'; readonly value: ReceivedFrame } | { readonly kind: 'undecodable'; readonly reason: string };

export function decodeFrame(encoding: FakeEncoding, raw: RawData, isBinary: boolean): DecodedFrame {
  if (isBinary !== (encoding !== 'json'))
    return { kind: 'undecodable', reason: `${encoding} in a ${isBinary ? 'binary' : 'text'} frame` };
  let value: unknown;
  try {
    value = decode(encoding, bytesOf(raw));
  } catch (error) {
    return { kind: 'undecodable', reason: `not ${encoding}: ${String(error)}` };
  }
  return isFrame(value) ? { kind: 'frame', value } : { kind: 'undecodable', reason: 'no object with a command' };
}

function decode(encoding: FakeEncoding, bytes: Buffer): unknown {
  switch (encoding) {
    case 'json':
      return JSON.parse(bytes.toString('utf8'));
    case 'bson':
      return deserialize(bytes, { promoteBuffers: true }).data;
    case 'msgpack':
      return packr.unpack(bytes);
  }
}

function bytesOf(raw: RawData): Buffer {
  if (Buffer.isBuffer(raw)) return raw;
  return Array.isArray(raw) ? Buffer.concat(raw) : Buffer.from(raw);
}

function isFrame(value: unknown): value is ReceivedFrame {
  return typeof value === 'object' && value !== null && 'command' in value && typeof value.command === 'string';
}
