// What has become of the webhooks of a run.

import { WebhookRecord, WebhookRecordsOfRun } from '#descriptors/webhook';
import { RuntimeError } from '#errors';
import type { LocalHKube } from '#local-hkube/create-local-hkube';
import type { Endpoint, Incoming } from '#rest/endpoint';

export function webhookEndpoints({ jobs }: LocalHKube): Endpoint[] {
  const one = (kind: 'progress' | 'result') => async (request: Incoming) => {
    const jobId = request.param('jobId');
    const record = (await jobs.webhooks(jobId))[kind];
    if (record) return record;
    throw new RuntimeError('NOT_FOUND', `webhook ${jobId} Not Found`, { facts: { jobId } });
  };
  return [
    {
      ...{ method: 'get', path: '/webhooks/status/:jobId', summary: 'whether the latest status was told' },
      ...{ answer: WebhookRecord, handle: one('progress') },
    },
    {
      ...{ method: 'get', path: '/webhooks/results/:jobId', summary: 'whether the result was told' },
      ...{ answer: WebhookRecord, handle: one('result') },
    },
    {
      ...{ method: 'get', path: '/webhooks/list/:jobId', summary: 'both', answer: WebhookRecordsOfRun },
      handle: (request) => jobs.webhooks(request.param('jobId')),
    },
  ];
}
