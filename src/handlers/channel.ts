// One thread or process as the runtime sees it: notes go in, notes come out, and it ends, by itself or by force. Types only.

import type { Body, HostCommand } from '#handlers/rpc';
import type { ProcessEnd } from '#processes/child';

export interface ChannelEnd extends ProcessEnd {
  /** The stack of an error that nobody caught, or nothing. */
  readonly stack: string;
}

export interface ChannelEvents {
  /** A note as it came, not checked yet. */
  readonly onNote: (note: unknown, body: Body | undefined) => void;
  /** What came cannot be a note: the rest cannot be trusted either. */
  readonly onBroken: (reason: string) => void;
  /** Once, and last. */
  readonly onEnd: (end: ChannelEnd) => void;
}

export interface Channel {
  post(command: HostCommand, body?: Body): void;
  /** Tells code that never yields that its run is to end, where memory is shared. */
  warn(run: number): void;
  /** Ends it by force. */
  kill(): void;
}

export type OpenChannel = (events: ChannelEvents) => Channel;
