// How far one thing is: a bar where somebody looks on, a line now and then where a file or a log does. `progress` is the same for the
// nodes of a run.

import { MultiBar, type SingleBar } from 'cli-progress';

export interface Stand {
  readonly done: number;
  /** null: nobody knows how much there is. */
  readonly total: number | null;
  readonly words: string;
}

export interface Meter {
  show(stand: Stand): void;
  /** Writes a line that stays. */
  log(line: string): void;
  end(): void;
}

/** stderr, say. */
export type Shown = NodeJS.WritableStream & { readonly isTTY?: boolean };

export interface MeterOptions {
  readonly stream: Shown;
  /** What it is of. */
  readonly name: string;
  /** Whatever is over before that is not shown. */
  readonly quietMs: number;
  /** No more lines than one in so many milliseconds; 0: one for each change. */
  readonly everyMs: number;
}

export function createMeter(options: MeterOptions): Meter {
  const beganAt = performance.now();
  const meter = options.stream.isTTY ? createBar(options) : createLines(options);
  return {
    ...meter,
    show: (stand) => {
      if (performance.now() - beganAt >= options.quietMs) meter.show(stand);
    },
  };
}

const BAR = ' {name} |{bar}| {words}';

function createBar({ stream, name }: MeterOptions): Meter {
  const multi = new MultiBar({
    stream,
    clearOnComplete: false,
    hideCursor: true,
    // Lines are written over it.
    forceRedraw: true,
    format: BAR,
    barCompleteChar: '█',
    barIncompleteChar: '░',
  });
  let bar: SingleBar | undefined;
  return {
    show: ({ done, total, words }) => {
      // Of what nobody knows the bar stays empty, and the words tell.
      const [shown, whole] = total === null ? [0, 1] : [done, Math.max(total, 1)];
      bar ??= multi.create(whole, 0, { name, words });
      bar.setTotal(whole);
      bar.update(shown, { name, words });
    },
    log: (line) => {
      if (multi.isActive) multi.log(`${line}\n`);
      else stream.write(`${line}\n`);
    },
    end: () => {
      if (!multi.isActive) return;
      // Lines that wait for the next drawing would be lost.
      multi.update();
      multi.stop();
    },
  };
}

function createLines({ stream, name, everyMs }: MeterOptions): Meter {
  let writtenAt = -Infinity;
  let last = '';
  const write = (line: string): void => {
    stream.write(`${line}\n`);
  };
  return {
    show: ({ words }) => {
      if (words === last || performance.now() - writtenAt < everyMs) return;
      writtenAt = performance.now();
      last = words;
      write(`${name}: ${words}`);
    },
    log: write,
    end: () => undefined,
  };
}
