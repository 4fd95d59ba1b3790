// One WebSocket as one stream: it opens, carries frames, closes. Subscribing opens it, unsubscribing closes it. It owns the
// socket and nothing else: whether to open another is the link's affair, what the bytes mean is the wire's.
//
//   S1. `closed` comes once, last, and the stream completes with it, also when the socket never opened.
//   S2. After an unsubscribe nothing is emitted, and the socket is gone within CLOSE_GRACE_MS.

import type { Duplex } from 'node:stream';
import { Observable } from 'rxjs';
import { WebSocket } from 'ws';
import type { Frame } from '#wire/codec';
import type { RawFrame } from '#wire/decoder';

/** The sending half of an open socket. */
export interface SocketPort {
  send(frame: Frame): void;
  /** Gathers what is sent until `uncork` into one write. */
  cork(): void;
  uncork(): void;
  close(code: number, reason: string): void;
  /** Ends it without a handshake: the other side sees 1006. */
  terminate(): void;
  /** False once it is closing: what is sent then is lost. */
  readonly isOpen: boolean;
  /** Bytes that were sent and have not left this process. */
  readonly buffered: number;
}

export type SocketEvent =
  | { readonly kind: 'opened'; readonly port: SocketPort }
  | { readonly kind: 'frame'; readonly frame: RawFrame }
  /** `oversized`: we closed it, because a frame came that was larger than the limit. */
  | { readonly kind: 'closed'; readonly code: number; readonly reason: string; readonly oversized: boolean };

/** A frame may be this much larger than the limit for what we send: the limit is for values, the envelope comes on top. */
export const ENVELOPE_ALLOWANCE = 1.05;

const CLOSE_GRACE_MS = 1_000;
const HANDSHAKE_TIMEOUT_MS = 10_000;

export interface SocketOptions {
  /** Bounds what is received. */
  readonly frameBytes: number;
  /** Frames are text, also those that are given as bytes. */
  readonly text: boolean;
}

/** Opens a client socket. */
export function openSocket(url: string, { frameBytes, text }: SocketOptions): Observable<SocketEvent> {
  return new Observable((subscriber) => {
    const socket = new WebSocket(url, {
      perMessageDeflate: false,
      maxPayload: Math.ceil(frameBytes * ENVELOPE_ALLOWANCE),
      handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
    });
    let stream: Duplex | undefined;
    socket.once('upgrade', (response) => (stream = response.socket));
    const listening = listenTo(socket, (event) => {
      subscriber.next(event);
      if (event.kind === 'closed') subscriber.complete();
    });
    socket.once('open', () => subscriber.next({ kind: 'opened', port: portOf(socket, stream, text) }));
    return () => {
      listening.stop();
      closeSoon(socket);
    };
  });
}

/** Reports frames and the end of a socket; `stop` leaves it with an error listener only, so that nothing is thrown. */
export function listenTo(socket: WebSocket, report: (event: SocketEvent) => void): { stop(): void } {
  let failure = '';
  let oversized = false;
  const onMessage = (bytes: WebSocket.RawData, isBinary: boolean): void => {
    if (Buffer.isBuffer(bytes)) report({ kind: 'frame', frame: { bytes, isBinary } });
  };
  const onError = (error: Error): void => {
    const code = 'code' in error ? String(error.code) : error.name;
    failure = error.message || code;
    oversized = code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH';
    // The library would wait half a minute for the other side to agree that this connection is over.
    if (oversized) terminateSoon(socket);
  };
  const onClose = (code: number, reason: Buffer): void =>
    report({ kind: 'closed', code, reason: reason.toString() || failure, oversized });
  socket.on('message', onMessage).on('error', onError).once('close', onClose);
  return {
    stop: () => {
      socket.off('message', onMessage).off('close', onClose);
    },
  };
}

/** The sending half of a socket; `stream` is the connection below it, where corking happens. `text`: bytes are text, too. */
export function portOf(socket: WebSocket, stream: Duplex | undefined, text = false): SocketPort {
  return {
    send: (frame) => socket.send(frame, { binary: !text && typeof frame !== 'string' }),
    cork: () => stream?.cork(),
    uncork: () => stream?.uncork(),
    close: (code, reason) => {
      if (socket.readyState !== WebSocket.OPEN) return;
      // The library would wait half a minute for the other side to agree.
      terminateSoon(socket);
      socket.close(code, reason);
    },
    terminate: () => socket.terminate(),
    get isOpen() {
      return socket.readyState === WebSocket.OPEN;
    },
    get buffered() {
      return socket.bufferedAmount;
    },
  };
}

function closeSoon(socket: WebSocket): void {
  if (socket.readyState === WebSocket.CLOSED) return;
  terminateSoon(socket);
  if (socket.readyState === WebSocket.CONNECTING) socket.terminate();
  else socket.close(1000);
}

function terminateSoon(socket: WebSocket): void {
  const timer = setTimeout(() => socket.terminate(), CLOSE_GRACE_MS);
  socket.once('close', () => clearTimeout(timer));
}
