// A recording: lines of JSON, the first a `Header`, each other one a `Frame`. Recordings come cut, mended by hand, from a newer
// version, or are none: one opens as far as it is sound, and says in sentences what is missing, and where.
//
//   R1. What is given out is in order of `n`. Frames that tell how everything stands share the number of the last one that counts
//       for them; of frames that are the same in all, one is given out.
//   R2. Whatever the bytes, reading throws nothing but INVALID_RECORDING, and that only where nothing at all is sound.

import { RuntimeError } from '#errors';
import { Chart, type Charts } from '#inspector/chart';
import { isTooDeep } from '#inspector/depth';
import { FORMAT, FORMAT_NAME, Frame, Happening, Header } from '#inspector/frames';
import { createProblems, type Trouble } from '#inspector/problems';
import { guessWhatItIs } from '#inspector/strangers';
import { explainIssues } from '#model/issues';

export interface Recording {
  readonly header: Header;
  readonly frames: readonly Frame[];
  /** What is wrong with it, in sentences. None: it is whole. */
  readonly problems: readonly string[];
}

/** Reads a recording as it comes in. */
export interface RecordingReader {
  /** A piece of its text, wherever it was cut. */
  add(text: string): void;
  /** Throws `INVALID_RECORDING`: there is no header, and not one frame. */
  end(): Recording;
  readonly frames: number;
}

/** The text of a recording, or its pieces. Throws `INVALID_RECORDING` where nothing in it is sound. */
export function readRecording(text: string | Iterable<string>): Recording {
  const reader = createRecordingReader();
  for (const piece of typeof text === 'string' ? [text] : text) reader.add(piece);
  return reader.end();
}

const LONGEST_LIST = 5;
/** In characters. The largest frame that is written has a few million. */
const LONGEST_LINE = 64 * 2 ** 20;
const trouble = {
  cut: { one: 'is cut off', many: 'are cut off' },
  noJson: { one: 'is no JSON', many: 'are no JSON' },
  tooLong: { one: 'is longer than 64 MB', many: 'are longer than 64 MB' },
  tooDeep: { one: 'is nested too deep', many: 'are nested too deep' },
  noFrame: { one: 'is no frame', many: 'are no frames' },
  unknown: { one: 'holds what this version does not know', many: 'hold what this version does not know' },
  misplaced: {
    one: 'stood in the wrong place, and was sorted in',
    many: 'stood in the wrong place, and were sorted in',
  },
  another: {
    one: 'begins another recording, and was left out',
    many: 'belong to another recording that begins there, and were left out',
  },
} as const satisfies Record<string, Trouble>;
const broken = (words: string): Trouble => ({ one: `is broken (${words})`, many: `are broken (${words})` });

const kinds: ReadonlySet<string> = new Set(Happening.def.options.flatMap(({ shape }) => shape.kind.def.values));

export function createRecordingReader(): RecordingReader {
  const problems = createProblems();
  const frames: Frame[] = [];
  const newKinds = new Set<string>();
  let header: Header | undefined;
  let start = '';
  /** The line that has not ended yet. It only grows: to search all of it again for each piece would take forever. */
  let rest = '';
  let isTooLong = false;
  let line = 0;
  /** A second recording has begun: its numbers begin anew, and its charts may be others. */
  let isOver = false;
  /** How many lines were left out: their numbers are not missed, because they are told of. */
  let leftOut = 0;

  function leaveOut(reason: Trouble): void {
    problems.add(reason, line);
    leftOut += 1;
  }

  function hold(text: string): void {
    isTooLong ||= rest.length + text.length > LONGEST_LINE;
    rest = isTooLong ? '' : rest + text;
  }

  function endLine(isLast = false): void {
    const text = line === 0 ? rest.replace(/^\uFEFF/, '') : rest;
    const wasTooLong = isTooLong;
    rest = '';
    isTooLong = false;
    line += 1;
    if (isOver && (wasTooLong || text.trim() !== '')) problems.add(trouble.another, line);
    else if (wasTooLong) leaveOut(trouble.tooLong);
    else if (text.trim() !== '') readLine(text, isLast);
  }

  function readLine(text: string, isLast: boolean): void {
    if (isTooDeep(text)) return leaveOut(trouble.tooDeep);
    const value = parse(text);
    if (value === undefined) return leaveOut(isLast ? trouble.cut : trouble.noJson);
    if (!isObject(value)) return leaveOut(trouble.noFrame);
    if (value.format === FORMAT_NAME) readHeader(value);
    else readFrame(value);
  }

  function readHeader(value: Fields): void {
    if (!header && frames.length === 0) header = headerOf(value, problems.say);
    else {
      isOver = true;
      problems.add(trouble.another, line);
    }
  }

  function readFrame(value: Fields): void {
    const parsed = Frame.safeParse(value);
    if (!parsed.success) return refuse(value, parsed.error.issues);
    const before = frames.at(-1);
    const frame = parsed.data;
    if (before && frame.n < before.n) problems.add(trouble.misplaced, line);
    frames.push(frame);
  }

  function refuse(value: Fields, issues: Parameters<typeof explainIssues>[0]): void {
    const { kind } = value;
    if (typeof kind === 'string' && typeof value.n === 'number' && !kinds.has(kind)) {
      if (newKinds.size < LONGEST_LIST) newKinds.add(JSON.stringify(kind.slice(0, 40)));
      return leaveOut(trouble.unknown);
    }
    leaveOut(typeof kind === 'string' && kinds.has(kind) ? broken(explainIssues(issues.slice(0, 3))) : trouble.noFrame);
  }

  return {
    get frames() {
      return frames.length;
    },
    add: (text) => {
      if (start.length < START) start += text.slice(0, START);
      let begin = 0;
      for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', begin)) {
        hold(text.slice(begin, end));
        endLine();
        begin = end + 1;
      }
      hold(text.slice(begin));
    },
    end: () => {
      if (rest !== '' || isTooLong) endLine(true);
      if (!header && frames.length === 0) throw nothingSound(start);
      if (newKinds.size > 0)
        problems.say(`Kinds of frames that are not known here: ${[...newKinds].join(', ')}. ${UPDATE}`);
      const sorted = inOrder(frames, problems.say);
      const missing = holesIn(sorted);
      if (missing.count > leftOut) problems.say(`Frames are missing: those with the numbers ${missing.words}.`);
      return {
        header: header ?? madeUpHeader(sorted, problems.say),
        frames: sorted,
        problems: problems.sentences(),
      };
    },
  };
}

