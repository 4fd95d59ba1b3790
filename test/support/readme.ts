// The commands that the README of an example shows below `$`, run as a reader runs them, and what it shows that they print. Ids
// and times are those of one run: they read `…` here.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { temporaryFolder } from '#test/support/temporary';

const cli = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));

export interface Shown {
  readonly command: string;
  /** What the README says that it prints, on a terminal: stderr and stdout. */
  readonly output: string;
}

export interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly printed: string;
}

/** The commands of a README, in its order; `cd` is left out: `run` is in the folder already. */
export function shownIn(folder: string): readonly Shown[] {
  const blocks = readFileSync(join(folder, 'README.md'), 'utf8').matchAll(/^```console\n(.*?)^```/gms);
  const commands = [...blocks].flatMap(([, block = '']) => [...block.matchAll(/^\$ (.*)\n((?:(?!\$ ).*\n)*)/gm)]);
  return commands
    .map(([, command = '', output = '']) => ({ command, output: withoutIds(output) }))
    .filter(({ command }) => !command.startsWith('cd '));
}

/** Runs such a command by what was built, its state in a folder that is gone afterwards. */
export async function run(folder: string, command: string, state = temporaryFolder()): Promise<Ran> {
  const built = command.replace('npx --prefix ../.. algorithm-actor', '"$NODE" "$CLI"');
  const ports = / algorithm-actor (exec|dev|local) /.test(command) ? ' --workers-port 0' : '';
  const child = spawn('sh', ['-c', `exec ${built}${ports} --state "$STATE"`], {
    cwd: folder,
    // The home of whoever runs the tests may name a cluster.
    env: { ...process.env, HOME: state, NODE: process.execPath, CLI: cli, STATE: state, HKUBE_LOG_LEVEL: 'warn' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exited = once(child, 'close');
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  await exited;
  // How far a run is, it says now and then: a matter of time.
  const said = stderr.replace(/^run \w{12}: .*\n/gm, '');
  return { code: child.exitCode, stdout, printed: withoutIds(said + stdout) };
}

/** The result document that a command with `--json` has printed, without its ids and times. */
export function documentOf({ stdout }: Ran): unknown {
  return JSON.parse(stdout, (key, value: unknown) => (key === 'jobId' || times.has(key) ? undefined : value));
}

/** What an example says that this document is. */
export function expectedIn(folder: string, name = 'expected.json'): unknown {
  return JSON.parse(readFileSync(join(folder, name), 'utf8'));
}

const times = new Set(['startTime', 'timestamp', 'timeTook']);
const idsAndTimes =
  /(?<=\brun |"jobId": ")\w{12}|(?<="(?:startTime|timestamp|timeTook)": )[^,\n]+|(?<=, )[\d.]+(?= s$)/gm;

const withoutIds = (printed: string): string => printed.replace(idsAndTimes, '…');
