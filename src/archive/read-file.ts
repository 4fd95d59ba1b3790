// The bytes of a file that was surveyed, in portions; one that has changed since is no longer what was checked.

import { constants, type FileHandle, open } from 'node:fs/promises';
import { quoted, type Refuse, wordsOf } from '#archive/refusal';
import type { SurveyedFile } from '#archive/survey';

const PORTION_BYTES = 128 * 1024;

export async function* readSurveyed({ path, file, bytes }: SurveyedFile, refuse: Refuse): AsyncGenerator<Buffer> {
  const handle = await opened(file).catch((error: unknown) => {
    throw refuse('missing', `${quoted(path)} cannot be read: ${wordsOf(error)}`, error);
  });
  try {
    let left = bytes;
    while (left >= 0) {
      // One more than it should have, so that one that has grown is seen.
      const portion = Buffer.allocUnsafe(Math.min(PORTION_BYTES, left + 1));
      const { bytesRead } = await handle.read(portion, 0, portion.length);
      if (bytesRead === 0) break;
      left -= bytesRead;
      if (left >= 0) yield portion.subarray(0, bytesRead);
    }
    if (left !== 0) throw refuse('changed', `${quoted(path)} was written to while it was read. Try again`);
  } finally {
    await handle.close();
  }
}

/** What was a file when it was looked at must not be a link by now; Windows has no such flag. */
function opened(file: string): Promise<FileHandle> {
  return open(file, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0));
}
