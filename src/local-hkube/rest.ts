// The REST door of local HKube: the paths, bodies and errors of HKube's own API, as far as runs go. Whoever follows a run of a
// cluster can follow one here.
//
//   R1. Only this machine is answered, and no page of another origin: a browser must not be talked into running things.

import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import { type Context, Hono } from 'hono';
import * as z from 'zod/mini';
import { type ErrorCode, RuntimeError } from '#errors';
import { pipelineOfAlgorithm } from '#descriptors/algorithm-request';
import { hkubeScope } from '#descriptors/board';
import { checkPipeline } from '#descriptors/pipeline';
import { describeFailure } from '#model/failure';
import { explainIssues } from '#model/issues';
import type { LocalHKube } from '#local-hkube/create-local-hkube';
import type { Run } from '#local-hkube/run';
import type { RunSummary } from '#descriptors/run';

export interface RestServer {
  /** Such as `http://127.0.0.1:3030`. */
  readonly url: string;
  close(): Promise<void>;
}

const PATHS = ['/api/v1', '/hkube/api-server/api/v1'];
const HOST = '127.0.0.1';
const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

/** Serves on this port, 0 for any. Rejects with `INVALID_OPTIONS` if it is taken. */
export async function serveRest(hkube: LocalHKube, port: number): Promise<RestServer> {
  const api = routes(hkube);
  const app = new Hono();
  app.use(async (context, next) => (isAtHome(context) ? next() : context.json(errorOf(403, FOREIGN), 403)));
  for (const path of PATHS) app.route(path, api);
  app.notFound((context) => context.json(errorOf(404, `${context.req.method} ${context.req.path} Not Found`), 404));
  app.onError((error, context) => {
    const { status, message } = answerTo(error);
    return context.json(errorOf(status, message), status);
  });
  const server = createAdaptorServer({ fetch: app.fetch });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause: Error) => {
      const remedy = 'Something else listens there; end it, or give another --port.';
      reject(
        new RuntimeError('INVALID_OPTIONS', `Port ${port} cannot be opened: ${cause.message}. ${remedy}`, { cause }),
      );
    });
    server.listen(port, HOST, resolve);
  });
  return {
    url: `http://${HOST}:${portOf(server.address())}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        if ('closeAllConnections' in server) server.closeAllConnections();
      }),
  };
}

function routes(hkube: LocalHKube): Hono {
  const api = new Hono();
  api.post('/exec/raw', async (context) => {
    return context.json(await started(hkube.runRaw(checkPipeline(await bodyOf(context), 'exec/raw'))));
  });
  api.post('/exec/stored', async (context) => {
    return context.json(await started(hkube.runStored(checked(StoredBody, await bodyOf(context)))));
  });
  api.post('/exec/algorithm', async (context) => {
    return context.json(await started(hkube.runRaw(pipelineOfAlgorithm(await bodyOf(context)))));
  });
  api.post('/exec/stop', async (context) => context.json(await stop(hkube, checked(StopBody, await bodyOf(context)))));
  api.get('/exec/status/:jobId', async (context) => context.json(await hkube.status(context.req.param('jobId'))));
  api.get('/exec/results/:jobId', async (context) => context.json(await hkube.result(context.req.param('jobId'))));
  api.get('/exec/search', async (context) => context.json({ hits: (await hkube.runs()).map(hitOf), cursor: null }));
  api.get('/graph/parsed/:jobId', async (context) => context.json(await hkube.graph(context.req.param('jobId'))));
  api.get('/store/algorithms', (context) => context.json(hkube.algorithms()));
  api.get('/store/pipelines', (context) => context.json(hkube.pipelines()));
  addBoards(api, hkube);
  return api;
}

function addBoards(api: Hono, hkube: LocalHKube): void {
  const path = '/boards/tensors';
  api.post(path, async (context) => {
    const { id } = await hkube.startBoard(hkubeScope(await bodyOf(context)));
    return context.json({ id, message: 'Board started successfully' });
  });
  api.get(path, (context) => context.json(hkube.boards()));
  api.get(`${path}/:id`, (context) => {
    const id = context.req.param('id');
    const board = hkube.boards().find((one) => one.id === id);
    return board ? context.json(board) : context.json(errorOf(404, `board ${id} Not Found`), 404);
  });
  api.delete(`${path}/:id`, async (context) => {
    await hkube.stopBoard(context.req.param('id'));
    return context.json({ message: 'Board deleted' });
  });
}

/** An id that was told is in the books. */
async function started({ jobId, listed }: Run): Promise<{ jobId: string }> {
  await listed;
  return { jobId };
}

const text = z.string('expected text');
const StoredBody = z.looseObject(
  { name: text.check(z.minLength(1, 'expected the name of a stored pipeline')) },
  'expected an object with the name of a stored pipeline',
);
const StopBody = z.looseObject(
  { jobId: z.optional(text), pipelineName: z.optional(text), reason: z.optional(text) },
  'expected an object with jobId or pipelineName',
);

async function bodyOf(context: Context): Promise<unknown> {
  try {
    return await context.req.json<unknown>();
  } catch (cause) {
    throw new RuntimeError('INVALID_DESCRIPTOR', `the body is no JSON: ${describeFailure(cause).message}`, { cause });
  }
}

function checked<Schema extends z.ZodMiniType>(schema: Schema, body: unknown): z.output<Schema> {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  throw new RuntimeError('INVALID_DESCRIPTOR', explainIssues(parsed.error.issues));
}

/** All that are on their way and match; `jobId` is enough. */
async function stop(
  hkube: LocalHKube,
  { jobId, pipelineName, reason }: z.output<typeof StopBody>,
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

const FOREIGN = 'only pages and programs of this machine are answered';

/** R1; `Host` too, because a foreign name may have been made to mean this machine. */
function isAtHome({ req }: Context): boolean {
  const origin = req.header('origin');
  return isLoopback(`http://${req.header('host') ?? ''}`) && (origin === undefined || isLoopback(origin));
}

function isLoopback(origin: string): boolean {
  return URL.canParse(origin) && LOOPBACK.has(new URL(origin).hostname);
}

type Status = 400 | 403 | 404 | 500;

const STATUS_OF: Readonly<Partial<Record<ErrorCode, Status>>> = {
  NOT_FOUND: 404,
  INVALID_DESCRIPTOR: 400,
  INVALID_CALL: 400,
  INVALID_OPTIONS: 400,
};

function answerTo(error: unknown): { status: Status; message: string } {
  const { message } = describeFailure(error);
  return { status: (error instanceof RuntimeError && STATUS_OF[error.code]) || 500, message };
}

const errorOf = (code: Status, message: string) => ({ error: { code, message } });

function portOf(address: AddressInfo | string | null): number {
  return typeof address === 'object' ? (address?.port ?? 0) : 0;
}
