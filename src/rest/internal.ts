// What HKube's own parts ask its api-server: workers for sub-pipelines, triggers and clocks for runs of their own.

import * as z from 'zod/mini';
import type { LocalHKube } from '#local-hkube/create-local-hkube';
import { bySchema, type Endpoint, named, text } from '#rest/endpoint';
import { Done, OK, Started, started } from '#rest/exec';
import { orNotFound } from '#rest/not-found';

const SubPipelineBody = bySchema(
  z.looseObject(
    {
      jobId: named('id of the run that asks'),
      taskId: named('id of the task that asks'),
      rootJobId: z.optional(text),
      spanId: z.optional(z.unknown()),
    },
    'expected an object with jobId, taskId and a pipeline',
  ),
);
const TriggerBody = bySchema(
  z.looseObject(
    { name: named('name of a stored pipeline'), parentJobId: z.optional(text) },
    'expected an object with the name of a stored pipeline',
  ),
);
const StopBody = bySchema(
  z.looseObject(
    { jobId: named('id of a run'), reason: z.optional(text) },
    'expected an object with the jobId of a run',
  ),
);

export function internalEndpoints(hkube: LocalHKube): Endpoint[] {
  return [
    ...(['raw', 'stored'] as const).map((kind) => subPipelineEndpoint(hkube, kind)),
    ...(['trigger', 'cron'] as const).map((cause) => causeEndpoint(hkube, cause)),
    ...otherEndpoints(hkube),
  ];
}

function subPipelineEndpoint({ jobs }: LocalHKube, kind: 'raw' | 'stored'): Endpoint {
  return {
    ...{ method: 'post', path: `/exec/${kind}/subPipeline`, summary: `runs a ${kind} pipeline for a task` },
    ...{ body: SubPipelineBody, answer: Started },
    handle: async (request) => {
      const { jobId, rootJobId, spanId, ...rest } = await request.body(SubPipelineBody);
      const pipeline = Object.fromEntries(Object.entries(rest).filter(([key]) => key !== 'taskId'));
      return started(await jobs.subPipeline({ kind, pipeline, jobId, rootJobId, spanId }));
    },
  };
}

function causeEndpoint({ jobs }: LocalHKube, cause: 'trigger' | 'cron'): Endpoint {
  return {
    ...{ method: 'post', path: `/exec/stored/${cause}`, summary: 'runs a stored pipeline on its own account' },
    ...{ body: TriggerBody, answer: Started },
    handle: async (request) => started(await jobs.startFor(cause, await request.body(TriggerBody))),
  };
}

function otherEndpoints({ jobs, queue }: LocalHKube): Endpoint[] {
  return [
    {
      ...{ method: 'post', path: '/exec/stop', summary: 'stops a run', body: StopBody, answer: Done },
      handle: async (request) => {
        const { jobId, reason } = await request.body(StopBody);
        await orNotFound(`jobId ${jobId}`, jobs.stop({ jobId }, reason));
        return OK;
      },
    },
    {
      ...{ method: 'get', path: '/exec/pipelines/:jobId', summary: 'the pipeline of a run' },
      answer: z.looseObject({ jobId: z.string(), name: z.string() }),
      handle: async (request) => {
        const jobId = request.param('jobId');
        return { jobId, ...(await orNotFound(`pipeline ${jobId}`, jobs.pipeline(jobId))) };
      },
    },
    {
      ...{ method: 'get', path: '/algorithms/queue', summary: 'how many tasks wait for each algorithm' },
      answer: z.array(z.object({ name: z.string(), count: z.number() })),
      handle: () => queue(),
    },
  ];
}
