// How values pass between the runtime and an isolate: as wire messages of an encoding. Where that is the encoding of the wire,
// a task goes in and a result comes out as the very bytes of their frames.

import type { TaskTongue } from '#handlers/isolated-host';
import type { Tongue } from '#handlers/rpc';
import { resultMessage } from '#runtime/speech';
import type { Codec } from '#wire/codec';
import { checkFrameSize, encodeMessage } from '#wire/encode';

export function createTongue(codec: () => Codec): Tongue {
  return {
    encode: (command, data) => encodeMessage(codec(), { command, data }, Number.POSITIVE_INFINITY),
    decode: (body) => {
      const bytes =
        typeof body === 'string' ? Buffer.from(body) : Buffer.from(body.buffer, body.byteOffset, body.length);
      const message = codec().decode(bytes, codec().encoding !== 'json');
      return typeof message === 'object' && message !== null && 'data' in message ? message.data : undefined;
    },
  };
}

interface Wire {
  readonly codec: () => Codec;
  readonly frameBytes: number;
}

/** The tongue of an isolate that speaks `spoken`, beside a wire that may speak something else. */
export function createTaskTongue(spoken: () => Codec, { codec, frameBytes }: Wire): TaskTongue {
  const tongue = createTongue(spoken);
  const isSame = (): boolean => codec().encoding === spoken().encoding;
  return {
    ...tongue,
    task: (data, frame) => (frame && isSame() ? frame.bytes : tongue.encode('initialize', data)),
    result: (body) =>
      isSame()
        ? checkFrameSize('done', body, frameBytes)
        : encodeMessage(codec(), resultMessage(tongue.decode(body)), frameBytes),
  };
}
