// What a build has said, line by line: live for who asks, and in a file.
//
//   O1. It is bounded: beyond a megabyte its middle is cut, with words. The beginning is in the file as it comes, the rest when the
//       build is over.
//   O2. Secrets are masked before a line is kept (`conceal` knows those of this build).

import { createWriteStream } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { maskSecrets } from '#model/mask';

export interface BuildLog {
  add(line: string): void;
  readonly text: string;
  /** What npm, pip and others call warnings and errors; the first ones. */
  readonly warnings: readonly string[];
  readonly errors: readonly string[];
  /** The last lines. */
  readonly tail: string;
  /** Resolves when all is in the file; rejects where that cannot be written. */
  close(): Promise<void>;
}

export interface BuildLogOptions {
  readonly file: string;
  /** Of this build, such as a token. */
  readonly secrets: readonly string[];
  /** In characters: of the beginning, and of the end. Default: half a million each. */
  readonly half?: number;
}

const HALF = 500_000;
const MOST_MARKED = 100;
const TAIL = 20;
/** Lines that are cut and not yet let go of. */
const MOST_CUT = 1_000;
const warning = /^(npm warn|warning|.{0,80}warning:)/i;
const error = /^(npm error|error|.{0,80}error:)/i;

export function createBuildLog({ file, secrets, half = HALF }: BuildLogOptions): BuildLog {
  let head = '';
  let cut = 0;
  let rest: string[] = [];
  let restLength = 0;
  /** Those before it are cut. To shift each one out would move all others, a million times where a build floods its log. */
  let first = 0;
  const marked: Record<'warnings' | 'errors', string[]> = { warnings: [], errors: [] };
  const stream = createWriteStream(file);
  // Told when it is closed.
  let failure: Error | undefined;
  stream.on('error', (error) => (failure = error));

  function keep(line: string): void {
    if (rest.length === 0 && head.length + line.length <= half) {
      head += line;
      stream.write(line);
      return;
    }
    rest.push(line);
    restLength += line.length;
    for (; restLength > half && first < rest.length - 1; cut += 1, first += 1) restLength -= rest[first]?.length ?? 0;
    if (first < MOST_CUT || first * 2 < rest.length) return;
    rest = rest.slice(first);
    first = 0;
  }

  const whole = (): string =>
    [head, cut > 0 ? `… (${cut} ${cut === 1 ? 'line is' : 'lines are'} cut here)\n` : '', ...rest.slice(first)].join(
      '',
    );

  return {
    add: (line) => {
      const masked = maskSecrets(conceal(line, secrets));
      keep(`${masked}\n`);
      if (warning.test(masked)) note(marked.warnings, masked);
      else if (error.test(masked)) note(marked.errors, masked);
    },
    get text() {
      return whole();
    },
    get warnings() {
      return [...marked.warnings];
    },
    get errors() {
      return [...marked.errors];
    },
    get tail() {
      return whole().trimEnd().split('\n').slice(-TAIL).join('\n');
    },
    close: async () => {
      await new Promise<void>((resolve) => {
        // One that could not be opened is closed already, and never says that it has finished.
        if (stream.closed) resolve();
        stream.once('close', resolve);
        stream.end();
      });
      if (failure !== undefined) throw failure;
      if (rest.length > 0) await writeFile(file, whole());
    },
  };
}

function note(lines: string[], line: string): void {
  if (lines.length < MOST_MARKED) lines.push(line);
}

function conceal(line: string, secrets: readonly string[]): string {
  return secrets.reduce((shown, secret) => (secret === '' ? shown : shown.replaceAll(secret, '***')), line);
}
