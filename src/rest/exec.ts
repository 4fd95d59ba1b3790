// Runs are started, started again, paused and stopped.

import * as z from 'zod/mini';
import { type AlgorithmRequest, pipelineOfAlgorithm } from '#descriptors/algorithm-request';
import { checkPipeline, type RawPipelineInput } from '#descriptors/pipeline';
import type { LocalHKube } from '#local-hkube/create-local-hkube';
import type { Run } from '#local-hkube/run';
import { Dates, datesOf, listOf } from '#rest/criteria';
import { bySchema, type Endpoint, named, type Reading, text } from '#rest/endpoint';
import { orNotFound } from '#rest/not-found';

export const Started = z.object({ jobId: z.string() });
export const Done = z.object({ message: z.string() });
export const OK = { message: 'OK' };

const RawBody: Reading<RawPipelineInput> = {
  schema: z.looseObject({}),
  read: (given) => checkPipeline(given, 'exec/raw'),
};
const StoredBody = bySchema(
  z.looseObject({ name: named('name of a stored pipeline') }, 'expected an object with the name of a stored pipeline'),
);
const AlgorithmBody: Reading<AlgorithmRequest> = {
  schema: z.object({ name: z.string(), input: z.optional(z.array(z.unknown())), debug: z.optional(z.boolean()) }),
  read: (given) => {
    const { name, nodes } = pipelineOfAlgorithm(given);
    return { name, input: nodes[0]?.input ?? [] };
  },
};
const RunBody = bySchema(z.looseObject({ jobId: named('id of a run') }, 'expected an object with the jobId of a run'));
const NodeBody = bySchema(
  z.looseObject(
    { jobId: named('id of a run'), nodeName: named('name of a node'), debug: z.optional(z.boolean()) },
    'expected an object with the jobId of a run and a nodeName',
  ),
);
const StopBody = bySchema(
  z.looseObject(
    {
      jobId: z.optional(text),
      pipelineName: z.optional(text),
      startTime: z.optional(Dates),
      statusToStop: z.optional(z.union([text, z.array(text)])),
      reason: z.optional(text),
    },
    'expected an object with jobId or pipelineName',
  ),
);

export function execEndpoints(hkube: LocalHKube): Endpoint[] {
  return [...startEndpoints(hkube), ...againEndpoints(hkube), ...holdEndpoints(hkube)];
}

function startEndpoints(hkube: LocalHKube): Endpoint[] {
  return [
    {
      ...{ method: 'post', path: '/exec/raw', summary: 'runs a pipeline', body: RawBody, answer: Started },
      handle: async (request) => started(hkube.runRaw(await request.body(RawBody))),
    },
    {
      ...{ method: 'post', path: '/exec/stored', summary: 'runs a stored pipeline', body: StoredBody, answer: Started },
      handle: async (request) => started(hkube.runStored(await request.body(StoredBody))),
    },
    {
      ...{ method: 'post', path: '/exec/algorithm', summary: 'runs one algorithm', body: AlgorithmBody },
      answer: Started,
      handle: async (request) => started(hkube.runAlgorithm(await request.body(AlgorithmBody))),
    },
  ];
}

function againEndpoints({ jobs }: LocalHKube): Endpoint[] {
  return [
    {
      ...{ method: 'post', path: '/exec/rerun', summary: 'runs once more what a run has run', body: RunBody },
      answer: Started,
      handle: async (request) => {
        const { jobId } = await request.body(RunBody);
        return started(await orNotFound(`jobId ${jobId}`, jobs.rerun(jobId)));
      },
    },
    {
      ...{
        method: 'post',
        path: '/exec/caching',
        summary: 'runs a node of a run, and what depends on it',
        body: NodeBody,
      },
      answer: Started,
      handle: async (request) => {
        const { jobId, nodeName } = await request.body(NodeBody);
        const run = jobs.rerunFrom(jobId, nodeName);
        return started(await orNotFound({ words: `unable to find pipeline ${jobId}`, status: 400 }, run));
      },
    },
  ];
}

function holdEndpoints({ jobs }: LocalHKube): Endpoint[] {
  return [
    {
      ...{ method: 'post', path: '/exec/pause', summary: 'begins no more tasks of a run', body: RunBody, answer: Done },
      handle: async (request) => {
        const { jobId } = await request.body(RunBody);
        await orNotFound(`jobId ${jobId}`, jobs.pause(jobId));
        return OK;
      },
    },
    {
      ...{ method: 'post', path: '/exec/resume', summary: 'goes on with a run', body: RunBody, answer: Done },
      handle: async (request) => {
        const { jobId } = await request.body(RunBody);
        await orNotFound(`jobId ${jobId}`, jobs.resume(jobId));
        return OK;
      },
    },
    {
      ...{ method: 'post', path: '/exec/stop', summary: 'stops all runs that are meant', body: StopBody },
      answer: z.object({ stoppedJobIds: z.array(z.string()) }),
      handle: async (request) => {
        const { jobId, pipelineName, startTime, statusToStop, reason } = await request.body(StopBody);
        const criteria = { jobId, pipelineName, statuses: listOf(statusToStop), ...datesOf(startTime) };
        return { stoppedJobIds: await jobs.stop(criteria, reason) };
      },
    },
  ];
}

/** An id that was told is in the books. */
export async function started({ jobId, listed }: Run): Promise<{ jobId: string }> {
  await listed;
  return { jobId };
}
