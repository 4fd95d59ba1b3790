// Runs: started, followed, stopped.

import * as z from 'zod/mini';
import { RuntimeError } from '#errors';
import { pipelineOfAlgorithm } from '#descriptors/algorithm-request';
import { checkPipeline, type RawPipelineInput } from '#descriptors/pipeline';
import { RunDocument, RunGraph, RunStatus, type RunSummary } from '#descriptors/run';
import type { LocalHKube } from '#local-hkube/create-local-hkube';
import type { Run } from '#local-hkube/run';
import { bySchema, type Endpoint, named, type Reading, text } from '#rest/endpoint';

const Started = z.object({ jobId: z.string() });
const anything = z.looseObject({});

const RawBody: Reading<RawPipelineInput> = {
  schema: anything,
  read: (given) => checkPipeline(given, 'exec/raw'),
};
const StoredBody = bySchema(
  z.looseObject({ name: named('name of a stored pipeline') }, 'expected an object with the name of a stored pipeline'),
);
const AlgorithmBody: Reading<RawPipelineInput> = {
  schema: z.object({ name: z.string(), input: z.optional(z.array(z.unknown())), debug: z.optional(z.boolean()) }),
  read: pipelineOfAlgorithm,
};
const StopBody = bySchema(
  z.looseObject(
    { jobId: z.optional(text), pipelineName: z.optional(text), reason: z.optional(text) },
    'expected an object with jobId or pipelineName',
  ),
);

export function execEndpoints(hkube: LocalHKube): Endpoint[] {
  return [...startEndpoints(hkube), ...readEndpoints(hkube)];
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
      ...{
        method: 'post',
        path: '/exec/algorithm',
        summary: 'runs one algorithm',
        body: AlgorithmBody,
        answer: Started,
      },
      handle: async (request) => started(hkube.runRaw(await request.body(AlgorithmBody))),
    },
    {
      ...{ method: 'post', path: '/exec/stop', summary: 'stops runs', body: StopBody },
      answer: z.object({ stoppedJobIds: z.array(z.string()) }),
      handle: async (request) => stop(hkube, await request.body(StopBody)),
    },
  ];
}

function readEndpoints(hkube: LocalHKube): Endpoint[] {
  return [
    {
      ...{ method: 'get', path: '/exec/status/:jobId', summary: 'how a run stands', answer: RunStatus },
      handle: (request) => hkube.status(request.param('jobId')),
    },
    {
      ...{ method: 'get', path: '/exec/results/:jobId', summary: 'what a run has brought', answer: RunDocument },
      handle: (request) => hkube.result(request.param('jobId')),
    },
    {
      ...{ method: 'get', path: '/exec/search', summary: 'the runs, newest first' },
      answer: z.object({ hits: z.array(anything), cursor: z.null() }),
      handle: async () => ({ hits: (await hkube.runs()).map(hitOf), cursor: null }),
    },
    {
      ...{ method: 'get', path: '/graph/parsed/:jobId', summary: 'how the nodes of a run stand', answer: RunGraph },
      handle: (request) => hkube.graph(request.param('jobId')),
    },
    {
      ...{ method: 'get', path: '/store/pipelines', summary: 'the stored pipelines', answer: z.array(anything) },
      handle: () => hkube.pipelines(),
    },
  ];
}

/** An id that was told is in the books. */
async function started({ jobId, listed }: Run): Promise<{ jobId: string }> {
  await listed;
  return { jobId };
}

interface StopRequest {
  readonly jobId?: string | undefined;
  readonly pipelineName?: string | undefined;
  readonly reason?: string | undefined;
}

/** All that are on their way and match; `jobId` is enough. */
async function stop(
  hkube: LocalHKube,
  { jobId, pipelineName, reason }: StopRequest,
): Promise<{ stoppedJobIds: string[] }> {
  if (jobId !== undefined) {
    hkube.stopRun(jobId, reason);
    return { stoppedJobIds: [jobId] };
  }
  const going = new Set(['active', 'pending']);
  const found = (await hkube.runs()).filter((run) => going.has(run.status) && run.pipeline === pipelineName);
  if (found.length === 0) {
    const asked = pipelineName === undefined ? '' : ` (pipelineName: ${pipelineName})`;
    throw new RuntimeError('NOT_FOUND', `No jobs found matching criteria${asked}`);
  }
  for (const run of found) hkube.stopRun(run.jobId, reason);
  return { stoppedJobIds: found.map((run) => run.jobId) };
}

function hitOf({ jobId, pipeline, status, startTime, timeTook }: RunSummary) {
  const result = timeTook === undefined ? {} : { result: { status, timeTook } };
  return { jobId, pipeline: { name: pipeline, startTime }, status: { status }, ...result };
}
