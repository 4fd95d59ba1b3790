// A local HKube that goes on until somebody ends it: its REST door, and the file by which other commands find it.

import { RuntimeError } from '#errors';
import type { LocalHKube } from '#local-hkube/create-local-hkube';
import { serveRest } from '#local-hkube/rest';
import { announceServer, findServer } from '#local-hkube/server-file';

export interface Serving {
  readonly url: string;
  close(): Promise<void>;
}

/** Throws `INVALID_USAGE` if another one serves this folder. */
export async function refuseSecond(stateDir: string): Promise<void> {
  const other = await findServer(stateDir);
  if (!other) return;
  throw new RuntimeError(
    'INVALID_USAGE',
    `a local HKube serves this folder already: ${other.url}, process ${other.pid}. End it, or give another --state.`,
  );
}

/** Starts it, and serves. `port` 0 takes a free one. */
export async function serve(hkube: LocalHKube, port: number, stateDir: string): Promise<Serving> {
  const rest = await serveRest(hkube, port);
  try {
    await hkube.start();
    const takeBack = await announceServer(stateDir, rest.url);
    return {
      url: rest.url,
      close: async () => {
        await takeBack();
        await rest.close();
        await hkube.stop();
      },
    };
  } catch (error) {
    await rest.close();
    throw error;
  }
}
