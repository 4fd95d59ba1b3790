// The command line as a user types it: a process of its own, from source, killed when the test ends.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

export interface Running {
  readonly process: ChildProcess;
  readonly stderr: () => string;
  readonly stdout: () => string;
  readonly exited: Promise<number | null>;
}

export function algorithmActor(args: readonly string[], env: Readonly<Record<string, string>> = {}): Running {
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', '--conditions=algorithm-actor-source', 'src/cli/main.ts', ...args],
    {
      cwd: root,
      env: { ...process.env, ...env },
    },
  );
  const [stdout, stderr] = [collect(child.stdout), collect(child.stderr)];
  onTestFinished(() => void child.kill('SIGKILL'));
  return { process: child, stdout, stderr, exited: once(child, 'close').then(() => child.exitCode) };
}

function collect(stream: NodeJS.ReadableStream): () => string {
  let text = '';
  stream.on('data', (chunk: Buffer) => (text += chunk.toString()));
  return () => text;
}
