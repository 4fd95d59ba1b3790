// The link as marbles: o opens, f is a frame, c a close; the subscription windows show that sockets never overlap.

import type { Observable } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { describe, expect, it } from 'vitest';
import type { After } from '#model/after';
import { createLink, type LinkEvent } from '#transport/link';
import type { SocketEvent, SocketPort } from '#transport/socket';

const port: SocketPort = {
  send: () => undefined,
  cork: () => undefined,
  uncork: () => undefined,
  close: () => undefined,
  terminate: () => undefined,
  isOpen: true,
  buffered: 0,
};
const frame = { bytes: Buffer.from('{}'), isBinary: false };

const socket: Record<string, SocketEvent> = {
  o: { kind: 'opened', port },
  f: { kind: 'frame', frame },
  c: { kind: 'closed', code: 1001, reason: 'gone', oversized: false },
};
const events: Record<string, LinkEvent> = {
  A: { kind: 'opened', connection: 1, port },
  B: { kind: 'opened', connection: 2, port },
  f: { kind: 'frame', frame },
  l: { kind: 'lost', code: 1001, reason: 'gone', oversized: false },
  u: { kind: 'unreachable', reason: 'gone' },
};

function runMarbles(work: (helpers: Parameters<Parameters<TestScheduler['run']>[0]>[0], after: After) => void): void {
  const scheduler = new TestScheduler((actual, expected) => expect(actual).toEqual(expected));
  const after: After = (ms, work) => {
    const waiting = scheduler.schedule(work, ms);
    return () => waiting.unsubscribe();
  };
  scheduler.run((helpers) => work(helpers, after));
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

/** A wait that chance does not change. */
const always = (ms: number) => ({ backoff: { minMs: ms, maxMs: ms }, random: () => 1 });

describe('the link', () => {
  it('K1: opens the next socket only when the one before is gone, after the wait', () => {
    runMarbles(({ cold, expectObservable, expectSubscriptions }, after) => {
      const first = cold<SocketEvent>(' -of-(c|)', socket);
      const second = cold<SocketEvent>('-o-f---', socket);
      const link = createLink(inTurn([first, second]), { ...always(3), after });
      //                                     0123456789
      expectObservable(link, '        ^-----------!').toBe('-Af-l---B-f', events);
      expectSubscriptions(first.subscriptions).toBe('       ^---!');
      expectSubscriptions(second.subscriptions).toBe('      -------^----!');
    });
  });

  it('K2: says unreachable, not lost, where nothing has opened', () => {
    runMarbles(({ cold, expectObservable }, after) => {
      const refused = cold<SocketEvent>(' -(c|)', socket);
      const fine = cold<SocketEvent>('    -o----', socket);
      const link = createLink(inTurn([refused, refused, fine]), { ...always(2), after });
      expectObservable(link, '    ^----------!').toBe('-u--u--A', events);
    });
  });

  it('counts connections, not attempts', () => {
    runMarbles(({ cold, expectObservable }, after) => {
      const short = cold<SocketEvent>('  o(c|)', socket);
      const refused = cold<SocketEvent>('(c|)', socket);
      const last = cold<SocketEvent>('   o----', socket);
      const link = createLink(inTurn([short, refused, last]), { ...always(1), after });
      expectObservable(link, '   ^-----!').toBe('AluB', events);
    });
  });

  it('closes its socket when it is unsubscribed, and opens no other', () => {
    runMarbles(({ cold, expectObservable, expectSubscriptions }, after) => {
      const only = cold<SocketEvent>('                 -o-----', socket);
      const link = createLink(inTurn([only]), { ...always(1), after });
      expectObservable(link, '^---!').toBe('            -A', events);
      expectSubscriptions(only.subscriptions).toBe('^---!');
    });
  });

  it('K3: waits longer with every attempt in a row, and begins again once the other side has spoken', () => {
    runMarbles(({ cold, expectObservable }, after) => {
      const refused = cold<SocketEvent>('(c|)', socket);
      const spoken = cold<SocketEvent>('ofc|', socket);
      const options = { backoff: { minMs: 1, maxMs: 4 }, random: () => 1, after };
      const link = createLink(inTurn([refused, refused, refused, refused, refused, spoken, refused, refused]), options);
      // Waits of 1, 2, 4, 4, 4; then of 1 and 2 again.
      expectObservable(link, '^---------------------!').toBe('uu-u---u---u---Afl-u-u', events);
    });
  });

  it('K4: ends with 4001, and says so last', () => {
    runMarbles(({ cold, expectObservable }, after) => {
      const taken = cold<SocketEvent>('o-(x|)', {
        ...socket,
        x: { kind: 'closed', code: 4001, reason: '', oversized: false },
      });
      const link = createLink(inTurn([taken]), { ...always(1), after });
      expectObservable(link).toBe('A-(Lr|)', {
        L: { kind: 'lost', code: 4001, reason: '', oversized: false },
        ...events,
        r: { kind: 'refused', reason: expect.stringContaining('4001') },
      });
    });
  });

  it.each([
    [1013, 1_000],
    [1006, 20],
    [1000, 1],
  ])('a close with %i is followed by a wait of %i ms at least', (code, ms) => {
    runMarbles(({ cold, expectObservable }, after) => {
      const closed = cold<SocketEvent>('(x|)', { x: { kind: 'closed', code, reason: 'gone', oversized: false } });
      const fine = cold<SocketEvent>('  o', socket);
      const link = createLink(inTurn([closed, fine]), { ...always(1), after });
      expectObservable(link, `^ ${ms + 1}ms !`).toBe(`u ${ms - 1}ms A`, events);
    });
  });

  it('opens nothing more when it is not wanted any more', () => {
    runMarbles(({ cold, expectObservable }, after) => {
      const only = cold<SocketEvent>('oc|', socket);
      const link = createLink(inTurn([only]), { ...always(1), wanted: () => false, after });
      expectObservable(link).toBe('Al|', events);
    });
  });
});
