// What a folder or an archive holds, as one hash: whether something has to be built again is decided by it, and not by the bytes
// of an archive, which change with the time of a file.

import { stat } from 'node:fs/promises';
import { createContentDigest } from '#archive/content-digest';
import { type ArchiveOptions, beginWork, type Work } from '#archive/options';
import { readArchive } from '#archive/read-archive';
import { readSurveyed } from '#archive/read-file';
import { refuser } from '#archive/refusal';
import { surveyFolder } from '#archive/survey';
import { drain, watched } from '#archive/watched';

/** Of a folder: what `pack` would take of it. Of an archive: what `unpack` would write, by the same rules and limits. */
export async function contentHash(source: string, options: ArchiveOptions = {}): Promise<string> {
  const work = beginWork({ name: 'contentHash', paths: { source }, options });
  const isFolder = (await stat(source).catch(() => null))?.isDirectory() === true;
  if (isFolder) return hashFolder(source, work);
  const { contentHash } = await readArchive(source, work, async (entry) => {
    if (entry.kind === 'file') await drain(entry.content);
  });
  return contentHash;
}

async function hashFolder(folder: string, work: Work): Promise<string> {
  const digest = createContentDigest();
  const files = await surveyFolder(folder, work);
  work.expect({ files: files.length, bytes: files.reduce((sum, { bytes }) => sum + bytes, 0) });
  for (const file of files) {
    const content = readSurveyed(file, refuser(folder));
    await drain(watched(content, digest.begin(file.path, file.isExecutable), work));
  }
  return digest.end();
}
