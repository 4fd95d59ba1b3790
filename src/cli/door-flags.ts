// The flags by which others than this machine are let in. The token is no flag: what is typed there is seen by everybody who lists the
// processes of this machine.

import { networkInterfaces } from 'node:os';
import type { Command } from 'commander';
import { say } from '#cli/print';
import type { RestOptions } from '#rest/server';

export interface DoorFlags {
  readonly port: number;
  readonly host?: string | undefined;
  readonly token?: boolean | undefined;
}

export const TOKEN_VARIABLE = 'HKUBE_LOCAL_TOKEN';

export function addDoorFlags(command: Command): Command {
  return command
    .option('--host <address>', 'listen there for others, too, such as 0.0.0.0; they have to show a token')
    .option(
      '--token',
      `let others in by a token where a proxy or a tunnel brings them; ${TOKEN_VARIABLE} says which, else one is made`,
    );
}

/** What they mean, with what the environment says. */
export async function doorOf({ port, host, token: isAsked }: DoorFlags): Promise<RestOptions> {
  const { [TOKEN_VARIABLE]: given } = process.env;
  if (given !== undefined && given !== '') return { port, host, token: given };
  return { port, host, token: isAsked ? (await import('#rest/door')).createToken() : undefined };
}

/** Of what serves; without a token, or a door, nothing is said. */
export interface OpenDoor {
  readonly url?: string | undefined;
  readonly token?: string | null | undefined;
}

/** Says how others come in, if they may. */
export function sayDoor({ url, token }: OpenDoor, { host }: Pick<DoorFlags, 'host'>): void {
  if (!token || url === undefined) return;
  const { port } = new URL(url);
  const names = host === undefined ? [] : addressesOf(host).map((address) => `http://${address}:${port}`);
  say(`  others are let in${names.length > 0 ? ` at ${names.join(', ')}` : ''} by the token ${token}`);
  say(
    '  it is the password of any user: HKUBE_USERNAME and HKUBE_PASSWORD, or .hkuberc; by hand, `Authorization: Bearer`',
  );
}

/** Those that are listened to, but for this machine's own. */
function addressesOf(host: string): string[] {
  const isEverywhere = ['0.0.0.0', '::', '[::]'].includes(host);
  if (!isEverywhere) return ['localhost', '127.0.0.1', '::1', '[::1]'].includes(host) ? [] : [bracketed(host)];
  const all = Object.values(networkInterfaces()).flatMap((one) => one ?? []);
  return all.filter(({ internal, family }) => !internal && family === 'IPv4').map(({ address }) => address);
}

const bracketed = (host: string): string => (host.includes(':') && !host.startsWith('[') ? `[${host}]` : host);
