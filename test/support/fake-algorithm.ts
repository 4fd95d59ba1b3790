// The algorithm's end of the wire for tests: a client made of bare `ws` and the encoders, none of our code. It says only what a
// test tells it to say, and keeps all that it hears.
//
//   const algorithm = await connectFakeAlgorithm(worker.url);
//   await algorithm.next('initialize');
//   algorithm.say('initialized');

import { WebSocket } from 'ws';
import {
  decodeFrame,
  encodeFrame,
  encodingOf,
  type FakeEncoding,
  type ReceivedFrame,
} from '#test/support/fake-encoding';
import { createWaitingQueue } from '#test/support/waiting-queue';

const WAIT_MS = 10_000;

export interface FakeAlgorithm {
  /** Every frame so far, in order. */
  readonly received: readonly ReceivedFrame[];
  /** Sends `{command, data}`; without `data` the field is left out. */
  say(command: string, data?: unknown): void;
  /** Sends `errorMessage` with an error at its top level. */
  fail(message: string): void;
  /** Sends a frame as it is. */
  sayRaw(frame: string | Uint8Array): void;
  /** Takes the next frame of that name. */
  next(command: string): Promise<ReceivedFrame>;
  /** Takes the task as far as `working`; gives the data of `initialize`. */
  begin(): Promise<unknown>;
  /** Resolves when all that was sent has been heard, and all that was said to it before that has arrived. */
  roundTrip(): Promise<void>;
  /** The close code, as soon as there is one. */
  readonly closed: Promise<number>;
  /** Cuts the line. */
  drop(): void;
}

/** Connects with this query, `?encoding=json&storage=v1` for example; without one as a bare client does. */
export async function connectFakeAlgorithm(url: string, query = ''): Promise<FakeAlgorithm> {
  const encoding: FakeEncoding = encodingOf(new URLSearchParams(query).get('encoding') ?? 'json') ?? 'json';
  const socket = new WebSocket(`${url}/${query}`, { perMessageDeflate: false });
  const received: ReceivedFrame[] = [];
  const frames = createWaitingQueue<ReceivedFrame>('frame', () => received.map(({ command }) => command).join(', '));
  socket.on('message', (raw, isBinary) => {
    const decoded = decodeFrame(encoding, raw, isBinary);
    const frame = decoded.kind === 'frame' ? decoded.value : { command: `undecodable: ${decoded.reason}` };
    received.push(frame);
    frames.put(frame);
  });
  const closed = new Promise<number>((resolve) => {
    socket.once('close', (code) => {
      frames.end(`the connection was closed with ${code}`);
      resolve(code);
    });
  });
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  socket.on('error', () => undefined);

  const sayRaw = (frame: string | Uint8Array): void => socket.send(frame);
  const send = (message: Readonly<Record<string, unknown>>): void => sayRaw(encodeFrame(encoding, message));
  const say = (command: string, data?: unknown): void => send(data === undefined ? { command } : { command, data });
  const next = (command: string): Promise<ReceivedFrame> =>
    frames.take((frame) => frame.command === command, { what: command, waitMs: WAIT_MS });

  return {
    received,
    say,
    fail: (message) => send({ command: 'errorMessage', error: { code: 'Failed', message } }),
    sayRaw,
    next,
    begin: async () => {
      const { data } = await next('initialize');
      say('initialized');
      await next('start');
      say('started');
      return data;
    },
    roundTrip: () =>
      new Promise((resolve) => {
        socket.once('pong', () => resolve());
        socket.ping();
      }),
    closed,
    drop: () => socket.terminate(),
  };
}
