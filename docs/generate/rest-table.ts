// The table of the REST API in docs/local-hkube.md: the paths and what they do are those of the declared endpoints.

import { createLocalHKube } from '#local-hkube/create-local-hkube';
import type { Endpoint } from '#rest/endpoint';
import { endpointsOf, internalEndpointsOf } from '#rest/endpoints';

const nothing = (): void => undefined;

/** It is never started. */
const hkube = createLocalHKube({
  algorithms: {},
  launch: () => ({ ended: new Promise(nothing), stop: () => Promise.resolve() }),
  logger: { debug: nothing, info: nothing, warn: nothing, error: nothing },
});

export function restTable(): string {
  const rows = [...rowsOf(endpointsOf(hkube), ''), ...rowsOf(internalEndpointsOf(hkube), '/internal/v1')];
  return `| path | |\n| --- | --- |\n${rows.join('')}`;
}

/** One row a path: what can be done with it. */
function rowsOf(endpoints: readonly Endpoint[], base: string): string[] {
  const paths = [...new Set(endpoints.map(({ path }) => path))];
  return paths.map((path) => {
    const here = endpoints.filter((one) => one.path === path);
    const deeds = here.map(({ method, summary }) => `${method.toUpperCase()} ${summary}`);
    return `| \`${base}${path.replace(/:(\w+)/g, '{$1}')}\` | ${deeds.join('; ')} |\n`;
  });
}
