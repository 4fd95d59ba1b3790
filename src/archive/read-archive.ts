// Whichever kind an archive is: its entries, hashed and counted as they are read.

import { lookAt, type FileExt } from '#archive/archive-kind';
import { createContentDigest } from '#archive/content-digest';
import type { ArchiveEntry } from '#archive/entry';
import type { Work } from '#archive/options';
import { readTar } from '#archive/read-tar';
import { readZip } from '#archive/read-zip';
import { watched } from '#archive/watched';

/** What an archive held. */
export interface ArchiveContent {
  readonly fileExt: FileExt;
  readonly files: number;
  readonly bytes: number;
  readonly contentHash: string;
}

/** Gives each entry to `take`, which reads its content. Refuses whatever is no sound archive, an empty one included. */
export async function readArchive(
  path: string,
  work: Work,
  take: (entry: ArchiveEntry) => Promise<void>,
): Promise<ArchiveContent> {
  const archive = await lookAt(path);
  const digest = createContentDigest();
  const read = archive.fileExt === 'zip' ? readZip : readTar;
  for await (const entry of read(archive, work)) {
    work.goOn();
    if (entry.kind === 'folder') await take(entry);
    else {
      const content = watched(entry.content, digest.begin(entry.path, entry.isExecutable), work);
      await take({ ...entry, content });
    }
  }
  const { files, bytes } = work;
  if (files === 0) throw archive.refuse('empty', 'there is no file in it');
  return { fileExt: archive.fileExt, files, bytes, contentHash: digest.end() };
}
