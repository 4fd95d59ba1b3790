// Which HKube a command asks: that of `--endpoint`, else that of .hkuberc, else the local one that serves this folder. Where there is
// none, a command may start one in its own process (`own-hkube`).
//
//   W1. What stands on the command line wins. `--local` leaves .hkuberc aside.
//   W2. A password is no flag: whoever lists processes sees it, and the shell keeps it. It comes by HKUBE_PASSWORD or .hkuberc; that of
//       one user is not sent for another.
//   W3. Whoever asks a cluster is told which, and who says so.

import { homedir } from 'node:os';
import { sep } from 'node:path';
import { type Command, Option } from 'commander';
import { RuntimeError } from '#errors';
import { createHKubeApi, type HKubeApi } from '#cluster/hkube-api';
import { findCluster, findHkuberc, type Hkuberc } from '#cluster/hkuberc';
import { type ClusterOptions, compileCluster } from '#cluster/options';
import { findServer } from '#local-hkube/server-file';
import { STATE_DIR } from '#cli/open-local';
import { say } from '#cli/print';

export interface HKubeFlags {
  readonly endpoint?: string;
  readonly pathPrefix?: string;
  readonly rejectUnauthorized?: boolean;
  readonly insecure?: boolean;
  readonly username?: string;
  readonly local?: boolean;
  readonly state: string;
}

/** An HKube that is asked. */
export interface OpenHKube {
  readonly api: HKubeApi;
  readonly url: string;
  /** It lives in this process: what it has begun ends with the command. */
  readonly isOurs: boolean;
  /** What a person types to ask the same one: `algorithm-actor builds log …`. */
  command(words: string): string;
  close(): Promise<void>;
}

export function addHKubeFlags(command: Command): Command {
  return command
    .optionsGroup('Which HKube:')
    .option('--endpoint <url>', 'the HKube to ask; default that of .hkuberc, else the local one of this folder')
    .option('--local', 'the local one of this folder, whatever .hkuberc says')
    .option('--path-prefix <path>', 'of its API, below the endpoint; default /hkube/api-server/')
    .addOption(new Option('--pathPrefix <path>').hideHelp())
    .option('--username <name>', 'of its login; the password by HKUBE_PASSWORD, or .hkuberc')
    .addOption(new Option('--password <password>').argParser(refusePassword).hideHelp())
    .option('--reject-unauthorized <flag>', 'false: certificates are taken unseen', trueOrFalse)
    .addOption(new Option('--rejectUnauthorized <flag>').argParser(trueOrFalse).hideHelp())
    .option('--insecure', 'the same as --reject-unauthorized false');
}

export function addStateFlag(command: Command): Command {
  return command.option('--state <dir>', 'folder of the local HKube', STATE_DIR);
}

function trueOrFalse(given: string): boolean {
  if (given === 'true' || given === 'false') return given === 'true';
  throw new RuntimeError('INVALID_USAGE', `--reject-unauthorized: expected true or false, got ${given}.`);
}

/** W2. commander’s own words for a wrong value would show it. */
function refusePassword(): never {
  throw new RuntimeError(
    'INVALID_USAGE',
    '--password: whoever lists the processes of this machine would see it. Put it into the environment as HKUBE_PASSWORD, or into .hkuberc.',
  );
}

/** undefined: none is named, and none serves. Throws `INVALID_USAGE`, and `INVALID_OPTIONS` for a .hkuberc that is broken. */
export async function findHKube(flags: HKubeFlags): Promise<OpenHKube | undefined> {
  const found = flags.local ? undefined : findHkuberc();
  const cluster = clusterOf(flags, found);
  const command = commandBy(flags);
  if (!cluster) {
    const server = await findServer(flags.state);
    return server && opened(server.url, command);
  }
  const { isHere, endpoint } = compileCluster(cluster);
  const isNamed = flags.endpoint !== undefined;
  if (!isNamed || !isHere) say(`HKube at ${endpoint}${isNamed ? '' : `, from ${shown(found?.file ?? '')}`}`);
  return opened(cluster, command);
}

function opened(cluster: string | ClusterOptions, command: OpenHKube['command']): OpenHKube {
  const url = typeof cluster === 'string' ? cluster : cluster.endpoint;
  return { api: createHKubeApi(cluster), url, isOurs: false, command, close: () => Promise.resolve() };
}

/** With what must be said again. */
export function commandBy(given: HKubeFlags): OpenHKube['command'] {
  const { endpoint, local, state, pathPrefix, username } = given;
  const isUnseen = given.insecure === true || given.rejectUnauthorized === false;
  const flags = [
    endpoint === undefined ? '' : ` --endpoint ${endpoint}`,
    local ? ' --local' : '',
    state === STATE_DIR ? '' : ` --state ${state}`,
    pathPrefix === undefined ? '' : ` --path-prefix ${pathPrefix}`,
    username === undefined ? '' : ` --username ${username}`,
    isUnseen ? ' --insecure' : '',
    !isUnseen && given.rejectUnauthorized ? ' --reject-unauthorized true' : '',
  ].join('');
  return (words) => `algorithm-actor ${words}${flags}`;
}

/** What it says of a cluster, by its flags. */
const OF_CLUSTER = {
  '--path-prefix': 'pathPrefix',
  '--username': 'username',
  '--reject-unauthorized': 'rejectUnauthorized',
  '--insecure': 'insecure',
} as const satisfies Record<string, keyof HKubeFlags>;

function clusterOf(flags: HKubeFlags, found: Hkuberc | undefined): ClusterOptions | undefined {
  const { endpoint, pathPrefix, username, insecure } = flags;
  if (flags.local && endpoint !== undefined)
    throw new RuntimeError('INVALID_USAGE', '--local and --endpoint: give one of them.');
  const rejectUnauthorized = insecure ? false : flags.rejectUnauthorized;
  const cluster = flags.local
    ? undefined
    : findCluster({ ...(endpoint !== undefined && { endpoint }), pathPrefix, username, rejectUnauthorized });
  if (cluster) {
    refuseUnlessItsPassword(flags, found);
    return cluster;
  }
  const given = Object.entries(OF_CLUSTER).flatMap(([flag, key]) => (flags[key] === undefined ? [] : [flag]));
  if (given.length === 0) return undefined;
  const remedy = flags.local ? 'Leave --local away' : 'Give --endpoint, or name the cluster in .hkuberc';
  throw new RuntimeError('INVALID_USAGE', `${given.join(', ')}: of which cluster? ${remedy}.`);
}

/** W2. */
function refuseUnlessItsPassword({ username }: HKubeFlags, found: Hkuberc | undefined): void {
  if (username === undefined || process.env.HKUBE_PASSWORD || found?.settings.username === username) return;
  throw new RuntimeError(
    'INVALID_USAGE',
    `--username ${username}: its password is missing. Put it into the environment as HKUBE_PASSWORD, or both into .hkuberc.`,
  );
}

/** As whoever types here calls it. */
function shown(file: string): string {
  const home = homedir();
  return file.startsWith(home + sep) ? `~${file.slice(home.length)}` : file;
}
