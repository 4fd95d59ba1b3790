// Whether an entry can be run: it is loaded as `run` loads it, in a process of its own, which is ended as soon as that is known. The author's
// code may print, hold the process, end it, or never yield.

import { join, sep } from 'node:path';
import { endedWhileLoading } from '#handlers/crash';
import { findPython } from '#handlers/interpreter';
import { startIsolate } from '#handlers/isolate';
import { placeOf } from '#handlers/place';
import { openProcess, type ProcessProgram } from '#handlers/process-channel';
import type { HostReport } from '#handlers/rpc';
import type { Failure } from '#model/failure';
import type { CheckEntry } from '#builds/steps';
import { nodeCommand, pythonCommand } from '#runtime/isolate-programs';
import { RuntimeError } from '#errors';

export interface CheckOptions {
  /** Where its process is. Default: here. */
  readonly cwd?: string | undefined;
  /** What its process finds in its environment beside ours. */
  readonly variables?: Readonly<Record<string, string>> | undefined;
  /** The interpreter, or the folder of its virtual environment. */
  readonly python?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Hears what the entry writes. */
  readonly onLine: (line: string) => void;
  /** Default: a minute. */
  readonly timeoutMs?: number | undefined;
}

export interface CheckedEntry {
  readonly file: string;
  /** Why it cannot be run; null: it can. */
  readonly failure: Failure | null;
}

const TIMEOUT_MS = 60_000;

/** Resolves when nothing of it runs any more. Rejects with `INVALID_ENTRY` where there is no such file, `UNSUPPORTED` for Java. */
export async function checkEntry(entry: string, options: CheckOptions): Promise<CheckedEntry> {
  const { cwd, variables, python, signal, onLine, timeoutMs = TIMEOUT_MS } = options;
  const place = placeOf({ entry, python, isolation: undefined });
  if (place.kind === 'inline') throw new RuntimeError('UNPROVIDED', 'An entry is no functions.');
  const env: NodeJS.ProcessEnv = { ...process.env, ...variables };
  if (signal?.aborted === true) return { file: place.entry, failure: stopped(place.entry) };
  const isPython = place.kind === 'python';
  const failure = await load(place.entry, {
    program: {
      command: isPython ? pythonCommand(findPython(place.entry, place.python, env)) : nodeCommand(),
      // What its parent dials is not its own to dial.
      env: { ...env, ALGORITHM_ACTOR_INSPECTOR: undefined },
      ...(cwd !== undefined && { cwd }),
      ...{ onPrint: onLine, onComplain: onLine, onWarning: onLine },
    },
    onLine,
    signal: signal ?? new AbortController().signal,
    timeoutMs,
  });
  return { file: place.entry, failure };
}

interface Loading {
  readonly program: ProcessProgram;
  readonly onLine: (line: string) => void;
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
}

/** Of what ends by itself the words are those of its end; of what is ended here they are known before. */
function load(entry: string, { program, onLine, signal, timeoutMs }: Loading): Promise<Failure | null> {
  return new Promise((resolve) => {
    let known: Failure | null | undefined;
    function know(failure: Failure | null): void {
      if (known !== undefined) return;
      known = failure;
      isolate.kill();
    }
    const isolate = startIsolate(openProcess(program), {
      onReport: (report: HostReport) => {
        if (report.type === 'logged') onLine(report.message);
        else if (report.type === 'loaded') know(null);
        else if (report.type === 'unloadable') know(report.failure);
      },
      onEnd: (end) => {
        clearTimeout(timer);
        signal.removeEventListener('abort', onAbort);
        resolve(known === undefined ? endedWhileLoading(entry, end) : known);
      },
    });
    const onAbort = (): void => know(stopped(entry));
    const late = `${entry}: it has not loaded within ${timeoutMs / 1_000} s. What takes long belongs into \`initialize\` or \`start\`.`;
    const timer = setTimeout(() => know(invalid(late)), timeoutMs);
    signal.addEventListener('abort', onAbort, { once: true });
    isolate.post({ type: 'load', entry, encoding: 'json', frameBytes: 1, ids: 'check', traces: false });
  });
}

const invalid = (message: string): Failure => ({ code: 'INVALID_ENTRY', message, details: '' });

const stopped = (entry: string): Failure => invalid(`${entry}: it was stopped while it was loaded.`);

/** HKube's words for it. */
const NO_START = 'unable to find mandatory method start';

/** How the builder looks at an entry: places are told from the folder of the code, and what is more than a sentence goes to the log. */
export const checkBuilt: CheckEntry = async (entry, { cwd, variables, signal, onLine }) => {
  const { failure } = await checkEntry(entry, { cwd, variables, signal, onLine });
  if (failure === null) return null;
  const [first = '', ...more] = linesOf(failure.message, cwd);
  for (const line of more.length > 0 ? more : linesOf(failure.details, cwd)) if (line !== '') onLine(line);
  return { problem: isWithoutStart(failure) ? `${NO_START}: ${first}` : first };
};

const linesOf = (text: string, cwd: string): string[] => text.replaceAll(join(cwd, sep), '').split('\n');

/** By the words of both hosts. */
const isWithoutStart = ({ message }: Failure): boolean =>
  /: `start`: expected a function|: no function `start`/.test(message);
