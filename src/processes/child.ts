// Child processes that leave nothing behind: each in a group of its own, ended with all that it has started, its last words kept.

import type { ChildProcess } from 'node:child_process';
import type { Readable } from 'node:stream';
import { readLines } from '#processes/lines';
import { createTail, type Tail } from '#processes/tail';
import { within } from '#model/within';

/** How a process or thread ended. */
export interface ProcessEnd {
  /** Half a sentence: "its process ended with exit code 1". */
  readonly how: string;
  /** The last it wrote to stderr, or nothing. */
  readonly tail: string;
}

/** A child that is watched. */
export interface WatchedChild {
  /** Resolves when it is gone, and what it wrote has been read; never rejects. */
  readonly ended: Promise<ProcessEnd>;
  /** Ends it gently, and by force what is left of it after `patienceMs`. Resolves when it is gone. */
  stop(patienceMs: number): Promise<void>;
}

/** Windows has no process groups. */
export const hasGroups = process.platform !== 'win32';

/** How long what a process has written may take to be read once it has ended. */
const LAST_WORDS_MS = 1_000;

interface WatchOptions {
  readonly onStdout: (line: string) => void;
  readonly onStderr: (line: string) => void;
}

/** Watches a child that was spawned with `detached: hasGroups` and with pipes for stdout and stderr. */
export function watchChild(child: ChildProcess, { onStdout, onStderr }: WatchOptions): WatchedChild {
  const tail = createTail();
  forward(child.stdout, onStdout);
  forward(child.stderr, (line) => {
    tail.add(line);
    onStderr(line);
  });
  const ended = endOf(child, tail);
  return {
    ended,
    stop: async (patienceMs) => {
      if (child.exitCode === null && child.signalCode === null) signalGroup(child, 'SIGTERM');
      if ((await within(ended, patienceMs)) !== undefined) return;
      signalGroup(child, 'SIGKILL');
      await ended;
    },
  };
}

function endOf(child: ChildProcess, tail: Tail): Promise<ProcessEnd> {
  return new Promise((settle) => {
    const end = (how: string): void => settle({ how, tail: tail.text });
    // What it has started goes with it; `close` would wait for that, because it holds the same pipes.
    child.once('exit', (code, signal) => {
      signalGroup(child, 'SIGKILL');
      // What has left the group may hold them all the same, for ever.
      setTimeout(() => {
        end(wordsFor(code, signal));
        // Nobody reads what it goes on to write, and each pipe is an open file of ours.
        child.stdout?.destroy();
        child.stderr?.destroy();
      }, LAST_WORDS_MS).unref();
    });
    child.once('error', (error) => end(`its process could not be started (${error.message})`));
    // `close` rather than `exit`: what it wrote last has been read by then.
    child.once('close', (code, signal) => end(wordsFor(code, signal)));
  });
}

function wordsFor(code: number | null, signal: NodeJS.Signals | null): string {
  return signal === null ? `its process ended with exit code ${code ?? 0}` : `its process was ended by ${signal}`;
}

function signalGroup({ pid }: ChildProcess, signal: 'SIGTERM' | 'SIGKILL'): void {
  if (pid === undefined) return;
  try {
    process.kill(hasGroups ? -pid : pid, signal);
  } catch {
    // It has ended in the meantime.
  }
}

function forward(stream: Readable | null, write: (line: string) => void): void {
  if (stream) readLines(stream, write);
}
