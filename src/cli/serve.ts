// A local HKube that goes on until somebody ends it: its REST door, and the file by which other commands find it.

import { RuntimeError } from '#errors';
import type { LocalHKube } from '#local-hkube/create-local-hkube';
import { type RestOptions, serveRest } from '#rest/server';
import { announceServer, findServer } from '#local-hkube/server-file';

export interface Serving {
  readonly url: string;
  /** What others have to show; null: nobody else is answered. */
  readonly token: string | null;
  close(): Promise<void>;
}

/** Throws `INVALID_USAGE` if another one serves this folder. */
export async function refuseSecond(stateDir: string): Promise<void> {
  const other = await findServer(stateDir);
  if (other) throw secondIn(stateDir, `${other.url}, process ${other.pid}`);
}

/** Starts it, and serves, known to nobody but the caller. */
export async function openDoor(hkube: LocalHKube, door: RestOptions): Promise<Serving> {
  const rest = await serveRest(hkube, door);
  const close = async (): Promise<void> => {
    await rest.close();
    await hkube.stop();
  };
  try {
    await hkube.start();
    return { url: rest.url, token: rest.token, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** The same, found by the other commands of its folder. */
export async function serve(hkube: LocalHKube, door: RestOptions, stateDir: string): Promise<Serving> {
  const { url, token, close } = await openDoor(hkube, door);
  const takeBack = await announceServer(stateDir, url);
  if (!takeBack) {
    await close();
    throw secondIn(stateDir, 'it was quicker');
  }
  return {
    url,
    token,
    close: async () => {
      await takeBack();
      await close();
    },
  };
}

function secondIn(stateDir: string, which: string): RuntimeError {
  const remedy = 'End it, or give another --state.';
  return new RuntimeError(
    'INVALID_USAGE',
    `a local HKube serves this folder already (${stateDir}/server.json): ${which}. ${remedy}`,
  );
}
