// The HKube of a command that needs one: one that serves, else one that is started for it.

import { RuntimeError } from '#errors';
import { createLog } from '#cli/log';
import { findHKube, type HKubeFlags, type OpenHKube } from '#cli/open-api';
import { say } from '#cli/print';

export interface Need {
  /** The command does not wait for what it begins: one of its own would end with it. */
  readonly mayLeave?: boolean;
}

export async function openHKube(flags: HKubeFlags, { mayLeave = false }: Need = {}): Promise<OpenHKube> {
  const found = await findHKube(flags);
  if (found) return found;
  if (mayLeave) throw leftAlone();
  const { openOwnHKube } = await import('#cli/own-hkube');
  return openOwnHKube({ state: flags.state, logger: createLog('warn', say), isCold: true }, flags);
}

export const leftAlone = (): RuntimeError =>
  new RuntimeError(
    'INVALID_USAGE',
    '--no-wait needs a server that goes on: start `algorithm-actor local` in this folder, or give --endpoint.',
  );

/** Asks one, and lets it go. */
export async function asking(flags: HKubeFlags, ask: (hkube: OpenHKube) => Promise<void>): Promise<void> {
  const hkube = await openHKube(flags);
  try {
    await ask(hkube);
  } finally {
    await hkube.close();
  }
}
