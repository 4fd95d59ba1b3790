// Runs are read: how they stand, what they have brought, what they are made of, and what has come of them.

import * as z from 'zod/mini';
import { AuditEntry, JobTree } from '#descriptors/job';
import { isOver, RunDocument, RunGraph, RunStatus } from '#descriptors/run';
import { RuntimeError } from '#errors';
import type { LocalHKube } from '#local-hkube/create-local-hkube';
import { bySchema, type Endpoint, text } from '#rest/endpoint';
import { orNotFound } from '#rest/not-found';

const JobPipeline = z.looseObject({ jobId: z.string(), name: z.string() });
const JobsQuery = bySchema(z.looseObject({ status: z.optional(text), raw: z.optional(text) }));
const DownloadQuery = bySchema(z.looseObject({ download: z.optional(text) }));
const JobListItem = z.object({ jobId: z.string(), status: z.string(), pipelineName: z.string() });

export function runEndpoints(hkube: LocalHKube): Endpoint[] {
  return [...stateEndpoints(hkube), ...pastEndpoints(hkube), ...listEndpoints(hkube)];
}

function stateEndpoints(hkube: LocalHKube): Endpoint[] {
  return [
    {
      ...{ method: 'get', path: '/exec/status/:jobId', summary: 'how a run stands', answer: RunStatus },
      handle: (request) => {
        const jobId = request.param('jobId');
        return orNotFound(`status ${jobId}`, hkube.status(jobId));
      },
    },
    {
      ...{ method: 'get', path: '/exec/results/:jobId', summary: 'what a run has brought', answer: RunDocument },
      handle: (request) => {
        const jobId = request.param('jobId');
        return orNotFound(`status ${jobId}`, hkube.result(jobId));
      },
    },
    {
      ...{ method: 'get', path: '/graph/parsed/:jobId', summary: 'how the nodes of a run stand', answer: RunGraph },
      handle: (request) => {
        const jobId = request.param('jobId');
        return orNotFound(`graph ${jobId}`, hkube.graph(jobId));
      },
    },
  ];
}

function pastEndpoints({ jobs }: LocalHKube): Endpoint[] {
  return [
    {
      ...{ method: 'get', path: '/exec/pipelines/:jobId', summary: 'the pipeline of a run', answer: JobPipeline },
      handle: async (request) => {
        const jobId = request.param('jobId');
        return { jobId, ...(await orNotFound(`pipeline ${jobId}`, jobs.pipeline(jobId))) };
      },
    },
    {
      ...{ method: 'get', path: '/exec/flowInput/:jobId', summary: 'the flow input of a run', query: DownloadQuery },
      answer: z.looseObject({}),
      handle: async (request) => {
        const jobId = request.param('jobId');
        const { download } = request.query(DownloadQuery);
        const { flowInput } = await orNotFound(`pipeline ${jobId}`, jobs.pipeline(jobId));
        if (!flowInput) throw new RuntimeError('NOT_FOUND', `flowInput ${jobId} Not Found`, { facts: { jobId } });
        if (download !== undefined) request.say('Content-Disposition', 'attachment;filename="flowInput.json"');
        return flowInput;
      },
    },
    {
      ...{ method: 'get', path: '/exec/auditTrail/:jobId', summary: 'what was done to a run, latest first' },
      answer: z.array(AuditEntry),
      handle: async (request) => {
        const jobId = request.param('jobId');
        return (await orNotFound(`auditTrail ${jobId}`, jobs.auditTrail(jobId))).toReversed();
      },
    },
    {
      ...{ method: 'get', path: '/exec/tree/:jobId', summary: 'the runs that have come of a run', answer: JobTree },
      handle: (request) => {
        const jobId = request.param('jobId');
        return orNotFound(`tree ${jobId}`, jobs.tree(jobId));
      },
    },
  ];
}

function listEndpoints({ jobs }: LocalHKube): Endpoint[] {
  return [
    {
      ...{ method: 'get', path: '/exec/jobs', summary: 'the runs that are active or pending, or in a status' },
      ...{ query: JobsQuery, answer: z.union([z.array(JobListItem), z.array(z.string())]) },
      handle: async (request) => {
        const { status, raw } = request.query(JobsQuery);
        const wanted = status === undefined ? ['active', 'pending'] : [status];
        const found = (await jobs.entries()).filter((one) => wanted.includes(one.status));
        if (raw === 'true') return found.map(({ jobId }) => jobId);
        return found.map(({ jobId, status, pipeline }) => ({ jobId, status, pipelineName: pipeline }));
      },
    },
    {
      ...{ method: 'get', path: '/exec/pipeline/list', summary: 'the pipelines of all runs that are not over' },
      answer: z.array(JobPipeline),
      handle: async () => {
        const found = (await jobs.entries()).filter(({ status }) => !isOver(status));
        return Promise.all(found.map(async ({ jobId }) => ({ jobId, ...(await jobs.pipeline(jobId)) })));
      },
    },
  ];
}
