// Content that is hashed and counted as it passes.

import type { FileDigest } from '#archive/content-digest';
import type { Work } from '#archive/options';

export async function* watched(content: AsyncIterable<Buffer>, hash: FileDigest, work: Work): AsyncGenerator<Buffer> {
  for await (const portion of content) {
    work.goOn();
    hash.take(portion);
    work.tookBytes(portion.length);
    yield portion;
  }
  hash.end();
  work.tookFile();
}

/** Reads to the end what only has to be watched. */
export async function drain(content: AsyncIterable<Buffer>): Promise<void> {
  const portions = content[Symbol.asyncIterator]();
  while ((await portions.next()).done !== true);
}
