// Builds the command line, the page and its charts once before the tests: from source the page would not run at all.

import { execFileSync } from 'node:child_process';
import { build as buildPage } from 'vite';
import { pageInto, wholeInto } from '../../vite.config.js';
import { root, setup as buildCli } from './build-cli.js';

export async function setup(): Promise<void> {
  // The first one empties the folder, the second that of the page.
  await buildCli();
  for (const into of [pageInto, wholeInto])
    await buildPage({ ...into(`${root}.test-build/inspector`), configFile: false, logLevel: 'warn' });
  const charts = ['docs/generate/chart-layouts.ts', '.test-build/inspector'];
  const options = ['--import', 'tsx', '--conditions=algorithm-actor-source'];
  execFileSync(process.execPath, [...options, ...charts], { cwd: root, stdio: 'inherit' });
}
