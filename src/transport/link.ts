// The connection to the worker as one endless stream of opened · frame · lost, over as many sockets as it takes. The only place
// that reconnects: charts hear that the link opened or was lost, and know nothing of retrying.
//
//   L9. Reconnect without harm: K1 to K4.
//   K1. A socket is opened only after the one before it has closed.
//   K2. `lost` follows each `opened`; an attempt that never opened is `unreachable` instead.
//   K3. The wait grows with every attempt in a row; it begins again once the other side has spoken.
//   K4. `refused` is the last word: the stream completes.

import { concatMap, defer, EMPTY, Observable, repeat } from 'rxjs';
import { type After, afterRealTime } from '#model/after';
import { type Backoff, backoffDelay } from '#model/backoff';
import { type AfterClose, afterClose } from '#transport/close-code';
import type { SocketEvent, SocketPort } from '#transport/socket';
import type { RawFrame } from '#wire/decoder';

export type LinkEvent =
  /** `connection` counts from 1. */
  | { readonly kind: 'opened'; readonly connection: number; readonly port: SocketPort }
  | { readonly kind: 'frame'; readonly frame: RawFrame }
  /** `oversized`: a frame came that was larger than the limit. */
  | { readonly kind: 'lost'; readonly code: number; readonly reason: string; readonly oversized: boolean }
  | { readonly kind: 'unreachable'; readonly reason: string }
  | { readonly kind: 'refused'; readonly reason: string };

export interface LinkOptions {
  readonly backoff: Backoff;
  /** Asked before each new attempt: false ends the stream. */
  readonly wanted?: () => boolean;
  readonly random?: () => number;
  /** Whose time the waits go by. Default: real time. */
  readonly after?: After;
}

/** A stream of link events that opens a new socket whenever the last one is gone. Unsubscribing ends it. */
export function createLink(open: () => Observable<SocketEvent>, options: LinkOptions): Observable<LinkEvent> {
  const { backoff, wanted = () => true, random = Math.random, after = afterRealTime } = options;
  let connection = 0;
  let attempt = 0;
  let next: AfterClose = { kind: 'reopen', atLeastMs: 0 };

  function onClosed(opened: boolean, event: Extract<SocketEvent, { kind: 'closed' }>): LinkEvent[] {
    next = afterClose(event.code);
    const { code, reason, oversized } = event;
    const end: LinkEvent[] = opened ? [{ kind: 'lost', code, reason, oversized }] : [{ kind: 'unreachable', reason }];
    return next.kind === 'end' ? [...end, { kind: 'refused', reason: next.reason }] : end;
  }

  function wait(): Observable<unknown> {
    if (next.kind === 'end' || !wanted()) return EMPTY;
    const delay = Math.max(next.atLeastMs, backoffDelay(backoff, attempt, random()));
    attempt += 1;
    return new Observable<void>((subscriber) =>
      after(delay, () => {
        subscriber.next();
        subscriber.complete();
      }),
    );
  }

  return defer(() => {
    let opened = false;
    return open().pipe(
      concatMap((event): LinkEvent[] => {
        switch (event.kind) {
          case 'opened':
            opened = true;
            connection += 1;
            return [{ kind: 'opened', connection, port: event.port }];
          case 'frame':
            attempt = 0;
            return [event];
          case 'closed':
            return onClosed(opened, event);
        }
      }),
    );
  }).pipe(repeat({ delay: wait }));
}
