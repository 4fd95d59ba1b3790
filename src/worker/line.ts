// The line to the algorithm: the listener's connections become events for the chart, and the newest of them carries what the
// worker says.
//
//   N1. The newest connection counts. The one before it is reported lost and closed first, so that the chart never knows two.
//       The debug sidecar keeps the older one, and sends the newer one away.
//   N2. Frames are heard in order, and none before its connection has been reported open, however long a codec takes to load.
//   N3. Nothing that comes can harm this process: what HKube's worker dies of is an event with a refusal.

import { concatMap, from, merge, type Observable, of } from 'rxjs';
import type { SessionEvent } from '#machines/session.events';
import { type Refusal, REFUSALS } from '#machines/session.refusals';
import type { Connection } from '#transport/listener';
import type { SocketEvent } from '#transport/socket';
import { tapPort } from '#transport/tap';
import { createDispatch, type Dispatch } from '#worker/dispatch';
import type { Faults } from '#worker/faults';
import type { Heard } from '#worker/refusals';
import { type Codec, type Frame, loadCodec } from '#wire/codec';
import type { After } from '#model/after';
import { describeFailure } from '#model/failure';
import type { RawFrame, Rejection } from '#wire/decoder';
import type { Message } from '#wire/encode';
import { decodeOutgoing, type ReceivedOutgoing } from '#wire/outgoing';
import { overhear, type Overheard } from '#wire/overhear';
import { readTerms, type Terms } from '#worker/terms';

const REPLACED = { code: 4001, reason: 'another algorithm has connected to this worker' } as const;
const ALREADY_CONNECTED = { code: 4001, reason: 'another client is already connected' } as const;
const POLICY_VIOLATION = 1008;

type Tell = (event: SessionEvent) => void;
type LineEvent = { readonly kind: 'opened' } | SocketEvent;

export interface Line {
  /** Sends a message to the algorithm, if there is one. Throws what explains why it cannot be encoded. */
  send(message: Message): void;
  /** Sends an answer to what the algorithm has said. One that cannot be sent is reported, and harms nothing. */
  answer(message: Message): void;
  /** Closes the connection; without a code it is cut off, as by a process that dies, and not reported lost. */
  hangUp(code?: number, reason?: string): void;
  /** Ends the connection without a word, as a network does: it is reported lost. */
  cut(): void;
  /** Tells the chart what happens, until the returned function is called. */
  listen(tell: Tell): () => void;
}

export interface LineOptions {
  readonly connections: Observable<Connection>;
  /** The largest frame in bytes. */
  readonly frameBytes: number;
  readonly faults: Faults;
  /** Whose time delayed messages go by. */
  readonly after: After;
  readonly profile: 'worker' | 'debug';
  /** Listens to what crosses the wire. */
  readonly ear?: LineEar | undefined;
  /** What a message means. */
  readonly hear: (message: ReceivedOutgoing) => Heard;
  /** What a frame means that is no message. */
  readonly hearRejection: (rejection: Rejection) => Heard;
}

/** Listens to each message that crosses, while it is open: else none is read for it. */
export interface LineEar {
  readonly isOpen: boolean;
  /** `connection` counts the connections of this line. */
  hear(seen: Overheard & { readonly from: 'worker' | 'algorithm'; readonly connection: number }): void;
}

/** The connection that counts. */
interface Current {
  readonly codec: Codec;
  readonly connection: Connection;
  readonly terms: Terms;
  readonly dispatch: Dispatch;
  /** Tells the ear of a frame, if there is one that listens. */
  listen(from: 'worker' | 'algorithm', frame: Frame, isBinary: boolean): void;
  hasBeenHeard: boolean;
}

