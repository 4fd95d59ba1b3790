// Plays the worker's side of a recorded conversation to an algorithm of today, and finds the first message in which it answers
// otherwise (P1 to P3 in compare.ts).
//
//   P4. Before each message of the worker, everything is waited for that the algorithm had said before it in the recording.
//   P5. A connection of the recording that is followed by another one is cut, without a word; the algorithm comes again, or a new
//       one is started if it has left.
//   P6. What the algorithm says after the last message is a divergence where no task is open, and a note where one is: there the
//       recording just ends.

import { RuntimeError } from '#errors';
import type { Conversation, Said } from '#inspector/conversation';
import { createIds, type Difference, differencesOf, OUTCOMES, type Spoken, UNCOMPARED } from '#replay/compare';
import { openLine, type ReplayLine } from '#replay/line';

/** An algorithm that serves a worker. */
export interface Played {
  /** Whether it has left by itself. */
  readonly hasLeft: boolean;
  stop(): void;
}

export interface ReplayOptions {
  readonly conversation: Conversation;
  /** Starts the algorithm of today against this worker. */
  readonly start: (url: string) => Played;
  /** How long one message is waited for. Default: 30 s, and three times what it took in the recording. */
  readonly timeoutMs?: number | undefined;
}

/** The message of the recording at which something happened. */
export interface Place {
  readonly frame: number;
  /** Milliseconds since the conversation began. */
  readonly atMs: number;
  readonly connection: number;
}

interface Common {
  /** How many messages of the algorithm were the same. */
  readonly same: number;
  /** The last messages before, as lines. */
  readonly before: readonly string[];
  /** What is worth knowing beside. */
  readonly notes: readonly string[];
}

export type Replayed = Common &
  (
    | { readonly kind: 'same' }
    /** `expected: null`: nothing more was expected. `came: null`: the algorithm left, or lost its connection. */
    | {
        readonly kind: 'diverged';
        readonly place: Place;
        readonly expected: Spoken | null;
        readonly came: Spoken | null;
        readonly differences: readonly Difference[];
      }
    | { readonly kind: 'timedOut'; readonly place: Place; readonly waitedFor: string; readonly ms: number }
  );

const TIMEOUT_MS = 30_000;
/** A recording says when a report came before a stop; the very same one may not come again. */
const PROGRESS_MS = 2_000;
/** How long is listened for more, after the last message. */
const AFTER_MS = 300;
const LAST_LINES = 6;

/** Rejects with `INVALID_RECORDING`: a message of the worker was cut or masked, and cannot be played. */
export async function replay(options: ReplayOptions): Promise<Replayed> {
  const { said } = options.conversation;
  refuseCut(said);
  const line = await openLine();
  const player = createPlayer(line, options);
  try {
    for (const message of said) {
      const end = await player.step(message);
      if (end) return end;
    }
    return await player.end();
  } finally {
    player.stop();
    await line.close();
  }
}

function refuseCut(said: readonly Said[]): void {
  const cut = said.find(({ from, command, isWhole }) => from === 'worker' && command !== null && !isWhole);
  if (!cut) return;
  throw new RuntimeError(
    'INVALID_RECORDING',
    `The worker's ${cut.command ?? 'message'} (frame ${cut.n}, ${cut.bytes} bytes) was cut or masked when it was recorded, and cannot be played. ` +
      'Recordings keep messages whole up to 1 MB each, and mask what looks like a secret: record again with a smaller input, and without secrets in it.',
  );
}

interface Player {
  /** Plays one message, or waits for it; undefined: go on. */
  step(message: Said): Promise<Replayed | undefined>;
  end(): Promise<Replayed>;
  stop(): void;
}

