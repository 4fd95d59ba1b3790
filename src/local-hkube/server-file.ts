// `server.json`: tells other commands in this folder that a local HKube serves it, and where.

import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { isAlive, markOf } from '#processes/alive';

const ServerFile = z.object({ url: z.string(), pid: z.number(), birth: z.nullable(z.string()) });

/** A local HKube that serves. */
export type Serving = z.output<typeof ServerFile>;

const placeIn = (stateDir: string): string => join(stateDir, 'server.json');

/** The local HKube that serves this folder, if its process lives. */
export async function findServer(stateDir: string): Promise<Serving | undefined> {
  try {
    const serving = ServerFile.parse(JSON.parse(await readFile(placeIn(stateDir), 'utf8')));
    return isAlive(serving) ? serving : undefined;
  } catch {
    // None was there, or it is cut.
    return undefined;
  }
}

/** Only what is ours. */
async function takeBack(stateDir: string): Promise<void> {
  const serving = await findServer(stateDir);
  if (serving?.pid === process.pid) await rm(placeIn(stateDir), { force: true });
}

/** Says that this process serves, if no other does: then it is undefined. The returned function takes it back. */
export async function announceServer(stateDir: string, url: string): Promise<(() => Promise<void>) | undefined> {
  const place = placeIn(stateDir);
  await mkdir(stateDir, { recursive: true });
  const serving: Serving = { url, ...markOf(process.pid) };
  for (let attempt = 0; attempt < 2; attempt++) {
    // Of two that say it at once one fails.
    const isSaid = await writeFile(place, JSON.stringify(serving), { flag: 'wx' }).then(
      () => true,
      () => false,
    );
    if (isSaid) return () => takeBack(stateDir);
    if (await findServer(stateDir)) return undefined;
    await rm(place, { force: true });
  }
  return undefined;
}
