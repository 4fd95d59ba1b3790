// The link as marbles: o opens, f is a frame, c a close; the subscription windows show that sockets never overlap.

import type { Observable } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { describe, expect, it } from 'vitest';
import { createLink, type LinkEvent } from '#transport/link';
import type { SocketEvent, SocketPort } from '#transport/socket';

const port: SocketPort = {
  send: () => undefined,
  cork: () => undefined,
  uncork: () => undefined,
  close: () => undefined,
};
const frame = { bytes: Buffer.from('{}'), isBinary: false };

const socket: Record<string, SocketEvent> = {
  o: { kind: 'opened', port },
  f: { kind: 'frame', frame },
  c: { kind: 'closed', code: 1006, reason: 'gone' },
};
const events: Record<string, LinkEvent> = {
  A: { kind: 'opened', connection: 1, port },
  B: { kind: 'opened', connection: 2, port },
  f: { kind: 'frame', frame },
  l: { kind: 'lost', code: 1006, reason: 'gone' },
  u: { kind: 'unreachable', reason: 'gone' },
};

function runMarbles(
  work: (helpers: Parameters<Parameters<TestScheduler['run']>[0]>[0], scheduler: TestScheduler) => void,
): void {
  const scheduler = new TestScheduler((actual, expected) => expect(actual).toEqual(expected));
  scheduler.run((helpers) => work(helpers, scheduler));
}

/** Hands out sockets in turn. */
const inTurn = (sockets: Observable<SocketEvent>[]) => {
  let next = 0;
  return () => {
    const socket = sockets[next];
    next += 1;
    if (!socket) throw new RangeError('no more sockets');
    return socket;
  };
};

describe('the link', () => {
  it('K1: opens the next socket only when the one before is gone, after the wait', () => {
    runMarbles(({ cold, expectObservable, expectSubscriptions }, scheduler) => {
      const first = cold<SocketEvent>(' -of-(c|)', socket);
      const second = cold<SocketEvent>('-o-f---', socket);
      const link = createLink(inTurn([first, second]), { retryMs: 3, scheduler });
      //                                     0123456789
      expectObservable(link, '        ^-----------!').toBe('-Af-l---B-f', events);
      expectSubscriptions(first.subscriptions).toBe('       ^---!');
      expectSubscriptions(second.subscriptions).toBe('      -------^----!');
    });
  });

  it('K2: says unreachable, not lost, where nothing has opened', () => {
    runMarbles(({ cold, expectObservable }, scheduler) => {
      const refused = cold<SocketEvent>(' -(c|)', socket);
      const fine = cold<SocketEvent>('    -o----', socket);
      const link = createLink(inTurn([refused, refused, fine]), { retryMs: 2, scheduler });
      expectObservable(link, '    ^----------!').toBe('-u--u--A', events);
    });
  });

  it('counts connections, not attempts', () => {
    runMarbles(({ cold, expectObservable }, scheduler) => {
      const short = cold<SocketEvent>('  o(c|)', socket);
      const refused = cold<SocketEvent>('(c|)', socket);
      const last = cold<SocketEvent>('   o----', socket);
      const link = createLink(inTurn([short, refused, last]), { retryMs: 1, scheduler });
      expectObservable(link, '   ^-----!').toBe('AluB', events);
    });
  });

  it('closes its socket when it is unsubscribed, and opens no other', () => {
    runMarbles(({ cold, expectObservable, expectSubscriptions }, scheduler) => {
      const only = cold<SocketEvent>('                 -o-----', socket);
      const link = createLink(inTurn([only]), { retryMs: 1, scheduler });
      expectObservable(link, '^---!').toBe('            -A', events);
      expectSubscriptions(only.subscriptions).toBe('^---!');
    });
  });
});
