// What leaves for the other side, in order. It knows three kinds of words: *answers* to this connection, a task's *words* (spans,
// progress, requests), and its *outcome*.
//
//   L1.  On a new connection nothing is sent before its first message has arrived, but for the end of the grace (`resume`). Answers
//        may go once it is heard; what waits goes when it has been dealt with (`release`), for it may have made that void.
//   L10. While it is held, a task's words and its outcome wait; `resume` sends what was never handed to an open socket. An outcome
//        that was handed over is sent again only when the host asks again (`repeat`).
//   L12. What waits is bounded: over the limit, spans and progress are dropped and counted, requests are refused. Waiting progress
//        is one message: the latest. Outcomes are never dropped.
//   L7.  A finish goes out if, and only if, its start did: else the other side would close the wrong span.
//   O1.  Answers and outcomes leave at once: else `started` would wait until a busy handler yields.
//   O2.  At most CORKED_FRAMES frames wait in one write: more costs memory and wins no time.

import { RuntimeError } from '#errors';
import type { SocketPort } from '#transport/socket';
import type { Frame } from '#wire/codec';

const CORKED_FRAMES = 64;

/** A task's word. A `request` has somebody waiting for it; a `stop` takes one back, and is never refused. */
export interface Word {
  readonly kind: 'spanStart' | 'spanFinish' | 'progress' | 'request' | 'stop';
  readonly frame: Frame;
}

export interface Outbox {
  attach(port: SocketPort): void;
  /** The other side has spoken on this connection: answers may go. */
  hear(): void;
  /** What it said has been dealt with: words may go. */
  release(): void;
  detach(): void;
  /** Sends an answer, if this connection has asked anything. */
  answer(frame: Frame): void;
  /** Sends or keeps a task's word. Throws `OUTBOX_FULL` for a request that finds no room. */
  send(word: Word): void;
  /** Sends or keeps the outcome; it stays until `forget`, because the host may ask again. */
  conclude(frame: Frame): void;
  /** From here on a task's words and outcome wait for `resume`. */
  hold(): void;
  resume(): void;
  /** The host asks for the outcome again. */
  repeat(): void;
  /** Drops what is kept: it belonged to a task that is no more. */
  forget(): void;
  /** Frames that wait; whether the outcome is one of them; words that were dropped so far. */
  readonly waiting: number;
  readonly owesOutcome: boolean;
  readonly dropped: number;
}

export interface OutboxOptions {
  /** How much may wait, in bytes, here or in the socket. */
  readonly maxBytes: number;
  /** Told once for each time the limit is hit. */
  readonly onFull: (maxBytes: number) => void;
}

export function createOutbox({ maxBytes, onFull }: OutboxOptions): Outbox {
  let port: SocketPort | undefined;
  let heard = false;
  let released = false;
  let held = false;
  /** For each span that is open: whether its start was sent or kept. */
  let spans: boolean[] = [];
  let corked = 0;
  let words: Word[] = [];
  let bytes = 0;
  let full = false;
  let dropped = 0;
  let outcome: { readonly frame: Frame; handed: boolean } | undefined;

  const openPort = (): SocketPort | undefined => (released && !held && port?.isOpen ? port : undefined);

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

  function refuse(word: Word): void {
    if (!full) onFull(maxBytes);
    full = true;
    if (word.kind === 'request') {
      throw new RuntimeError(
        'OUTBOX_FULL',
        `${maxBytes} bytes wait for the worker already: the request was not sent.`,
        {
          facts: { maxBytes },
        },
      );
    }
    dropped += 1;
    if (word.kind === 'spanStart') spans.push(false);
  }

  /** A start or finish that goes out, or waits to. */
  function noteSpan({ kind }: Word): void {
    if (kind === 'spanStart') spans.push(true);
    else if (kind === 'spanFinish') spans.pop();
  }

  const isNeverRefused = ({ kind }: Word): boolean => kind === 'stop' || kind === 'spanFinish';

  function keep(word: Word): void {
    const last = words.at(-1);
    if (word.kind === 'progress' && last?.kind === 'progress') {
      words.pop();
      bytes -= last.frame.length;
    }
    if (!isNeverRefused(word) && bytes + word.frame.length > maxBytes) return refuse(word);
    noteSpan(word);
    words.push(word);
    bytes += word.frame.length;
  }

  function send(word: Word): void {
    if (word.kind === 'spanFinish' && spans.at(-1) === false) {
      spans.pop();
      return;
    }
    const open = openPort();
    if (!open) return keep(word);
    if (!isNeverRefused(word) && open.buffered > maxBytes) return refuse(word);
    full = false;
    noteSpan(word);
    gather(open, word.frame);
  }

  function handOver(): void {
    const open = openPort();
    if (!open || !outcome || outcome.handed) return;
    uncork();
    open.send(outcome.frame);
    outcome.handed = true;
  }

  function clearWords(): Word[] {
    const kept = words;
    words = [];
    bytes = 0;
    full = false;
    return kept;
  }

  function flush(): void {
    const open = openPort();
    if (!open) return;
    for (const { frame } of clearWords()) gather(open, frame);
    handOver();
  }

  return {
    attach: (next) => {
      port = next;
      heard = false;
      released = false;
      corked = 0;
    },
    hear: () => {
      heard = true;
    },
    release: () => {
      if (released) return;
      released = true;
      flush();
    },
    detach: () => {
      uncork();
      port = undefined;
      heard = false;
      released = false;
    },
    answer: (frame) => {
      if (!port?.isOpen || !heard) return;
      uncork();
      port.send(frame);
    },
    send,
    conclude: (frame) => {
      outcome = { frame, handed: false };
      handOver();
    },
    hold: () => {
      held = true;
    },
    resume: () => {
      held = false;
      heard = port !== undefined;
      released = heard;
      flush();
    },
    repeat: () => {
      if (outcome) outcome.handed = false;
    },
    forget: () => {
      clearWords();
      outcome = undefined;
      held = false;
      spans = [];
    },
    get waiting() {
      return words.length + (outcome && !outcome.handed ? 1 : 0);
    },
    get owesOutcome() {
      return outcome !== undefined && !outcome.handed;
    },
    get dropped() {
      return dropped;
    },
  };
}
