// A socket that is listened to: each frame is told when this end hands it over or gets it. And it can be cut, as a network does.

import { map, type Observable } from 'rxjs';
import type { SocketEvent, SocketOptions, SocketPort } from '#transport/socket';
import type { Crossed } from '#testing/tape';

type OpenSocket = (url: string, options: SocketOptions) => Observable<SocketEvent>;

export interface TappedSocket {
  readonly openSocket: OpenSocket;
  /** Both ends see 1006. */
  cut(): void;
}

export function tapSocket(openSocket: OpenSocket, onFrame: (crossed: Crossed) => void): TappedSocket {
  let current: SocketPort | undefined;

  /** What the algorithm says. */
  const tapped = (port: SocketPort, text: boolean): SocketPort => ({
    send: (frame) => {
      if (port.isOpen) onFrame({ from: 'algorithm', frame, isBinary: !text && typeof frame !== 'string' });
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
  });

  return {
    openSocket: (url, options) =>
      openSocket(url, options).pipe(
        map((event) => {
          if (event.kind === 'frame')
            onFrame({ from: 'worker', frame: event.frame.bytes, isBinary: event.frame.isBinary });
          if (event.kind !== 'opened') return event;
          current = event.port;
          return { ...event, port: tapped(event.port, options.text) };
        }),
      ),
    cut: () => current?.terminate(),
  };
}
