// A line without a socket: what one end sends, the other gets, frame by frame, with the events of a real socket. One place that
// listens, and as many connections as are opened to it.
//
//   M1. Nothing arrives in the turn in which it was sent: each way takes a turn of the event loop, as a real socket does.
//   M2. A close is seen by both ends, after what was sent before it; after that, nothing.

import { Observable, Subject } from 'rxjs';
import type { Connection, Listener } from '#transport/listener';
import { ENVELOPE_ALLOWANCE, type SocketEvent, type SocketOptions, type SocketPort } from '#transport/socket';
import type { Frame } from '#wire/codec';
import type { RawFrame } from '#wire/decoder';

// As they were when this was loaded: a line goes on under the fake timers of a test runner.
const nextTurn = setImmediate;

export interface MemoryLine {
  readonly listener: Listener;
  openSocket(url: string, options: SocketOptions): Observable<SocketEvent>;
  /** Whether something is on its way. */
  readonly isBusy: boolean;
}

type Report = (event: SocketEvent) => void;

/** One end: what it says arrives at the other one. */
interface End {
  readonly port: SocketPort;
  listen(report: Report): void;
  /** Hears nothing any more. */
  leave(): void;
}

const WITHOUT_A_WORD = 1006;
const TOO_BIG = 1009;

/** Does work in the next turn, in the order in which it was given. */
interface Turns {
  add(work: () => void): void;
  readonly isBusy: boolean;
}

function createTurns(): Turns {
  let waiting: (() => void)[] = [];
  const run = (): void => {
    const due = waiting;
    waiting = [];
    for (const work of due) work();
  };
  return {
    add: (work) => {
      if (waiting.length === 0) nextTurn(run);
      waiting.push(work);
    },
    get isBusy() {
      return waiting.length > 0;
    },
  };
}

interface EndOptions {
  readonly turns: Turns;
  /** Frames are text, also those that are given as bytes. */
  readonly text: boolean;
  /** What the other end takes, in bytes. */
  readonly limit: number;
}

interface Line {
  isOpen: boolean;
}

function createEnd(line: Line, other: () => Report, { turns, text, limit }: EndOptions): End & { report: Report } {
  let listener: Report = () => undefined;
  const both = (event: SocketEvent, theirs = event): void => {
    if (!line.isOpen) return;
    line.isOpen = false;
    turns.add(() => {
      other()(theirs);
      listener(event);
    });
  };
  const closed = (code: number, reason: string, oversized = false): SocketEvent => ({
    kind: 'closed',
    code,
    reason,
    oversized,
  });
  const port: SocketPort = {
    send: (frame) => {
      if (!line.isOpen) return;
      const raw = rawFrame(frame, text);
      if (raw.bytes.length > limit) {
        const words = 'Max payload size exceeded';
        return both(closed(TOO_BIG, ''), closed(WITHOUT_A_WORD, words, true));
      }
      turns.add(() => other()({ kind: 'frame', frame: raw }));
    },
    cork: () => undefined,
    uncork: () => undefined,
    close: (code, reason) => both(closed(code, reason)),
    terminate: () => both(closed(WITHOUT_A_WORD, '')),
    get isOpen() {
      return line.isOpen;
    },
    buffered: 0,
  };
  return {
    port,
    report: (event) => listener(event),
    listen: (report) => {
      listener = report;
    },
    leave: () => {
      listener = () => undefined;
    },
  };
}

function rawFrame(frame: Frame, text: boolean): RawFrame {
  if (typeof frame === 'string') return { bytes: Buffer.from(frame), isBinary: false };
  return { bytes: Buffer.from(frame.buffer, frame.byteOffset, frame.byteLength), isBinary: !text };
}

/** `frameBytes`: what the listening end takes. */
export function createMemoryLine(frameBytes: number): MemoryLine {
  const turns = createTurns();
  const connections = new Subject<Connection>();
  const open = new Set<SocketPort>();
  let isClosed = false;

  function connect(url: string, options: SocketOptions, report: Report): End {
    const line: Line = { isOpen: true };
    const limit = Math.ceil(options.frameBytes * ENVELOPE_ALLOWANCE);
    const client = createEnd(line, () => server.report, { turns, text: options.text, limit: frameBytes });
    const server = createEnd(line, () => client.report, { turns, text: false, limit });
    const { pathname, search } = new URL(url);
    client.listen(report);
    const events = new Observable<SocketEvent>((subscriber) => {
      server.listen((event) => {
        subscriber.next(event);
        if (event.kind === 'closed') subscriber.complete();
      });
      return server.leave;
    });
    turns.add(() => {
      if (!line.isOpen) return;
      open.add(server.port);
      report({ kind: 'opened', port: client.port });
      connections.next({ path: pathname + search, port: server.port, events });
    });
    return client;
  }

  return {
    listener: {
      port: 0,
      connections,
      close: () => {
        isClosed = true;
        connections.complete();
        for (const port of open) port.terminate();
        open.clear();
        return Promise.resolve();
      },
    },
    openSocket: (url, options) =>
      new Observable((subscriber) => {
        if (isClosed) {
          subscriber.next({ kind: 'closed', code: WITHOUT_A_WORD, reason: 'nobody listens', oversized: false });
          return subscriber.complete();
        }
        const end = connect(url, options, (event) => {
          subscriber.next(event);
          if (event.kind === 'closed') subscriber.complete();
        });
        return () => {
          end.leave();
          end.port.close(1000, '');
        };
      }),
    get isBusy() {
      return turns.isBusy;
    },
  };
}
