// The three encodings of the conversation, framed exactly as HKube's worker frames them. One frame holds one message.
//
//   json     text frame, the message itself
//   bson     binary frame, a document {data: message}: BSON has no other top level than a document
//   msgpack  binary frame, the message itself, `undefined` as nil
//
// bson and msgpackr load only when asked for: they cost start-up time.

import * as z from 'zod/mini';

export const Encoding = z.enum(['json', 'bson', 'msgpack']);
export type Encoding = z.output<typeof Encoding>;

/** Bytes (or text) of one frame, ready for the socket. In json both are text: bytes are its UTF-8. */
export type Frame = string | Uint8Array;

/** Turns messages into frames and back. Both throw what their library throws; `#wire/decode` and `#wire/encode` give it words. */
export interface Codec {
  readonly encoding: Encoding;
  encode(message: unknown): Frame;
  decode(frame: Buffer, isBinary: boolean): unknown;
}

/** The one that needs no library. */
export const jsonCodec: Codec = {
  encoding: 'json',
  encode: (message) => JSON.stringify(message),
  decode: (frame): unknown => JSON.parse(frame.toString('utf8')),
};

async function createBsonCodec(): Promise<Codec> {
  const { calculateObjectSize, deserialize, serialize, setInternalBufferSize } = await import('bson');
  // The library writes into one buffer and, past its end, loses bytes in silence: so the capacity is tracked here.
  let capacity = 17 * 2 ** 20;

  function encode(message: unknown): Uint8Array {
    const document = { data: message };
    try {
      const bytes = serialize(document);
      if (bytes.length <= capacity) return bytes;
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
    }
    capacity = Math.max(capacity, Math.ceil(calculateObjectSize(document) * 1.1));
    setInternalBufferSize(capacity);
    return serialize(document);
  }

  return {
    encoding: 'bson',
    encode,
    decode: (frame, isBinary): unknown => {
      if (!isBinary) throw new TypeError('a text frame came where bson is spoken');
      return deserialize(frame, { promoteBuffers: true }).data;
    },
  };
}

/**
 * Typed arrays other than `Uint8Array` as their bytes: the library would write as many bytes as they have *elements*. What holds
 * none is given back as it is.
 */
function viewsAsBytes(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (ArrayBuffer.isView(value)) {
    return value instanceof Uint8Array ? value : new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  }
  if (Array.isArray(value)) {
    const items = value.map(viewsAsBytes);
    return items.some((item, index) => item !== value[index]) ? items : value;
  }
  if (Object.getPrototypeOf(value) !== Object.prototype) return value;
  const entries = Object.entries(value).map(([key, item]): [string, unknown, boolean] => {
    const plain = viewsAsBytes(item);
    return [key, plain, plain !== item];
  });
  if (!entries.some(([, , changed]) => changed)) return value;
  return Object.fromEntries(entries.map(([key, plain]) => [key, plain]));
}

async function createMsgpackCodec(): Promise<Codec> {
  const { Packr } = await import('msgpackr');
  const packr = new Packr({
    useRecords: false,
    variableMapSize: true,
    encodeUndefinedAsNil: true,
    int64AsType: 'number',
  });
  return {
    encoding: 'msgpack',
    // The library hands out views of a buffer that it will write to again; a frame may wait in an outbox.
    encode: (message) => Uint8Array.prototype.slice.call(packr.pack(viewsAsBytes(message))),
    decode: (frame, isBinary): unknown => {
      if (!isBinary) throw new TypeError('a text frame came where msgpack is spoken');
      return packr.unpack(frame);
    },
  };
}

/** The codec of an encoding, its library loaded. */
export async function loadCodec(encoding: Encoding): Promise<Codec> {
  switch (encoding) {
    case 'json':
      return jsonCodec;
    case 'bson':
      return createBsonCodec();
    case 'msgpack':
      return createMsgpackCodec();
  }
}
