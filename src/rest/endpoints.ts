// All endpoints of the REST API.

import type { LocalHKube } from '#local-hkube/create-local-hkube';
import { algorithmEndpoints } from '#rest/algorithms';
import { boardEndpoints } from '#rest/boards';
import { buildEndpoints, type BuildsSide } from '#rest/builds';
import type { Endpoint } from '#rest/endpoint';
import { execEndpoints } from '#rest/exec';
import { internalEndpoints } from '#rest/internal';
import { pipelineEndpoints } from '#rest/pipelines';
import { readmeEndpoints } from '#rest/readme';
import { runEndpoints } from '#rest/runs';
import { searchEndpoints } from '#rest/search';
import { storageEndpoints } from '#rest/storage';
import { versionEndpoints } from '#rest/versions';
import { webhookEndpoints } from '#rest/webhooks';

export function endpointsOf(hkube: LocalHKube, builds?: BuildsSide): Endpoint[] {
  return [
    ...execEndpoints(hkube),
    ...runEndpoints(hkube),
    ...searchEndpoints(hkube),
    ...webhookEndpoints(hkube),
    ...algorithmEndpoints(hkube),
    ...versionEndpoints(hkube),
    ...pipelineEndpoints(hkube),
    ...readmeEndpoints(hkube),
    ...buildEndpoints(builds ?? { ...hkube.builds, onPush: hkube.store.onPush }),
    ...boardEndpoints(hkube),
    ...storageEndpoints(),
  ];
}

/** Those below `/internal/v1`. */
export const internalEndpointsOf = (hkube: LocalHKube): Endpoint[] => internalEndpoints(hkube);
