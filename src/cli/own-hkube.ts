// A local HKube for one command, in its own process, where no other is asked: with its door on a port that is free, so that the command
// speaks to it as to any other.

import { createHKubeApi } from '#cluster/hkube-api';
import type { HKubeFlags, OpenHKube } from '#cli/open-api';
import { commandBy } from '#cli/open-api';
import { openLocal, type OpenLocalOptions } from '#cli/open-local';
import { openDoor } from '#cli/serve';

export interface OwnHKube extends OpenHKube {
  readonly inspector: string | null;
}

/** Throws and rejects as `openLocal` and its start do. */
export async function openOwnHKube(options: OpenLocalOptions, flags: HKubeFlags): Promise<OwnHKube> {
  const hkube = openLocal({ ...options, workersPort: options.workersPort ?? 0 });
  const { url, close } = await openDoor(hkube, { port: 0 });
  return {
    api: createHKubeApi(url),
    url,
    isOurs: true,
    command: commandBy(flags),
    close,
    get inspector() {
      return hkube.inspector;
    },
  };
}
