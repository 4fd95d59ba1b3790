// A worker thread as a channel. Bytes change hands without a copy; a word of shared memory tells a loop that never yields that
// its run is to end.

import { createInterface } from 'node:readline';
import { Worker } from 'node:worker_threads';
import type { Channel, ChannelEvents, OpenChannel } from '#handlers/channel';
import type { Body } from '#handlers/rpc';
import { describeFailure } from '#model/failure';
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
export function post(target: Pick<Worker, 'postMessage'>, note: unknown, body?: Body): void {
  if (body === undefined) return target.postMessage({ note });
  if (typeof body === 'string' && body.length < BYTES_PAY) return target.postMessage({ note, body });
  const bytes = typeof body === 'string' ? Buffer.from(body) : body;
  const { buffer } = bytes;
  // A small Buffer is a view of a pool that belongs to all: it is copied.
  const own = buffer instanceof ArrayBuffer && buffer.byteLength === bytes.byteLength ? bytes : new Uint8Array(bytes);
  target.postMessage({ note, body: own }, own.buffer instanceof ArrayBuffer ? [own.buffer] : []);
}

/** Highest run that was told to end, in the shared word. */
export const EVERY_RUN = 2 ** 31 - 1;

export function openThread({ program, execArgv }: ThreadProgram): OpenChannel {
  return ({ onNote, onEnd }: ChannelEvents): Channel => {
    const asked = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
    const worker = new Worker(program, {
      eval: typeof program === 'string',
      execArgv: [...execArgv],
      workerData: { asked },
      stderr: true,
      name: 'algorithm-actor handlers',
    });
    const tail = createTail();
    createInterface({ input: worker.stderr, crlfDelay: Infinity }).on('line', (line) => {
      tail.add(line);
      process.stderr.write(`${line}\n`);
    });
    let uncaught: unknown;
    worker.on('message', ({ note, body }: Posted) => onNote(note, body));
    worker.once('error', (error) => {
      uncaught = error;
    });
    worker.once('exit', (code) => {
      const { message, details } = uncaught === undefined ? { message: '', details: '' } : describeFailure(uncaught);
      const how =
        uncaught === undefined
          ? `its thread ended with exit code ${code}`
          : `its thread was ended by an error that nobody caught: ${message}`;
      onEnd({ how, tail: tail.text, stack: details });
    });
    return {
      post: (command, body) => post(worker, command, body),
      warn: (run) => Atomics.store(asked, 0, run),
      kill: () => void worker.terminate(),
    };
  };
}
