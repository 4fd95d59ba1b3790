// Builds the command line once before the tests: from source it would take seconds to start, each time.

import { fileURLToPath } from 'node:url';
import { build } from 'rolldown';
import { bundleInto } from '../../rolldown.config.js';

export const root = fileURLToPath(new URL('../..', import.meta.url));

/** Empties the folder of what was built. */
export async function setup(): Promise<void> {
  await build({ ...bundleInto(`${root}.test-build`), cwd: root, logLevel: 'warn' });
}