function createPlayer(line: ReplayLine, { conversation, start, timeoutMs }: ReplayOptions): Player {
  const began = conversation.said[0]?.at ?? 0;
  const ids = createIds();
  const notes: string[] = [];
  const before: string[] = [];
  let played = start(line.url);
  let connection: number | undefined;
  let same = 0;
  let lastAt = began;
  let recordedProgress: Said | undefined;
  let isTaskOpen = false;
  let last = conversation.said[0];

  const placeOf = ({ n, at, connection: number }: Said): Place => ({ frame: n, atMs: at - began, connection: number });
  const common = (): Common => ({ same, before: before.slice(-LAST_LINES), notes });
  const patience = (message: Said): number => timeoutMs ?? TIMEOUT_MS + 3 * Math.max(0, message.at - lastAt);

  function remember(message: Said, data = message.data): void {
    before.push(`${message.from === 'worker' ? '→' : '←'} ${brief(message.command ?? '?', data)}`);
    lastAt = message.at;
    last = message;
  }

  function diverged(message: Said, expected: Spoken | null, found: Found): Replayed {
    return { kind: 'diverged', ...common(), place: placeOf(message), expected, ...found };
  }

  const timedOut = (message: Said, waitedFor: string): Replayed => ({
    kind: 'timedOut',
    ...common(),
    place: placeOf(message),
    waitedFor,
    ms: patience(message),
  });

  /** P5 */
  async function connectFor(message: Said): Promise<Replayed | undefined> {
    if (message.connection === connection) return undefined;
    if (connection !== undefined) line.cut();
    if (played.hasLeft) played = start(line.url);
    connection = message.connection;
    const ms = patience(message);
    return (await line.connected(ms)) ? undefined : timedOut(message, 'the connection of the algorithm');
  }

  async function play(message: Said): Promise<undefined> {
    const { command } = message;
    if (command === null) {
      notes.push(`frame ${message.n} of the worker could not be read when it was recorded, and was left out`);
      return undefined;
    }
    // P4, as far as it can be known of what is coalesced.
    if (recordedProgress && command !== 'initialize') {
      const { data } = recordedProgress;
      await line.progress(
        (came) => isSame({ command: 'progress', data }, { command: 'progress', data: came }),
        PROGRESS_MS,
      );
    }
    const data = ids.today(message.data);
    line.send({ command, ...(data !== undefined && { data }) });
    remember(message, data);
    if (command === 'initialize') startOver();
    return undefined;
  }

  function startOver(): void {
    isTaskOpen = true;
    recordedProgress = undefined;
    line.forgetProgress();
  }

  async function expect(message: Said): Promise<Replayed | undefined> {
    const { command, data, isWhole } = message;
    if (command === 'progress') {
      recordedProgress = message;
      remember(message);
    }
    if (command === null || UNCOMPARED.has(command)) return undefined;
    const expected: Spoken = { command, data: ids.today(data) };
    const came = await line.next(patience(message));
    if (!came) {
      if (line.isConnected && !played.hasLeft) return timedOut(message, `${command} of the algorithm`);
      return diverged(message, expected, { came: null, differences: [] });
    }
    // A request of the recording still has its own id.
    ids.learn({ command, data }, came);
    const all = differencesOf({ command, data: ids.today(data) }, came);
    const differences = isWhole ? all : all.filter(({ path }) => path === 'command');
    if (differences.length > 0) return diverged(message, expected, { came, differences });
    if (!isWhole) notes.push(`the data of ${command} (frame ${message.n}) were cut when recorded, and not compared`);
    same += 1;
    remember(message);
    return OUTCOMES.has(command) ? outcome(message) : undefined;
  }

  /** P1 */
  function outcome({ command }: Said): Replayed | undefined {
    const recorded = recordedProgress;
    const came = line.lastProgress;
    isTaskOpen = false;
    recordedProgress = undefined;
    line.forgetProgress();
    if (command === 'stopped' || !recorded?.isWhole) return undefined;
    const expected: Spoken = { command: 'progress', data: recorded.data };
    if (!came) return diverged(recorded, expected, { came: null, differences: [] });
    const differences = differencesOf(expected, came);
    return differences.length === 0 ? undefined : diverged(recorded, expected, { came, differences });
  }

  return {
    step: async (message) => {
      const failed = await connectFor(message);
      return failed ?? (message.from === 'worker' ? play(message) : expect(message));
    },
    end: async () => {
      const extra = await line.next(AFTER_MS);
      if (extra && last && !isTaskOpen) return diverged(last, null, { came: extra, differences: [] });
      if (extra)
        notes.push(`the recording ends in mid-task; the algorithm went on: ${brief(extra.command, extra.data)}`);
      return { kind: 'same', ...common() };
    },
    stop: () => played.stop(),
  };
}

interface Found {
  readonly came: Spoken | null;
  readonly differences: readonly Difference[];
}

const isSame = (one: Spoken, other: Spoken): boolean => differencesOf(one, other).length === 0;

const LONGEST = 100;

/** A message in a line. */
export function brief(command: string, data: unknown): string {
  if (data === undefined) return command;
  const text = JSON.stringify(data) ?? '';
  return `${command} ${text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text}`;
}
