// Launches algorithms as child processes, and sees to it that none outlives its parent.
//
//   Z1. A child is in a process group of its own: Ctrl-C reaches the parent alone, which ends its children in order.
//   Z2. When the parent dies, however it dies, a guard beside each child ends it, and what it has started.

import { type ChildProcess, spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import type { Launch, LaunchEnd } from '#local-hkube/launch';
import type { LocalLogger } from '#local-hkube/options';
import { within } from '#local-hkube/within';

export interface SpawnOptions {
  /** The program and its first arguments; the entry comes last. */
  readonly command: readonly [string, ...string[]];
  /** Gets what the algorithms write, line by line, at `info`. */
  readonly logger: LocalLogger;
}

const TERM_PATIENCE_MS = 3_000;
const TAIL_LINES = 20;

// The guard waits for the end of its input, which comes when whoever holds the other end is gone.
const guardScript = `trap '' INT TERM HUP
read -r _
kill -s TERM -- "-$1" 2>/dev/null || exit 0
sleep 2
kill -s KILL -- "-$1" 2>/dev/null`;

const hasGroups = process.platform !== 'win32';

/** Launches an algorithm with `command <entry>` and the address of its worker in the environment. */
export function createSpawner({ command: [program, ...first], logger }: SpawnOptions): Launch {
  return ({ entry }, { url, worker }) => {
    const child = spawn(program, [...first, resolve(entry)], {
      detached: hasGroups,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, WORKER_SOCKET_URL: url, WORKER_ALGORITHM_ENCODING: 'json', STORAGE_PROTOCOL: 'v1' },
    });
    const tail: string[] = [];
    forward(child.stdout, (line) => logger.info(`${worker} | ${line}`));
    forward(child.stderr, (line) => {
      logger.info(`${worker} | ${line}`);
      tail.push(line);
      if (tail.length > TAIL_LINES) tail.shift();
    });
    const release = guard(child, logger);
    const ended = endOf(child, tail).finally(release);
    return { ended, stop: () => stop(child, ended) };
  };
}

function endOf(child: ChildProcess, tail: readonly string[]): Promise<LaunchEnd> {
  return new Promise((settle) => {
    const end = (how: string): void => settle({ how, tail: tail.join('\n') });
    // What it has started goes with it; `close` would wait for that, because it holds the same pipes.
    child.once('exit', () => signalGroup(child, 'SIGKILL'));
    child.once('error', (error) => end(`its process could not be started (${error.message})`));
    // `close` rather than `exit`: what it wrote last has been read by then.
    child.once('close', (code, signal) =>
      end(signal === null ? `its process ended with exit code ${code ?? 0}` : `its process was ended by ${signal}`),
    );
  });
}

async function stop(child: ChildProcess, ended: Promise<LaunchEnd>): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) signalGroup(child, 'SIGTERM');
  if ((await within(ended, TERM_PATIENCE_MS)) !== undefined) return;
  signalGroup(child, 'SIGKILL');
  await ended;
}

function signalGroup({ pid }: ChildProcess, signal: 'SIGTERM' | 'SIGKILL'): void {
  if (pid === undefined) return;
  try {
    process.kill(hasGroups ? -pid : pid, signal);
  } catch {
    // It has ended in the meantime.
  }
}

/** Starts the guard of Z2; the returned function dismisses it. */
function guard({ pid }: ChildProcess, logger: LocalLogger): () => void {
  if (pid === undefined || !hasGroups) return () => undefined;
  const watching = spawn('/bin/sh', ['-c', guardScript, 'guard', String(pid)], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  watching.once('error', (error) => logger.warn(`no guard for process ${pid}: ${error.message}`));
  watching.unref();
  return () => {
    watching.kill('SIGKILL');
  };
}

function forward(stream: Readable, write: (line: string) => void): void {
  createInterface({ input: stream, crlfDelay: Infinity }).on('line', write);
}
