// The command line as a user types it: a process of its own, built before the tests begin, killed when its test ends.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
/** That of whoever runs the tests may name a cluster. */
const nobody = join(root, '.test-build/home');
const HOME = { HOME: nobody, USERPROFILE: nobody, HKUBE_USERNAME: '', HKUBE_PASSWORD: '' };

export interface Running {
  readonly process: ChildProcess;
  readonly stderr: () => string;
  readonly stdout: () => string;
  readonly exited: Promise<number | null>;
}

interface Surroundings {
  readonly cwd?: string;
  readonly stdin?: string;
}

export function algorithmActor(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  { cwd = root, stdin }: Surroundings = {},
): Running {
  const child = spawn(process.execPath, [join(root, '.test-build/cli.js'), ...args], {
    cwd,
    env: { ...process.env, ...HOME, ...env },
  });
  child.stdin.end(stdin);
  const [stdout, stderr] = [collect(child.stdout), collect(child.stderr)];
  onTestFinished(() => void child.kill('SIGKILL'));
  return { process: child, stdout, stderr, exited: once(child, 'close').then(() => child.exitCode) };
}

function collect(stream: NodeJS.ReadableStream): () => string {
  let text = '';
  stream.on('data', (chunk: Buffer) => (text += chunk.toString()));
  return () => text;
}
