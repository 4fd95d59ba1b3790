// Folders as users of the command line have them: algorithms, pipelines, and the commands run inside.

import { join } from 'node:path';
import { expect } from 'vitest';
import { algorithmActor, type Running } from '#test/support/cli';
import { temporaryFolder } from '#test/support/temporary';

export const ADD = 'export const start = ({ input }) => input.flat().reduce((sum, value) => sum + value, 0);';
/** Waits until it is stopped; `begun` is on its stderr. */
export const WAIT = `
export const start = (_, { signal }) => {
  console.error('begun');
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve('let go')));
};`;

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Project {
  readonly folder: string;
  path(name: string): string;
  /** Starts a command in the folder. */
  start(...args: string[]): Running;
  /** Runs a command to its end. */
  run(...args: string[]): Promise<Ended>;
  /** … with this on its stdin. */
  runWith(stdin: string, ...args: string[]): Promise<Ended>;
}

export function project(files: Readonly<Record<string, string>>, env: Readonly<Record<string, string>> = {}): Project {
  const folder = temporaryFolder(files);
  const start = (args: readonly string[], stdin?: string): Running =>
    algorithmActor(args, env, { cwd: folder, ...(stdin !== undefined && { stdin }) });
  const ended = async (running: Running): Promise<Ended> => {
    const code = await running.exited;
    return { code, stdout: running.stdout(), stderr: running.stderr() };
  };
  return {
    folder,
    path: (name) => join(folder, name),
    start: (...args) => start(args),
    run: (...args) => ended(start(args)),
    runWith: (stdin, ...args) => ended(start(args, stdin)),
  };
}

/** Waits until a command has written this to stderr. */
export async function untilSaid(running: Running, words: string | RegExp): Promise<void> {
  await expect.poll(running.stderr, { timeout: 15_000 }).toMatch(words);
}
