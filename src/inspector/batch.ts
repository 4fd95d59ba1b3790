// News on its way out of a process: gathered, and told in batches.

import type { Happening, News } from '#inspector/frames';

const FLUSH_MS = 33;
/** Where very much happens: whoever looks draws less often, and has the processor for it less often. */
const BUSY_FRAMES = 200;
const BUSY_FLUSH_MS = 300;
const FULL_FRAMES = 10_000;
const FULL_CHARS = 4_000_000;
/** What a frame is beside its values, in characters. */
const ENVELOPE = 150;

export interface Batch {
  /** `chars`: how large its values are, about. */
  add(happening: Happening, chars: number): void;
  /** There is something to tell that `beforeFlush` will add. */
  wake(): void;
  flush(): void;
  /** What was gathered is nobody's. */
  drop(): void;
}

export interface BatchOptions {
  readonly process: string;
  readonly tell: (news: readonly News[], chars: number) => void;
  /** Adds what is told once a batch. */
  readonly beforeFlush: () => void;
}

export function createBatch({ process, tell, beforeFlush }: BatchOptions): Batch {
  let batch: News[] = [];
  let size = 0;
  let timer: NodeJS.Timeout | undefined;
  let isFlushing = false;
  let pauseMs = FLUSH_MS;

  function flush(): void {
    isFlushing = true;
    beforeFlush();
    isFlushing = false;
    const [full, chars] = [batch, size];
    pauseMs = full.length > BUSY_FRAMES ? BUSY_FLUSH_MS : FLUSH_MS;
    drop();
    if (full.length > 0) tell(full, chars);
  }

  function drop(): void {
    clearTimeout(timer);
    timer = undefined;
    batch = [];
    size = 0;
  }

  const wake = (): void => {
    timer ??= setTimeout(flush, pauseMs).unref();
  };

  return {
    wake,
    add: (happening, chars) => {
      batch.push({ at: Date.now(), process, ...happening });
      size += chars + ENVELOPE;
      if (isFlushing) return;
      if (batch.length >= FULL_FRAMES || size >= FULL_CHARS) flush();
      else wake();
    },
    flush,
    drop,
  };
}
