// The Dockerfile that `algorithm-actor dockerfile` writes for an example whose document says `name`, `code.path` and `code.entryPoint`.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAlgorithm } from '#descriptors/algorithm';
import { dockerfileOf } from '#image/dockerfile';
import { readImageSource } from '#image/image-source';

export function dockerfileIn(folder: string): string {
  const file = join(folder, 'algorithm.yml');
  const { name, code } = parseAlgorithm(readFileSync(file, 'utf8'), file);
  const place = join(folder, code?.path ?? '.');
  return dockerfileOf(readImageSource({ name, entry: join(place, code?.entryPoint ?? ''), code: place, top: folder }));
}
