// What tools ask to see whether somebody is there.

import * as z from 'zod/mini';
import type { Endpoint } from '#rest/endpoint';

const Info = z.object({
  type: z.string(),
  encoding: z.string(),
  clusterName: z.string(),
  moduleName: z.string(),
  /** Here results are as large as they are. */
  storageResultsThreshold: z.string(),
});

export function storageEndpoints(): Endpoint[] {
  return [
    {
      ...{ method: 'get', path: '/storage/info', summary: 'how results are kept', answer: Info },
      handle: () => ({
        ...{ type: 'fs', encoding: 'json', clusterName: 'local', moduleName: 'local-hkube' },
        storageResultsThreshold: 'none',
      }),
    },
  ];
}
