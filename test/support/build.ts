// Builds the command line once before the tests: from source it would take seconds to start, each time.

import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { build } from 'rolldown';
import { bundleInto } from '../../rolldown.config.js';

const root = fileURLToPath(new URL('../..', import.meta.url));

export async function setup(): Promise<void> {
  await build({ ...bundleInto(`${root}.test-build`), cwd: root, logLevel: 'warn' });
  execFileSync(
    process.execPath,
    [
      '--import',
      'tsx',
      '--conditions=algorithm-actor-source',
      'docs/generate/chart-layouts.ts',
      '.test-build/inspector',
    ],
    { cwd: root, stdio: 'inherit' },
  );
}
