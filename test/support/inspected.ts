// A local HKube as it is installed, with its inspector: each algorithm in a process of its own, from the folder of the examples of
// what can go wrong.

import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { onTestFinished } from 'vitest';
import type { LocalHKubeOptions, LocalHKube } from '../../src/local.js';
import { keepLog } from '#test/support/in-process';
import { root } from '#test/support/source-files';

export const fixture = (name: string): string => join(root, 'test/fixtures/inspected', name);

export async function startInspected(
  algorithms: LocalHKubeOptions['algorithms'],
  manners = {},
  inspect: LocalHKubeOptions['inspect'] = { port: 0 },
) {
  const built = pathToFileURL(join(root, '.test-build/local.js')).href;
  const { createLocalHKube }: { createLocalHKube(options: LocalHKubeOptions): LocalHKube } = await import(built);
  const logger = keepLog();
  const hkube = createLocalHKube({ algorithms, manners, logger, inspect, ports: { workers: 0 } });
  await hkube.start();
  onTestFinished(hkube.stop);
  const link = hkube.inspector;
  if (link === null) throw new TypeError('there is no inspector');
  return { hkube, link, logger };
}

export const pipeline = (name: string, algorithmName: string, ...input: unknown[]) => ({
  name,
  nodes: [{ nodeName: 'only', algorithmName, input }],
});
