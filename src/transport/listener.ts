// The listening side: a WebSocket server on one port as a stream of connections. It owns the server; what a connection means is
// its subscriber's affair.

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Observable, Subject } from 'rxjs';
import { WebSocketServer } from 'ws';
import { RuntimeError } from '#errors';
import { listenTo, portOf, type SocketEvent, type SocketPort } from '#transport/socket';

/** One accepted socket: the path that it asked for, both halves. */
export interface Connection {
  readonly path: string;
  readonly port: SocketPort;
  readonly events: Observable<SocketEvent>;
}

export interface Listener {
  readonly port: number;
  readonly connections: Observable<Connection>;
  close(): Promise<void>;
}

/** Listens on `port` (0: whichever is free) of the loopback address; frames over `frameBytes` end their connection with 1009. */
export async function listen(port: number, frameBytes: number): Promise<Listener> {
  const http = createServer((_, response) => response.writeHead(426).end('This port speaks WebSocket.\n'));
  const server = new WebSocketServer({ server: http, perMessageDeflate: false, maxPayload: frameBytes });
  const connections = new Subject<Connection>();
  server.on('error', () => undefined); // the http server reports the same error to the promise below
  server.on('connection', (socket, request) => {
    socket.on('error', () => undefined); // whoever listens hears of it as a close; nobody may be listening
    const events = new Observable<SocketEvent>((subscriber) => {
      const listening = listenTo(socket, (event) => {
        subscriber.next(event);
        if (event.kind === 'closed') subscriber.complete();
      });
      return () => listening.stop();
    });
    connections.next({ path: request.url ?? '/', port: portOf(socket, request.socket), events });
  });
  await new Promise<void>((resolve, reject) => {
    http.once('error', (cause) => {
      reject(
        new RuntimeError('CANNOT_CONNECT', `Port ${port} cannot be opened: ${cause.message}. Choose another port.`, {
          cause,
        }),
      );
    });
    http.listen(port, '127.0.0.1', resolve);
  });
  return {
    port: addressOf(http.address()).port,
    connections,
    close: async () => {
      connections.complete();
      for (const client of server.clients) client.terminate();
      server.close();
      await new Promise((resolve) => http.close(resolve));
    },
  };
}

function addressOf(address: AddressInfo | string | null): AddressInfo {
  if (address === null || typeof address === 'string')
    throw new RuntimeError('CANNOT_CONNECT', 'The server has no port.');
  return address;
}
