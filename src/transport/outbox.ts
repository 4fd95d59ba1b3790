// What leaves for the other side, in order. It holds back until the other side has spoken, and gathers the frames of one turn
// of the event loop into few writes.
//
//   L1. On a new connection nothing is sent before its first message has arrived (`release`).
//   O1. `urgent` frames leave at once: else `started` would wait until a busy handler yields.
//   O2. At most CORKED_FRAMES frames wait in one write: more costs memory and wins no time.

import type { SocketPort } from '#transport/socket';
import type { Frame } from '#wire/codec';

const CORKED_FRAMES = 64;

export interface Outbox {
  /** A new connection is open; what is sent waits until `release`. */
  attach(port: SocketPort): void;
  /** The other side has spoken: what waits may go. */
  release(): void;
  /** The connection is gone; what is sent waits for the next. */
  detach(): void;
  /** Sends a frame in its turn, or keeps it until there is someone to hear it. */
  send(frame: Frame, urgency: 'urgent' | 'gathered'): void;
  /** Drops what waits: it belonged to a task that is no more. */
  forget(): void;
  /** Frames that wait for a connection. */
  readonly waiting: number;
}

export function createOutbox(): Outbox {
  let port: SocketPort | undefined;
  let released = false;
  let corked = 0;
  let held: Frame[] = [];

  function uncork(): void {
    if (corked === 0) return;
    corked = 0;
    port?.uncork();
  }

  function gather(open: SocketPort, frame: Frame): void {
    if (corked === 0) {
      open.cork();
      queueMicrotask(uncork);
    }
    corked += 1;
    open.send(frame);
    if (corked >= CORKED_FRAMES) uncork();
  }

  function send(frame: Frame, urgency: 'urgent' | 'gathered'): void {
    if (port === undefined || !released) {
      held.push(frame);
    } else if (urgency === 'gathered') {
      gather(port, frame);
    } else {
      uncork();
      port.send(frame);
    }
  }

  return {
    attach: (next) => {
      port = next;
      released = false;
      corked = 0;
    },
    release: () => {
      if (released) return;
      released = true;
      const frames = held;
      held = [];
      for (const frame of frames) send(frame, 'gathered');
    },
    detach: () => {
      uncork();
      port = undefined;
      released = false;
    },
    send,
    forget: () => {
      held = [];
    },
    get waiting() {
      return held.length;
    },
  };
}
