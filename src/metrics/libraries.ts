// The libraries behind event files. They are loaded when the first record is written or read, at once and not by and by: a task that
// writes no scalar loads nothing, and one that does has them all on the disk before its outcome leaves.

import { createRequire } from 'node:module';
import type * as wire from '@bufbuild/protobuf/wire';
import type * as crc32c from 'crc-32/crc32c.js';

interface Load {
  (id: '@bufbuild/protobuf/wire'): typeof wire;
  (id: 'crc-32/crc32c.js'): typeof crc32c;
}

interface Libraries {
  readonly wire: typeof wire;
  readonly crc32c: (bytes: Uint8Array) => number;
}

let loaded: Libraries | undefined;

export function libraries(): Libraries {
  if (loaded) return loaded;
  const load: Load = createRequire(import.meta.url);
  const crc = load('crc-32/crc32c.js');
  loaded = { wire: load('@bufbuild/protobuf/wire'), crc32c: (bytes) => crc.buf(bytes) >>> 0 };
  return loaded;
}
