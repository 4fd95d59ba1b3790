// Builds the command line once before the tests: from source it would take seconds to start, each time.

import { fileURLToPath } from 'node:url';
import { build } from 'rolldown';
import config from '../../rolldown.config.js';

const root = fileURLToPath(new URL('../..', import.meta.url));

export async function setup(): Promise<void> {
  const output = { ...config.output, dir: `${root}.test-build` };
  await build({ ...config, cwd: root, output, logLevel: 'warn' });
}
