// The conversation of one task as it crossed the line: kept as frames, read when somebody looks.
//
//   L12. At most TAPE_FRAMES are kept, and it is said when there are more.

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
  /** Those of the algorithm alone: a large input of its task is not read for them. */
  readonly said: readonly TestFrame[];
  /** Calls back for each frame from now on, until the returned function is called. */
  listen(onFrame: (frame: TestFrame) => void): () => void;
}

export interface TapeOptions {
  /** Asked for when the first frame is read. */
  readonly codec: () => Codec;
  /** Called once, with the limit, when it is hit. */
  readonly onFull: (limit: number) => void;
}

const TAPE_FRAMES = 100_000;

/** A frame, and what it says, once somebody has asked. */
interface Entry {
  readonly crossed: Crossed;
  read?: TestFrame;
}

export function createTape({ codec, onFull }: TapeOptions): Tape {
  const entries: Entry[] = [];
  const listeners = new Set<(frame: TestFrame) => void>();
  let isFull = false;

  const read = (entry: Entry): TestFrame => (entry.read ??= readFrame(codec(), entry.crossed));

  function keep(entry: Entry): void {
    if (entries.length < TAPE_FRAMES) entries.push(entry);
    else if (!isFull) {
      isFull = true;
      onFull(TAPE_FRAMES);
    }
  }

  return {
    add: (crossed) => {
      const entry: Entry = { crossed };
      keep(entry);
      for (const listener of [...listeners]) listener(read(entry));
    },
    get frames() {
      return entries.map(read);
    },
    get said() {
      return entries.filter(({ crossed }) => crossed.from === 'algorithm').map(read);
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
