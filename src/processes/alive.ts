// Whether a process of this machine lives, and whether it is the one that is meant: numbers come again.

import { readFileSync } from 'node:fs';

/** A process by its number and, where the system tells, the moment of its birth. */
export interface ProcessMark {
  readonly pid: number;
  readonly birth: string | null;
}

export const markOf = (pid: number): ProcessMark => ({ pid, birth: birthOf(pid) });

export function isAlive({ pid, birth }: ProcessMark): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // It is there, and somebody else's.
    if (!(error instanceof Error && 'code' in error && error.code === 'EPERM')) return false;
  }
  const now = birthOf(pid);
  return birth === null || now === null || birth === now;
}

/** In ticks since the system's start, which is told apart as well; null where there is no /proc. */
function birthOf(pid: number): string | null {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name of the program stands in parentheses and may hold anything.
    const ticks = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
    return ticks === undefined ? null : `${boot} ${ticks}`;
  } catch {
    return null;
  }
}
