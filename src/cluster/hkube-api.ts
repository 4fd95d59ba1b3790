// A client of HKube's REST API: the runs of a cluster, or of a local HKube, which speaks the same. What comes is checked.

import * as z from 'zod/mini';
import { RuntimeError } from '#errors';
import { Board, type BoardRequest } from '#descriptors/board';
import type { AlgorithmRequest } from '#descriptors/algorithm-request';
import { RunDocument, RunGraph, RunStatus, type RunSummary } from '#descriptors/run';
import { describeFailure } from '#model/failure';

type Fields = Readonly<Record<string, unknown>>;

export interface HKubeApi {
  /** Each starts a run, and resolves with its id. */
  execRaw(pipeline: Fields): Promise<string>;
  execStored(request: Fields): Promise<string>;
  execAlgorithm(request: AlgorithmRequest): Promise<string>;
  status(jobId: string): Promise<RunStatus>;
  graph(jobId: string): Promise<RunGraph>;
  result(jobId: string): Promise<RunDocument>;
  stop(jobId: string, reason: string): Promise<void>;
  runs(): Promise<readonly RunSummary[]>;
  algorithms(): Promise<readonly Named[]>;
  pipelines(): Promise<readonly Named[]>;
  /** Resolves with the id of the board. */
  startBoard(scope: BoardRequest): Promise<string>;
  board(id: string): Promise<Board>;
  stopBoard(id: string): Promise<void>;
}

/** A document of a store, of which only the name is known for sure. */
const Named = z.looseObject({ name: z.string() });
export type Named = z.output<typeof Named>;

const BoardStarted = z.object({ id: z.string() });
const Started = z.object({ jobId: z.string() });
const Hits = z.object({
  hits: z.array(
    z.object({
      jobId: z.string(),
      pipeline: z.object({ name: z.string(), startTime: z.number() }),
      status: z.object({ status: z.string() }),
      result: z.nullish(z.object({ timeTook: z.optional(z.number()) })),
    }),
  ),
});
const Refusal = z.object({ error: z.object({ message: z.string() }) });

/** `endpoint` is the server, without the path of its API. Every call rejects with `CANNOT_CONNECT`, `NOT_FOUND`, `INVALID_CALL` or `REQUEST_FAILED`. */
export function createHKubeApi(endpoint: string): HKubeApi {
  const base = `${endpoint.replace(/\/+$/, '')}/hkube/api-server/api/v1`;

  async function call<Schema extends z.ZodMiniType>(
    path: string,
    schema: Schema,
    body?: unknown,
  ): Promise<z.output<Schema>> {
    const url = `${base}/${path}`;
    return answered(url, schema, await request(url, body === undefined ? 'GET' : 'POST', body));
  }

  async function remove(path: string): Promise<void> {
    const url = `${base}/${path}`;
    await answered(url, z.unknown(), await request(url, 'DELETE'));
  }

  async function answered<Schema extends z.ZodMiniType>(
    url: string,
    schema: Schema,
    response: Response,
  ): Promise<z.output<Schema>> {
    const text = await response.text();
    const answer = parsed(text);
    if (!response.ok) throw refusal(response.status, answer, url);
    const checked = schema.safeParse(answer);
    if (checked.success) return checked.data;
    throw new RuntimeError('REQUEST_FAILED', `${url}: the answer is not HKube’s: ${text.slice(0, 200)}`);
  }

  const start = async (path: string, body: unknown): Promise<string> => (await call(path, Started, body)).jobId;
  const id = encodeURIComponent;

  return {
    execRaw: (pipeline) => start('exec/raw', pipeline),
    execStored: (stored) => start('exec/stored', stored),
    execAlgorithm: (algorithm) => start('exec/algorithm', algorithm),
    status: (jobId) => call(`exec/status/${id(jobId)}`, RunStatus),
    graph: (jobId) => call(`graph/parsed/${id(jobId)}`, RunGraph),
    result: (jobId) => call(`exec/results/${id(jobId)}`, RunDocument),
    stop: async (jobId, reason) => {
      await call('exec/stop', z.unknown(), { jobId, reason });
    },
    runs: async () => {
      const { hits } = await call('exec/search', Hits);
      return hits.map(({ jobId, pipeline, status, result }) => ({
        jobId,
        pipeline: pipeline.name,
        status: status.status,
        startTime: pipeline.startTime,
        timeTook: result?.timeTook,
      }));
    },
    algorithms: () => call('store/algorithms', z.array(Named)),
    pipelines: () => call('store/pipelines', z.array(Named)),
    startBoard: async (scope) => (await call(BOARDS, BoardStarted, scope)).id,
    board: (board) => call(`${BOARDS}/${id(board)}`, Board),
    stopBoard: async (board) => {
      await remove(`${BOARDS}/${id(board)}`);
    },
  };
}

const BOARDS = 'boards/tensors';

async function request(url: string, method: string, body?: unknown): Promise<Response> {
  try {
    if (body === undefined) return await fetch(url, { method });
    const headers = { 'content-type': 'application/json' };
    return await fetch(url, { method, headers, body: JSON.stringify(body) });
  } catch (cause) {
    const { message } = describeFailure(cause instanceof Error && cause.cause ? cause.cause : cause);
    throw new RuntimeError('CANNOT_CONNECT', `${url}: no HKube answers: ${message}.`, { cause });
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function refusal(status: number, answer: unknown, url: string): RuntimeError {
  const said = Refusal.safeParse(answer);
  const message = said.success ? said.data.error.message : `${url}: HTTP status ${status}`;
  const facts = { status };
  if (status === 404) return new RuntimeError('NOT_FOUND', message, { facts });
  return new RuntimeError(status < 500 ? 'INVALID_CALL' : 'REQUEST_FAILED', message, { facts });
}
