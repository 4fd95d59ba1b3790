// Builds of a process that is gone. One that was built, and perhaps published, is published again (K3); any other has failed. What
// it has left half-done goes.

import { appendFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { BuildWorld } from '#builds/attempt';
import { imageOf } from '#builds/build';
import { endedRecord, type Ending, FAILED_PROGRESS, lastWords } from '#builds/ending';
import { failureOf } from '#builds/problem';
import { type BuildRecord, isAbandoned, removeFolder, type Shelf } from '#builds/shelf';

/** Its record as it is now on the disk. */
export async function recover(record: BuildRecord, world: BuildWorld): Promise<BuildRecord> {
  const { shelf } = world;
  if (!isAbandoned(record)) return record;
  const ending = record.isBuilt ? await publishAgain(record, world) : gone(record);
  const over = endAbandoned(record, ending);
  await appendFile(shelf.place(record.build.buildId, 'log.txt'), `${lastWords(ending)}\n`);
  await shelf.write(over);
  return over;
}

/** As it is told by who has not had it on its way. */
export const seen = (record: BuildRecord): BuildRecord =>
  isAbandoned(record) ? endAbandoned(record, gone(record)) : record;

const endAbandoned = (record: BuildRecord, ending: Ending): BuildRecord =>
  endedRecord(record, ending, { warnings: [], errors: [], tail: '' });

function gone({ owner: { pid }, build: { buildId } }: BuildRecord): Ending {
  const message = `local HKube (process ${pid}) was ended while this build was on its way. Run it again: algorithm-actor builds rerun ${buildId}`;
  return { status: 'failed', progress: FAILED_PROGRESS, failure: { message, trace: '' } };
}

async function publishAgain({ build }: BuildRecord, { onBuilt }: BuildWorld): Promise<Ending> {
  try {
    await onBuilt({ ...build, algorithmImage: imageOf(build) });
    return { status: 'completed', progress: 100, failure: null };
  } catch (error) {
    return { status: 'failed', progress: FAILED_PROGRESS, failure: failureOf(error) };
  }
}

/** Code that is half there, or that another attempt has replaced; files on their way. Nothing of it runs any more. */
export async function tidy({ build: { buildId }, runs }: BuildRecord, shelf: Shelf): Promise<void> {
  const folder = shelf.place(buildId, '.');
  for (const name of await readdir(folder)) {
    const isCode = /^\.?code(-|$)/.test(name) && name !== runs;
    if (isCode || name.endsWith('.tmp')) await removeFolder(join(folder, name));
  }
}
