// The connection to the worker as one endless stream of opened · frame · lost, over as many sockets as it takes. The only place
// that reconnects: charts hear that the link opened or was lost, and know nothing of retrying.
//
//   K1. A socket is opened only after the one before it has closed.
//   K2. `lost` follows each `opened`; an attempt that never opened is `unreachable` instead.

import { defer, map, type Observable, repeat, type SchedulerLike, timer } from 'rxjs';
import type { SocketEvent, SocketPort } from '#transport/socket';
import type { RawFrame } from '#wire/decoder';

export type LinkEvent =
  /** `connection` counts from 1. */
  | { readonly kind: 'opened'; readonly connection: number; readonly port: SocketPort }
  | { readonly kind: 'frame'; readonly frame: RawFrame }
  | { readonly kind: 'lost'; readonly code: number; readonly reason: string }
  | { readonly kind: 'unreachable'; readonly reason: string };

export interface LinkOptions {
  /** How long to wait after a loss, in milliseconds. */
  readonly retryMs: number;
  readonly scheduler?: SchedulerLike;
}

/** A stream of link events that opens a new socket whenever the last one is gone. Unsubscribing ends it. */
export function createLink(
  open: () => Observable<SocketEvent>,
  { retryMs, scheduler }: LinkOptions,
): Observable<LinkEvent> {
  let connection = 0;
  return defer(() => {
    let opened = false;
    return open().pipe(
      map((event): LinkEvent => {
        switch (event.kind) {
          case 'opened':
            opened = true;
            connection += 1;
            return { kind: 'opened', connection, port: event.port };
          case 'frame':
            return event;
          case 'closed':
            return opened
              ? { kind: 'lost', code: event.code, reason: event.reason }
              : { kind: 'unreachable', reason: event.reason };
        }
      }),
    );
  }).pipe(repeat({ delay: () => timer(retryMs, scheduler) }));
}
