// A port that is listened to: each frame is told when it is handed over.

import type { SocketPort } from '#transport/socket';
import type { Frame } from '#wire/codec';

export function tapPort(port: SocketPort, onSent: (frame: Frame) => void): SocketPort {
  return {
    send: (frame) => {
      if (port.isOpen) onSent(frame);
      port.send(frame);
    },
    cork: () => port.cork(),
    uncork: () => port.uncork(),
    close: (code, reason) => port.close(code, reason),
    terminate: () => port.terminate(),
    get isOpen() {
      return port.isOpen;
    },
    get buffered() {
      return port.buffered;
    },
  };
}
