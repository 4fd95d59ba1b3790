// A socket that is listened to: each frame is told when this end hands it over or gets it. And it can be cut, as a network does.

import { map, type Observable } from 'rxjs';
import type { SocketEvent, SocketOptions, SocketPort } from '#transport/socket';
import { tapPort } from '#transport/tap';
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
  const tapped = (port: SocketPort, text: boolean): SocketPort =>
    tapPort(port, (frame) => onFrame({ from: 'algorithm', frame, isBinary: !text && typeof frame !== 'string' }));

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
