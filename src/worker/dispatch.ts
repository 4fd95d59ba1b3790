// How messages leave on one connection: encoded, and mangled where a fault says so.

import type { After } from '#model/after';
import type { SocketPort } from '#transport/socket';
import type { Delivery, Faults } from '#worker/faults';
import type { Codec, Frame } from '#wire/codec';
import { encodeMessage, type Message } from '#wire/encode';

const WITHOUT_A_WORD = 1006;

export interface Dispatch {
  /** Sends a message. Throws what explains why it cannot be encoded. */
  send(message: Message): void;
  /** Whether anything was said on this connection. */
  readonly hasSpoken: boolean;
  /** Nothing leaves any more, not even what is delayed. */
  end(): void;
}

interface DispatchOptions {
  readonly port: SocketPort;
  readonly codec: Codec;
  /** In bytes. */
  readonly frameBytes: number;
  readonly faults: Faults;
  /** Whose time delays go by. */
  readonly after: After;
}

export function createDispatch({ port, codec, frameBytes, faults, after }: DispatchOptions): Dispatch {
  const delayed = new Set<() => void>();
  let hasSpoken = false;

  function frameOf({ message, half, padding }: Delivery): Frame {
    if (padding > 0) return codec.encode({ ...message, data: { padding: ' '.repeat(padding) } });
    const frame = encodeMessage(codec, message, frameBytes);
    return half ? frame.slice(0, frame.length >> 1) : frame;
  }

  function leave({ copies }: Delivery, frame: Frame): void {
    for (let copy = 0; copy < copies; copy++) port.send(frame);
    hasSpoken ||= copies > 0;
  }

  return {
    get hasSpoken() {
      return hasSpoken;
    },
    send: (message) => {
      const delivery = faults.deliver(message);
      const { close, delayMs } = delivery;
      if (close) {
        if (close.code === WITHOUT_A_WORD) port.terminate();
        else port.close(close.code, close.reason);
        return;
      }
      const frame = frameOf(delivery);
      if (delayMs === 0) return leave(delivery, frame);
      const forget = after(delayMs, () => {
        delayed.delete(forget);
        leave(delivery, frame);
      });
      delayed.add(forget);
    },
    end: () => {
      for (const forget of delayed) forget();
      delayed.clear();
    },
  };
}
