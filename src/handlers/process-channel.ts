// A child process as a channel: parcels on the pipes 3 (to it) and 4 (from it), so that its stdout and stderr stay the author's.
//
//   C1. The child is in a group of its own: Ctrl-C reaches the runtime alone, and a kill reaches all that the child has started.
//   C2. The child ends when pipe 3 does; one that is too busy to see it is ended by a guard. A runtime that dies takes it along.

import { spawn } from 'node:child_process';
import { Duplex } from 'node:stream';
import { RuntimeError } from '#errors';
import type { Channel, ChannelEvents, OpenChannel } from '#handlers/channel';
import { createUnpacker, packParcel } from '#handlers/parcels';
import { hasGroups, watchChild } from '#processes/child';
import { guard } from '#processes/guard';

export interface ProcessProgram {
  readonly command: readonly [string, ...string[]];
  /** Gets what the child prints, line by line. */
  readonly onPrint: (line: string) => void;
  /** Gets what it writes to stderr. Default: it goes to ours. */
  readonly onComplain?: (line: string) => void;
  /** Default: ours. */
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly onWarning: (message: string) => void;
}

/** How long a child may take to end by SIGTERM. */
const TERM_PATIENCE_MS = 1_000;

const toStderr = (line: string): void => void process.stderr.write(`${line}\n`);

export function openProcess(options: ProcessProgram): OpenChannel {
  const {
    command: [program, ...args],
    onPrint,
    onComplain = toStderr,
    onWarning,
    ...place
  } = options;
  return ({ onNote, onBroken, onEnd }: ChannelEvents): Channel => {
    const child = spawn(program, args, {
      ...place,
      detached: hasGroups,
      stdio: ['ignore', 'pipe', 'pipe', 'pipe', 'pipe'],
    });
    const [, , , toChild, fromChild] = child.stdio;
    if (!(toChild instanceof Duplex) || !(fromChild instanceof Duplex)) {
      throw new RuntimeError('UNPROVIDED', 'A child process came without its pipes.');
    }
    const { ended, stop } = watchChild(child, {
      onStdout: onPrint,
      onStderr: onComplain,
    });
    // A pipe that breaks is told by the end of the child.
    toChild.on('error', () => undefined);
    fromChild.on('error', () => undefined);
    const unpack = createUnpacker({ onParcel: onNote, onBroken });
    fromChild.on('data', unpack);
    const release = guard(child, onWarning);
    void ended.then((end) => {
      release();
      onEnd({ ...end, stack: '' });
    });
    return {
      post: (note, body) => {
        for (const bytes of packParcel(note, body)) toChild.write(bytes);
      },
      warn: () => undefined,
      kill: () => void stop(TERM_PATIENCE_MS),
    };
  };
}
