// A guard beside a child process: when whoever started the child is gone, however it went, the guard ends the child and what the
// child has started. A child cannot do that by itself while it computes.

import { type ChildProcess, spawn } from 'node:child_process';
import { hasGroups } from '#processes/child';

// The guard waits for the end of its input, which comes when whoever holds the other end is gone.
const script = `trap '' INT TERM HUP
read -r _
kill -s TERM -- "-$1" 2>/dev/null || exit 0
sleep 2
kill -s KILL -- "-$1" 2>/dev/null`;

/** Guards a child that leads a process group; the returned function dismisses the guard. */
export function guard({ pid }: ChildProcess, warn: (message: string) => void): () => void {
  if (pid === undefined || !hasGroups) return () => undefined;
  const watching = spawn('/bin/sh', ['-c', script, 'guard', String(pid)], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  watching.once('error', (error) => warn(`no guard for process ${pid}: ${error.message}`));
  watching.unref();
  return () => {
    watching.kill('SIGKILL');
  };
}
