// The line to the algorithm: the listener's connections become events for the chart, and the newest of them carries what the
// worker says.
//
//   N1. The newest connection counts. The one before it is reported lost and closed first, so that the chart never knows two.
//   N2. Frames are heard in order, and none before its connection has been reported open, however long a codec takes to load.
//   N3. A frame that cannot be understood is reported and harms nothing (L11).

import { concatMap, from, merge, type Observable, of } from 'rxjs';
import type { SessionEvent } from '#machines/session.events';
import type { Connection } from '#transport/listener';
import type { SocketEvent } from '#transport/socket';
import { hear } from '#worker/hear';
import { type Codec, loadCodec } from '#wire/codec';
import { type ConnectionTerms, readConnectionTerms } from '#wire/connection-url';
import type { RawFrame, Rejection } from '#wire/decoder';
import { encodeMessage, type Message } from '#wire/encode';
import { decodeOutgoing } from '#wire/outgoing';

const REPLACED = { code: 4001, reason: 'another algorithm has connected to this worker' } as const;
const POLICY_VIOLATION = 1008;

type Tell = (event: SessionEvent) => void;
type LineEvent = { readonly kind: 'opened' } | SocketEvent;

export interface Line {
  /** Sends a message to the algorithm, if there is one. Throws what explains why it cannot be encoded. */
  send(message: Message): void;
  /** Closes the connection. */
  hangUp(code: number, reason: string): void;
  /** Tells the chart what happens, until the returned function is called. */
  listen(tell: Tell): () => void;
}

/** The connection that counts. */
interface Current {
  readonly codec: Codec;
  readonly connection: Connection;
}

export function createLine(connections: Observable<Connection>, frameBytes: number): Line {
  let current: Current | undefined;

  function send(message: Message): void {
    current?.connection.port.send(encodeMessage(current.codec, message, frameBytes));
  }

  function lose(tell: Tell, { code, reason }: { readonly code: number; readonly reason: string }): void {
    current = undefined;
    tell({ type: 'link.lost', code, reason });
  }

  function replace(tell: Tell): void {
    const replaced = current;
    if (!replaced) return;
    lose(tell, REPLACED);
    replaced.connection.port.close(REPLACED.code, REPLACED.reason);
  }

  function onFrame(codec: Codec, frame: RawFrame, tell: Tell): void {
    const decoded = decodeOutgoing(codec, frame);
    if (decoded.kind === 'rejected') return tell({ type: 'wire.rejected', rejection: decoded.rejection });
    const heard = hear(decoded.message);
    if (heard.kind === 'event') return tell(heard.event);
    if (heard.kind === 'nothing') return;
    send(heard.message);
    tell(rejected({ kind: 'unexpected', command: decoded.message.command, reason: heard.reason }));
  }

  function onEvent({ codec, connection }: Current, event: LineEvent, tell: Tell): void {
    const isCurrent = current?.connection === connection;
    if (event.kind === 'opened' && !isCurrent) {
      replace(tell);
      current = { codec, connection };
      tell({ type: 'link.opened' });
    } else if (event.kind === 'frame' && isCurrent) onFrame(codec, event.frame, tell);
    else if (event.kind === 'closed' && isCurrent) lose(tell, event);
  }

  function accept(connection: Connection, tell: Tell): void {
    const terms = readTerms(connection.path);
    const refusal = refusalOf(terms);
    if (terms === undefined || refusal !== undefined) {
      connection.events.subscribe();
      connection.port.close(POLICY_VIOLATION, 'encoding or storage not supported');
      return tell(rejected({ kind: 'unexpected', command: null, reason: refusal ?? '' }));
    }
    const codec = loadCodec(terms.encoding);
    merge(of<LineEvent>({ kind: 'opened' }), connection.events)
      .pipe(concatMap((event) => from(codec.then((loaded) => ({ codec: loaded, event }))))) // N2
      .subscribe(({ codec: loaded, event }) => onEvent({ codec: loaded, connection }, event, tell));
  }

  return {
    send,
    hangUp: (code, reason) => current?.connection.port.close(code, reason),
    listen: (tell) => {
      const accepting = connections.subscribe((connection) => accept(connection, tell));
      return () => accepting.unsubscribe();
    },
  };
}

function rejected(rejection: Rejection): SessionEvent {
  return { type: 'wire.rejected', rejection };
}

function readTerms(path: string): ConnectionTerms | undefined {
  try {
    return readConnectionTerms(path);
  } catch {
    // Not every path that HTTP lets through is a URL.
    return undefined;
  }
}

function refusalOf(terms: ConnectionTerms | undefined): string | undefined {
  if (terms === undefined)
    return 'A connection was refused: its query asks for an encoding other than json, bson, msgpack, or a storage other than v1.';
  if (terms.storage === 'v1') return undefined;
  return `A connection was refused: it asks for storage ${terms.storage}, which is not built yet. Set STORAGE_PROTOCOL=v1 for the algorithm.`;
}
