// The conversation of one task as it crossed the line: kept as frames, read when somebody looks.
//
//   L12. At most TAPE_FRAMES are kept; how many were not is counted.

import type { Incoming } from '#wire/incoming';
import type { Outgoing } from '#wire/outgoing';
import type { Codec, Frame } from '#wire/codec';

/** What the two sides can say. */
export type Command = Incoming['command'] | Outgoing['command'];

/** One frame of the conversation. `data` and `error` are there where the message has them. */
export interface TestFrame {
  readonly from: 'worker' | 'algorithm';
  /** Null for a frame that cannot be read: `unreadable` says why. */
  readonly command: string | null;
  readonly data?: unknown;
  readonly error?: unknown;
  readonly unreadable?: string;
}

/** A frame as it crossed. */
export interface Crossed {
  readonly from: TestFrame['from'];
  readonly frame: Frame;
  readonly isBinary: boolean;
}

export interface Tape {
  add(crossed: Crossed): void;
  /** In order. */
  readonly frames: readonly TestFrame[];
  /** Frames over the limit. */
  readonly leftOut: number;
  /** Calls back for each frame from now on, until the returned function is called. */
  listen(onFrame: (frame: TestFrame) => void): () => void;
}

const TAPE_FRAMES = 100_000;

/** `codec` is asked for when the first frame is read. */
export function createTape(codec: () => Codec): Tape {
  const crossed: Crossed[] = [];
  const read: TestFrame[] = [];
  const listeners = new Set<(frame: TestFrame) => void>();
  let leftOut = 0;

  function frames(): readonly TestFrame[] {
    for (const one of crossed.slice(read.length)) read.push(readFrame(codec(), one));
    return read;
  }

  return {
    add: (one) => {
      const isKept = crossed.length < TAPE_FRAMES;
      if (isKept) crossed.push(one);
      else leftOut += 1;
      if (listeners.size === 0) return;
      const frame = (isKept && frames().at(-1)) || readFrame(codec(), one);
      for (const listener of [...listeners]) listener(frame);
    },
    get frames() {
      return frames();
    },
    get leftOut() {
      return leftOut;
    },
    listen: (onFrame) => {
      listeners.add(onFrame);
      return () => listeners.delete(onFrame);
    },
  };
}

function readFrame(codec: Codec, { from, frame, isBinary }: Crossed): TestFrame {
  const bytes =
    typeof frame === 'string' ? Buffer.from(frame) : Buffer.from(frame.buffer, frame.byteOffset, frame.byteLength);
  let message: unknown;
  try {
    message = codec.decode(bytes, isBinary);
  } catch (error) {
    return { from, command: null, unreadable: error instanceof Error ? error.message : String(error) };
  }
  if (typeof message !== 'object' || message === null || !('command' in message))
    return { from, command: null, unreadable: 'it is no message' };
  const { command } = message;
  return {
    from,
    command: String(command),
    ...('data' in message && { data: message.data }),
    ...('error' in message && { error: message.error }),
  };
}