export function createLine(options: LineOptions): Line {
  const { connections, frameBytes, faults, after, profile, ear, hear, hearRejection } = options;
  let current: Current | undefined;
  let opened = 0;
  let report: Tell = () => undefined;

  function answer(message: Message): void {
    try {
      current?.dispatch.send(message);
    } catch (error) {
      const reason = `the answer cannot be sent: ${describeFailure(error).message}`;
      report({ type: 'wire.rejected', rejection: { kind: 'unexpected', command: message.command, reason } });
    }
  }

  function forget(): Current | undefined {
    const former = current;
    current = undefined;
    former?.dispatch.end();
    return former;
  }

  function replace(tell: Tell): void {
    const replaced = forget();
    if (!replaced) return;
    tell({ type: 'link.complained', refusal: REFUSALS.secondConnection });
    tell({ type: 'link.lost', ...REPLACED });
    replaced.connection.port.close(REPLACED.code, REPLACED.reason);
  }

  /** In the encoding of the one that is there: so does the sidecar. */
  function sendAway({ port }: Connection, { codec, terms }: Current): void {
    const data = terms.hostname === undefined ? {} : { hostname: terms.hostname };
    const dispatch = createDispatch({ port, codec, frameBytes, faults, after });
    dispatch.send({ command: 'alreadyConnectedError', data });
    dispatch.end();
    port.close(ALREADY_CONNECTED.code, ALREADY_CONNECTED.reason);
  }

  function open(next: Current, tell: Tell): void {
    if (current && profile === 'debug') return sendAway(next.connection, current);
    replace(tell);
    current = next;
    tell({ type: 'link.opened' });
  }

  function onFrame(one: Current, frame: RawFrame, tell: Tell): void {
    one.listen('algorithm', frame.bytes, frame.isBinary);
    if (!one.dispatch.hasSpoken && !one.hasBeenHeard) tell({ type: 'wire.spokeFirst' });
    one.hasBeenHeard = true;
    // The chart may cut the line over a frame.
    if (current !== one) return;
    const decoded = decodeOutgoing(one.codec, frame);
    const heard = decoded.kind === 'rejected' ? hearRejection(decoded.rejection) : hear(decoded.message);
    if (heard.kind === 'event') return tell(heard.event);
    tell({ type: 'wire.refused', refusal: heard.refusal });
    if (current === one) answer(heard.message);
  }

  function onEvent(one: Current, event: LineEvent, tell: Tell): void {
    if (event.kind === 'opened') return open(one, tell);
    if (current?.connection !== one.connection) return;
    if (event.kind === 'frame') return onFrame(one, event.frame, tell);
    if (event.kind !== 'closed') return;
    forget();
    if (event.oversized) tell({ type: 'link.complained', refusal: tooLarge(frameBytes) });
    tell({ type: 'link.lost', code: event.code, reason: event.reason });
  }

  function accept(connection: Connection, tell: Tell): void {
    const terms = readTerms(connection.path, profile);
    if (terms.kind === 'refused') {
      connection.events.subscribe();
      connection.port.close(POLICY_VIOLATION, 'encoding or storage not supported');
      return tell({ type: 'link.complained', refusal: terms.refusal });
    }
    opened += 1;
    const number = opened;
    const loading = loadCodec(terms.encoding).then((codec): Current => {
      const listen = (from: 'worker' | 'algorithm', frame: Frame, isBinary: boolean): void => {
        if (ear?.isOpen) ear.hear({ from, connection: number, ...overhear(codec, frame, isBinary) });
      };
      const isBinary = terms.encoding !== 'json';
      const port = ear ? tapPort(connection.port, (frame) => listen('worker', frame, isBinary)) : connection.port;
      const dispatch = createDispatch({ port, codec, frameBytes, faults, after });
      return { codec, connection, terms, dispatch, listen, hasBeenHeard: false };
    });
    merge(of<LineEvent>({ kind: 'opened' }), connection.events)
      .pipe(concatMap((event) => from(loading.then((one) => ({ one, event }))))) // N2
      .subscribe(({ one, event }) => onEvent(one, event, tell));
  }

  return {
    send: (message) => current?.dispatch.send(message),
    answer,
    hangUp: (code, reason = '') => {
      if (code !== undefined) return current?.connection.port.close(code, reason);
      forget()?.connection.port.terminate();
    },
    cut: () => current?.connection.port.terminate(),
    listen: (tell) => {
      report = tell;
      const accepting = connections.subscribe((connection) => accept(connection, tell));
      return () => {
        accepting.unsubscribe();
        current?.dispatch.end();
      };
    },
  };
}

const tooLarge = (frameBytes: number): Refusal => ({
  sent: `a frame of more than ${frameBytes} bytes`,
  rule: 'HKube’s worker closes the connection (1009), and the attempt is lost.',
  consequence: 'ended',
  remedy: 'Return less, split the work into a batch, or keep large data in files and return their paths.',
});
