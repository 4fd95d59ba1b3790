// The version of this package, by its own description.

import { createRequire } from 'node:module';

export function packageVersion(): string {
  const description: unknown = createRequire(import.meta.url)('algorithm-actor/package.json');
  const known = typeof description === 'object' && description !== null && 'version' in description;
  return known ? String(description.version) : 'unknown';
}
