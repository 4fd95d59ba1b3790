// `server.json`: tells other commands in this folder that a local HKube serves it, and where.

import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { writeJson } from '#local-hkube/write-file';

const ServerFile = z.object({ url: z.string(), pid: z.number() });

/** A local HKube that serves. */
export type Serving = z.output<typeof ServerFile>;

const placeIn = (stateDir: string): string => join(stateDir, 'server.json');

/** The local HKube that serves this folder, if its process lives. */
export async function findServer(stateDir: string): Promise<Serving | undefined> {
  try {
    const serving = ServerFile.parse(JSON.parse(await readFile(placeIn(stateDir), 'utf8')));
    process.kill(serving.pid, 0);
    return serving;
  } catch {
    // None was there, or it is gone.
    return undefined;
  }
}

/** Says that this process serves. The returned function takes it back. */
export async function announceServer(stateDir: string, url: string): Promise<() => Promise<void>> {
  await writeJson(placeIn(stateDir), { url, pid: process.pid });
  return async () => {
    const serving = await findServer(stateDir);
    if (serving?.pid === process.pid) await rm(placeIn(stateDir), { force: true });
  };
}
