// What connects the two sides of a stage: memory or a socket, and simulated time that waits for what is on its way there.

import { createMemoryLine } from '#testing/memory-line';
import { type ResolvedTest, SOMEWHERE } from '#testing/options';
import { keeperOf } from '#testing/simulated-time';
import { listen, type Listener } from '#transport/listener';
import { openSocket } from '#transport/socket';
import { DEFAULT_FRAME_BYTES } from '#wire/encode';

export interface StageLine {
  readonly listener: Listener;
  /** Where the algorithm connects to. */
  readonly url: string;
  readonly openSocket: typeof openSocket;
  /** From now on simulated time does not wait for the two sides to find each other. */
  noteConnected(): void;
  /** Simulated time does not wait for it any more. */
  release(): void;
}

/** `loaded`: what has to be there before anything begins. */
export async function openStageLine({ wire, time }: ResolvedTest, loaded: Promise<unknown>): Promise<StageLine> {
  const memory = wire === 'memory' ? createMemoryLine(DEFAULT_FRAME_BYTES) : undefined;
  let noteConnected = (): void => undefined;
  const connected = new Promise<void>((resolve) => (noteConnected = resolve));
  const forget = keeperOf(time)?.waitFor({
    connected,
    get isBusy() {
      return memory?.isBusy ?? false;
    },
  });
  const release = (): void => {
    noteConnected();
    forget?.();
  };
  await loaded;
  if (memory) {
    const { listener, openSocket: openInMemory } = memory;
    return { listener, url: SOMEWHERE, openSocket: openInMemory, noteConnected, release };
  }
  const listener = await listen(0, DEFAULT_FRAME_BYTES);
  return { listener, url: `ws://127.0.0.1:${listener.port}`, openSocket, noteConnected, release };
}
