// Reading a message without its large input. Handlers that run elsewhere read the frame there; here only the envelope is needed,
// and reading ten megabytes twice would be the most expensive part of a task.

import { withoutBsonInput } from '#wire/bson-input';
import type { Codec } from '#wire/codec';
import { findJsonInput } from '#wire/json-input';

/** Smaller frames are read whole: nothing is won by looking for the input. */
export const SEALED_BYTES = 16 * 1024;

const NOTHING = Buffer.from('[]');

function withoutInput({ encoding }: Codec, bytes: Buffer): Buffer | undefined {
  switch (encoding) {
    case 'json': {
      const input = findJsonInput(bytes);
      return input && Buffer.concat([bytes.subarray(0, input.start), NOTHING, bytes.subarray(input.end)]);
    }
    case 'bson':
      return withoutBsonInput(bytes);
    case 'msgpack':
      // Its arrays do not say how long they are in bytes.
      return undefined;
  }
}

/** A codec that leaves the array `data.input` of a large message out, where it can be found; all else is as in `codec`. */
export function sealing(codec: Codec): Codec {
  return {
    ...codec,
    decode: (bytes, isBinary) => {
      const sealed = bytes.length < SEALED_BYTES ? undefined : withoutInput(codec, bytes);
      return codec.decode(sealed ?? bytes, isBinary);
    },
  };
}
