// Everything that an archive holds, or will hold, is counted here, before it is written anywhere.
//
//   A1. One name, one file: also on a machine that does not tell `A` from `a`, or one way to write `é` from the other.
//   A2. A file is no folder of other files.
//   A3. Limits are kept as things come: nobody's word is taken for how much there will be.

import { entryPath } from '#archive/entry-path';
import type { ArchiveLimits } from '#archive/options';
import { quoted, type Refuse } from '#archive/refusal';

export interface Census {
  /** Returns the path; '' is the folder itself. A folder may come twice. */
  addFolder(name: string): string;
  addFile(name: string, bytes: number): string;
  /** Bytes that come with no file. */
  spend(bytes: number): void;
  readonly files: number;
  readonly bytes: number;
}

interface Known {
  readonly path: string;
  readonly isFile: boolean;
}

/** How an archive may be much smaller than what is in it before that counts against it. */
const FREE_BYTES = 64 * 1024 * 1024;

/** `archiveBytes`: the size of the archive, where there is one. */
export function createCensus(limits: ArchiveLimits, refuse: Refuse, archiveBytes?: number): Census {
  const known = new Map<string, Known>();
  const room = archiveBytes === undefined ? Infinity : archiveBytes * limits.ratio + FREE_BYTES;
  let entries = 0;
  let files = 0;
  let bytes = 0;

  function settle(path: string, isFile: boolean): void {
    const key = folded(path);
    const former = known.get(key);
    if (former === undefined) {
      known.set(key, { path, isFile });
      if (known.size > limits.entries) throw tooMany();
      return;
    }
    if (former.isFile !== isFile) throw refuse('duplicate', `${quoted(path)} is a file, and a folder of other files`); // A2
    if (former.path !== path)
      throw refuse(
        'duplicate',
        `${quoted(former.path)} and ${quoted(path)} are one name where case or accents do not count`,
      );
    if (isFile) throw refuse('duplicate', `${quoted(path)} is in it twice`);
  }

  function add(name: string, isFile: boolean): string {
    entries += 1;
    if (entries > limits.entries) throw tooMany();
    const segments = entryPath(name, refuse);
    if (segments.length > limits.depth) throw refuse('limit', `${quoted(name)} is deeper than ${limits.depth} folders`);
    if (isFile && segments.length === 0) throw refuse('name', `a file is called ${quoted(name)}`);
    segments.forEach((_, index) =>
      settle(segments.slice(0, index + 1).join('/'), isFile && index === segments.length - 1),
    );
    return segments.join('/');
  }

  function spend(more: number): void {
    bytes += more;
    if (bytes > limits.totalBytes) throw refuse('limit', `it holds more than ${limits.totalBytes} bytes`);
    if (bytes > room) throw refuse('limit', `it unpacks to more than ${limits.ratio} times its size`);
  }

  const tooMany = () => refuse('limit', `it holds more than ${limits.entries} files and folders`);

  return {
    addFolder: (name) => add(name, false),
    addFile: (name, size) => {
      const path = add(name, true);
      if (size > limits.fileBytes) throw refuse('limit', `${quoted(path)} is larger than ${limits.fileBytes} bytes`);
      spend(size);
      files += 1;
      return path;
    },
    spend,
    get files() {
      return files;
    },
    get bytes() {
      return bytes;
    },
  };
}

/** A1. Upper case first, because it makes two letters of some. */
const folded = (path: string): string => path.normalize('NFD').toUpperCase().toLowerCase();
