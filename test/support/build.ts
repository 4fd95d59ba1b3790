// Builds the command line, the page and its charts once before the tests: from source the first would take seconds to start, each
// time, and the second would not run at all.

import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { build } from 'rolldown';
import { build as buildPage } from 'vite';
import { bundleInto } from '../../rolldown.config.js';
import { pageInto } from '../../vite.config.js';

const root = fileURLToPath(new URL('../..', import.meta.url));

export async function setup(): Promise<void> {
  // The first one empties the folder, the second that of the page.
  await build({ ...bundleInto(`${root}.test-build`), cwd: root, logLevel: 'warn' });
  await buildPage({ ...pageInto(`${root}.test-build/inspector`), configFile: false, logLevel: 'warn' });
  const charts = ['docs/generate/chart-layouts.ts', '.test-build/inspector'];
  const options = ['--import', 'tsx', '--conditions=algorithm-actor-source'];
  execFileSync(process.execPath, [...options, ...charts], { cwd: root, stdio: 'inherit' });
}
