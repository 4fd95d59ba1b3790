// Builds the command line and the page once before the tests: from source the one would take seconds to start, each time, and the
// other would not run at all.

import { fileURLToPath } from 'node:url';
import { build } from 'rolldown';
import { build as buildPage } from 'vite';
import { bundleInto } from '../../rolldown.config.js';
import { pageInto } from '../../vite.config.js';

const root = fileURLToPath(new URL('../..', import.meta.url));

export async function setup(): Promise<void> {
  // The first one empties the folder.
  await build({ ...bundleInto(`${root}.test-build`), cwd: root, logLevel: 'warn' });
  await buildPage({ ...pageInto(`${root}.test-build/inspector`), configFile: false, logLevel: 'warn' });
}
