// The place of the worker in a replay: a port of this machine, the connection of the algorithm on it, and what it says, to be
// taken in order.

import type { Subscription } from 'rxjs';
import { type Spoken, UNCOMPARED } from '#replay/compare';
import { listen } from '#transport/listener';
import type { SocketPort } from '#transport/socket';
import { jsonCodec } from '#wire/codec';
import { DEFAULT_FRAME_BYTES } from '#wire/encode';
import { decodeOutgoing } from '#wire/outgoing';
import type { RawFrame } from '#wire/decoder';

export interface ReplayLine {
  readonly url: string;
  send(message: Spoken): void;
  /** The next message that is compared; undefined: none came in this time, or before the algorithm left. */
  next(ms: number): Promise<Spoken | undefined>;
  /** Waits for a report of progress of which this holds, one that came before included. */
  progress(holds: (data: unknown) => boolean, ms: number): Promise<boolean>;
  /** The last report since the last outcome; undefined: there was none. */
  readonly lastProgress: Spoken | undefined;
  /** Begins a new series of reports. */
  forgetProgress(): void;
  /** Waits for a connection; false: none came. */
  connected(ms: number): Promise<boolean>;
  /** Without a word. */
  cut(): void;
  readonly isConnected: boolean;
  close(): Promise<void>;
}

export async function openLine(): Promise<ReplayLine> {
  const listener = await listen(0, DEFAULT_FRAME_BYTES);
  const waiting: Spoken[] = [];
  let reports: Spoken[] = [];
  let port: SocketPort | undefined;
  let subscription: Subscription | undefined;
  let wake = (): void => undefined;

  function hear(frame: RawFrame): void {
    const message = spokenIn(frame);
    // Of a long task only the last reports matter.
    if (message.command === 'progress') reports = [...reports.slice(-MOST_REPORTS), message];
    else if (!UNCOMPARED.has(message.command)) waiting.push(message);
    wake();
  }

  listener.connections.subscribe((connection) => {
    subscription?.unsubscribe();
    port = connection.port;
    subscription = connection.events.subscribe((event) => {
      if (event.kind === 'frame') hear(event.frame);
      if (event.kind === 'closed') port = undefined;
      wake();
    });
    wake();
  });

  /** Whether it holds before the time is over; asked anew whenever anything happens. */
  async function until(holds: () => boolean, ms: number): Promise<boolean> {
    const end = Date.now() + ms;
    while (!holds()) {
      const left = end - Date.now();
      if (left <= 0) return false;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, left);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    return true;
  }

  return {
    url: `ws://127.0.0.1:${listener.port}`,
    send: (message) => port?.send(jsonCodec.encode(message)),
    next: async (ms) => {
      await until(() => waiting.length > 0 || port === undefined, ms);
      return waiting.shift();
    },
    progress: (holds, ms) => until(() => waiting.length > 0 || reports.some(({ data }) => holds(data)), ms),
    get lastProgress() {
      return reports.at(-1);
    },
    forgetProgress: () => {
      reports = [];
    },
    connected: (ms) => until(() => port !== undefined, ms),
    cut: () => {
      port?.terminate();
      port = undefined;
    },
    get isConnected() {
      return port !== undefined;
    },
    close: () => listener.close(),
  };
}

const MOST_REPORTS = 1_000;

/** What is worth comparing: of an error message the error, as recordings have it. */
function spokenIn(frame: RawFrame): Spoken {
  const decoded = decodeOutgoing(jsonCodec, frame);
  if (decoded.kind === 'rejected') return { command: decoded.rejection.command ?? 'a frame that cannot be read' };
  const { message } = decoded;
  if (message.command !== 'errorMessage') return message;
  return { command: message.command, data: message.error ?? message.data };
}