/** So much of the beginning is looked at to say what a file may be that is no recording. */
const START = 4_096;
const UPDATE = 'A newer algorithm-actor opens them: npx algorithm-actor@latest inspect.';

type Fields = Readonly<Record<string, unknown>>;
type Say = (sentence: string) => void;

const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function parse(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    return undefined;
  }
}

/** As much of it as can be read. */
function headerOf(value: Fields, say: Say): Header {
  const { version } = value;
  if (typeof version === 'number' && version > FORMAT)
    say(
      `It is of format ${version}, and format ${FORMAT} is the newest that is known here: something may be missing. ${UPDATE}`,
    );
  const parsed = Header.safeParse(value);
  if (parsed.success) return parsed.data;
  say(`Its header is broken (${explainIssues(parsed.error.issues.slice(0, 3))}): what of it can be read is used.`);
  const { title, versions, at, charts } = value;
  return {
    format: FORMAT_NAME,
    version: typeof version === 'number' && Number.isInteger(version) ? version : FORMAT,
    at: typeof at === 'number' ? at : 0,
    title: typeof title === 'string' ? title : 'a recording',
    versions: isObject(versions) ? stringsOf(versions) : {},
    charts: isObject(charts) ? soundCharts(charts) : {},
  };
}

function stringsOf(fields: Fields): Record<string, string> {
  return Object.fromEntries(
    Object.entries(fields).flatMap(([key, value]): [string, string][] =>
      typeof value === 'string' ? [[key, value]] : [],
    ),
  );
}

function soundCharts(charts: Fields): Charts {
  return Object.fromEntries(
    Object.entries(charts).flatMap(([name, chart]): [string, Chart][] => {
      const parsed = Chart.safeParse(chart);
      return parsed.success ? [[name, parsed.data]] : [];
    }),
  );
}

function madeUpHeader(frames: readonly Frame[], say: Say): Header {
  say('Its header is missing, and with it the charts: states are shown by their names alone.');
  const at = frames[0]?.at ?? 0;
  return { format: FORMAT_NAME, version: FORMAT, at, title: 'a recording without a header', versions: {}, charts: {} };
}

/** R1. Where nothing is wrong, nothing is copied. */
function inOrder(frames: readonly Frame[], say: Say): readonly Frame[] {
  if (frames.every(({ n }, place) => place === 0 || n >= (frames[place - 1]?.n ?? n))) return frames;
  const sorted = frames.toSorted((one, other) => one.n - other.n);
  let seen = new Set<string>();
  const once = sorted.filter((frame, place) => {
    if (frame.n !== sorted[place - 1]?.n) seen = new Set();
    const text = JSON.stringify(frame);
    const isNew = !seen.has(text);
    seen.add(text);
    return isNew;
  });
  const twice = sorted.length - once.length;
  if (twice > 0) say(`${twice} of its frames stand there twice, and were left out once.`);
  return once;
}

/** The numbers that nobody has. Those around a gap are told of by the gap. */
function holesIn(frames: readonly Frame[]): { readonly count: number; readonly words: string } {
  const holes: string[] = [];
  let count = 0;
  for (const [place, { n, kind }] of frames.entries()) {
    const before = frames[place - 1];
    if (!before || n <= before.n + 1 || kind === 'gap' || before.kind === 'gap') continue;
    count += n - before.n - 1;
    holes.push(n === before.n + 2 ? `${n - 1}` : `${before.n + 1} to ${n - 1}`);
  }
  const further = holes.length > LONGEST_LIST ? [`others, ${count} in all`] : [];
  return { count, words: [...holes.slice(0, LONGEST_LIST), ...further].join(', ') };
}

function nothingSound(start: string): RuntimeError {
  return new RuntimeError(
    'INVALID_RECORDING',
    `${guessWhatItIs(start)} A recording is what \`--record <file>\` of \`run\`, \`dev\` and \`local\` writes, or what the page of the inspector saves.`,
  );
}
