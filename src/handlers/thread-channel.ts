// A worker thread as a channel. Bytes change hands without a copy, and two words of memory are shared: one tells a loop that never
// yields that its run is to end, the other counts what is on its way.
//
//   T1. A thread has at most IN_FLIGHT notes on their way: one that says more than the runtime can take waits (L12), else their
//       queue would grow without end, and the runtime would do nothing but read it.
//   T2. What a thread has said is heard before its end.

import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from 'node:worker_threads';
import type { Channel, ChannelEvents, OpenChannel } from '#handlers/channel';
import type { Body } from '#handlers/rpc';
import { describeFailure } from '#model/failure';
import { readLines } from '#processes/lines';
import { createTail } from '#processes/tail';

/** What a thread is made of. */
export interface ThreadProgram {
  /** The module that it runs, or source to evaluate. */
  readonly program: URL | string;
  readonly execArgv: readonly string[];
}

/** A posted message. */
export interface Posted {
  readonly note: unknown;
  readonly body?: Body;
}

/** Smaller text is posted as text: that is cheaper than making bytes of it. */
const BYTES_PAY = 64 * 1024;

/** Posts a note, and hands the bytes of its body over: they are the other thread's from then on. */
export function post(target: MessagePort, note: unknown, body?: Body): void {
  if (body === undefined) return target.postMessage({ note });
  if (typeof body === 'string' && body.length < BYTES_PAY) return target.postMessage({ note, body });
  const bytes = typeof body === 'string' ? Buffer.from(body) : body;
  const { buffer } = bytes;
  // A small Buffer is a view of a pool that belongs to all: it is copied.
  const own = buffer instanceof ArrayBuffer && buffer.byteLength === bytes.byteLength ? bytes : new Uint8Array(bytes);
  target.postMessage({ note, body: own }, own.buffer instanceof ArrayBuffer ? [own.buffer] : []);
}

/** What both threads see: the highest run that was told to end, and the notes on their way to the runtime. */
export type Shared = Int32Array<SharedArrayBuffer>;
const [ASKED, ON_THEIR_WAY, WORDS] = [0, 1, 2];
const IN_FLIGHT = 64;

/** The thread's way to the runtime (T1). */
export function postBack(target: MessagePort, shared: Int32Array, posted: Posted): void {
  Atomics.add(shared, ON_THEIR_WAY, 1);
  post(target, posted.note, posted.body);
  let count = Atomics.load(shared, ON_THEIR_WAY);
  while (count >= IN_FLIGHT) {
    Atomics.wait(shared, ON_THEIR_WAY, count);
    count = Atomics.load(shared, ON_THEIR_WAY);
  }
}

/** The highest run that was told to end. */
export const askedOf = (shared: Int32Array): number => Atomics.load(shared, ASKED);

/** The end of a thread comes by another way than what it said before, and may overtake it (T2). */
function takeTheRest(ours: MessagePort, take: (posted: Posted) => void): void {
  const next = (): { readonly message: Posted } | undefined => receiveMessageOnPort(ours);
  for (let rest = next(); rest; rest = next()) take(rest.message);
}

export function openThread({ program, execArgv }: ThreadProgram): OpenChannel {
  return ({ onNote, onEnd }: ChannelEvents): Channel => {
    const shared: Shared = new Int32Array(new SharedArrayBuffer(WORDS * Int32Array.BYTES_PER_ELEMENT));
    // A port of our own: what the author's code posts to its parent is not for us.
    const { port1: ours, port2: theirs } = new MessageChannel();
    const worker = new Worker(program, {
      eval: typeof program === 'string',
      execArgv: [...execArgv],
      workerData: { shared, port: theirs },
      transferList: [theirs],
      stderr: true,
      name: 'algorithm-actor handlers',
    });
    const tail = createTail();
    readLines(worker.stderr, (line) => {
      tail.add(line);
      process.stderr.write(`${line}\n`);
    });
    let uncaught: unknown;
    let taken = 0;
    // Once a turn of the event loop: else what the thread says next would be read in the same turn, and sockets and timers wait.
    const makeRoom = (): void => {
      Atomics.sub(shared, ON_THEIR_WAY, taken);
      Atomics.notify(shared, ON_THEIR_WAY);
      taken = 0;
    };
    const take = ({ note, body }: Posted): void => {
      if (taken === 0) setImmediate(makeRoom);
      taken += 1;
      onNote(note, body);
    };
    ours.on('message', take);
    worker.once('error', (error) => {
      uncaught = error;
    });
    worker.once('exit', (code) => {
      takeTheRest(ours, take);
      const { message, details } = uncaught === undefined ? { message: '', details: '' } : describeFailure(uncaught);
      const how =
        uncaught === undefined
          ? `its thread ended with exit code ${code}`
          : `its thread was ended by an error that nobody caught: ${message}`;
      onEnd({ how, tail: tail.text, stack: details });
    });
    return {
      post: (command, body) => post(ours, command, body),
      warn: (run) => Atomics.store(shared, ASKED, run),
      kill: () => void worker.terminate(),
    };
  };
}
