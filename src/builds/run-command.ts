// Programs that a build runs: npm, pip, git, scripts of the author. Each in a group of its own, which ends with it, with the build, and with
// this process, however that ends.

import { spawn } from 'node:child_process';
import { hasGroups, watchChild } from '#processes/child';
import { guard } from '#processes/guard';
import { createTail } from '#processes/tail';

export type Command = readonly [program: string, ...args: string[]];

export interface CommandOrder {
  readonly command: Command;
  readonly cwd: string;
  /** The whole environment. */
  readonly env: NodeJS.ProcessEnv;
  /** Ends it. */
  readonly signal: AbortSignal;
  /** Hears each line of both streams. */
  readonly onLine: (line: string) => void;
}

export type CommandEnd =
  | { readonly kind: 'done' }
  /** There is no such program. */
  | { readonly kind: 'missing' }
  /** `how` is half a sentence, `tail` the last it has written. */
  | { readonly kind: 'failed'; readonly how: string; readonly tail: string };

const PATIENCE_MS = 2_000;

/** Resolves when it is gone, and all that it has started; never rejects. */
export async function runCommand({ command, cwd, env, signal, onLine }: CommandOrder): Promise<CommandEnd> {
  if (signal.aborted) return { kind: 'failed', how: 'it was stopped', tail: '' };
  const [program, ...args] = command;
  const child = spawn(program, args, { cwd, env, detached: hasGroups, stdio: ['ignore', 'pipe', 'pipe'] });
  let isMissing = false;
  child.once('error', (error) => (isMissing = 'code' in error && error.code === 'ENOENT'));
  const tail = createTail();
  const hear = (line: string): void => {
    tail.add(line);
    onLine(line);
  };
  const { ended, stop } = watchChild(child, { onStdout: hear, onStderr: hear });
  const release = guard(child, onLine);
  const onAbort = (): void => void stop(PATIENCE_MS);
  signal.addEventListener('abort', onAbort, { once: true });
  const { how } = await ended;
  signal.removeEventListener('abort', onAbort);
  release();
  if (isMissing) return { kind: 'missing' };
  return child.exitCode === 0 && !signal.aborted ? { kind: 'done' } : { kind: 'failed', how, tail: tail.text };
}
