// Frames into a file, as they come. It never ends the process whose frames they are: a disk that is full, or gone, costs the rest of
// the recording, and is told.
//
//   R3. What waits for the disk is told: whoever sends frames sends no more than it can take.
//   R4. At `maxBytes` a last frame, a gap, says so; nothing is written after it.
//   R5. A recording that is there already is kept beside the new one, as `<name>.former.jsonl`: whoever records in a loop of
//       changes and runs should neither be stopped nor lose the run that failed. One former is kept: the next recording takes its
//       place. Any other file is refused.
//   R6. What is no file is neither renamed nor read: `/dev/null` would be gone for everybody, and a pipe would hold the process
//       up. A device of characters is written to as it is; pipes, sockets, disks and folders are refused.

import {
  closeSync,
  createWriteStream,
  lstatSync,
  mkdirSync,
  openSync,
  readSync,
  realpathSync,
  renameSync,
  type Stats,
  statSync,
  type WriteStream,
} from 'node:fs';
import { dirname, extname } from 'node:path';
import { RuntimeError } from '#errors';
import { FORMAT_NAME, type Frame, type Header } from '#inspector/frames';
import { describeFailure } from '#model/failure';

export interface RecorderOptions {
  readonly file: string;
  readonly header: Header;
  /** How large the file may become. Default: 256 MB. */
  readonly maxBytes?: number;
  /** Writes over whatever is there. */
  readonly force?: boolean;
  /** Called once each, with a sentence: it is full, or the disk cannot be written to. */
  readonly onProblem?: (words: string) => void;
}

export interface Recorder {
  write(frames: readonly Frame[]): void;
  /** Resolves when everything is on the disk, or cannot get there. */
  close(): Promise<void>;
  /** What was written and is not on the disk yet, in bytes. */
  readonly waiting: number;
  /** Nothing is written any more. */
  readonly isFull: boolean;
  /** Where the former recording went; null: there was none. */
  readonly former: string | null;
}

const MAX_BYTES = 256 * 2 ** 20;
/** What the last frame takes (R4). */
const RESERVED_BYTES = 400;

/** Throws `INVALID_USAGE`: the file cannot be written, or is something else than a recording. */
export function createRecorder(options: RecorderOptions): Recorder {
  const { file, header, maxBytes = MAX_BYTES, onProblem = () => undefined } = options;
  const { stream, former } = open(options);
  let bytes = 0;
  let isFull = false;
  function put(lines: string): void {
    bytes += Buffer.byteLength(lines);
    stream.write(lines);
  }

  function putFrames(frames: readonly Frame[]): void {
    let lines = '';
    let size = bytes;
    for (const frame of frames) {
      const line = lineOf(frame);
      size += Buffer.byteLength(line);
      if (size > maxBytes - RESERVED_BYTES) {
        put(lines + lineOf(gap(frame, null, `the recording is full: it has reached ${inMegabytes(maxBytes)}`)));
        isFull = true;
        onProblem(`${file}: full at ${inMegabytes(maxBytes)}; what happens from now on is not recorded.`);
        return;
      }
      lines += line;
    }
    put(lines);
  }

  stream.on('error', (error) => {
    if (!isFull) onProblem(`${file}: cannot be written: ${error.message}. The recording ends here.`);
    isFull = true;
  });
  put(`${JSON.stringify(header)}\n`);

  return {
    get waiting() {
      return stream.writableLength;
    },
    get isFull() {
      return isFull;
    },
    former,
    write: (frames) => {
      if (!isFull && !stream.writableEnded) putFrames(frames);
    },
    close: async () => {
      await new Promise<void>((resolve) => {
        if (stream.closed) return resolve();
        stream.once('close', () => resolve());
        stream.end();
      });
    },
  };
}

const lineOf = (frame: Frame): string => `${JSON.stringify(frame)}\n`;
const inMegabytes = (bytes: number): string => `${Math.round((bytes / 2 ** 20) * 10) / 10} MB`;

/** In the place of this frame. */
function gap({ n, at, process }: Frame, missing: number | null, reason: string): Frame {
  return { n, at, process, kind: 'gap', missing, reason };
}

interface Opened {
  readonly stream: WriteStream;
  readonly former: string | null;
}

function open({ file, force = false }: RecorderOptions): Opened {
  try {
    mkdirSync(dirname(file), { recursive: true });
    const target = targetOf(file);
    const there = statSync(target, { throwIfNoEntry: false });
    // A device cannot be flushed, and nothing is lost there.
    if (there?.isCharacterDevice()) return { stream: createWriteStream(target, { flags: 'w' }), former: null };
    if (there && !there.isFile()) throw noFile(file, there);
    const former = force || !there ? null : putAside(target);
    const stream = createWriteStream(target, { fd: openSync(target, force ? 'w' : 'wx'), flush: true });
    return { stream, former };
  } catch (cause) {
    if (cause instanceof RuntimeError) throw cause;
    const words = describeFailure(cause).message;
    throw new RuntimeError('INVALID_USAGE', `${file}: cannot be recorded to: ${words}. Choose another file.`, {
      cause,
    });
  }
}

/** What a link leads to: to rename the link itself would take `/dev/stdout` from everybody. */
function targetOf(file: string): string {
  return lstatSync(file, { throwIfNoEntry: false })?.isSymbolicLink() ? realpathSync(file) : file;
}

/** R6. */
function noFile(file: string, stats: Stats): RuntimeError {
  const kinds = [
    [stats.isDirectory(), 'a folder'],
    [stats.isFIFO(), 'a pipe'],
    [stats.isSocket(), 'a socket'],
    [stats.isBlockDevice(), 'a disk'],
  ] as const;
  const what = kinds.find(([isIt]) => isIt)?.[1] ?? 'something else';
  return new RuntimeError(
    'INVALID_USAGE',
    `${file}: cannot be recorded to: it is ${what}, and no file. Choose another file.`,
  );
}

/** R5, of a file that is there. */
function putAside(file: string): string {
  const start = startOf(file);
  if (start !== '' && !start.includes(`"${FORMAT_NAME}"`)) {
    throw new RuntimeError(
      'INVALID_USAGE',
      `${file}: is there already, and is no recording: it is left as it is. Choose another file, or remove it.`,
    );
  }
  const ending = extname(file);
  const former = `${file.slice(0, file.length - ending.length)}.former${ending}`;
  renameSync(file, former);
  return former;
}

function startOf(file: string): string {
  const descriptor = openSync(file, 'r');
  try {
    const bytes = Buffer.alloc(200);
    return bytes.toString('utf8', 0, readSync(descriptor, bytes));
  } finally {
    closeSync(descriptor);
  }
}
