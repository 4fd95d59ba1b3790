// A board: TensorBoard on the metrics of a task, of a node, or of more. HKube knows the first three scopes, by its own ids; the others
// are of local HKube, and are asked for by their `type`.

import * as z from 'zod/mini';
import { RuntimeError } from '#errors';
import { explainIssues } from '#model/issues';

/** What a board shows. */
export type BoardScope =
  | { readonly type: 'task'; readonly taskId: string; readonly jobId: string | null }
  /** A node in one run. */
  | { readonly type: 'batch'; readonly jobId: string; readonly nodeName: string }
  /** A node over all runs. */
  | { readonly type: 'node'; readonly pipelineName: string; readonly nodeName: string }
  | { readonly type: 'job'; readonly jobId: string }
  | { readonly type: 'pipeline'; readonly pipelineName: string }
  | { readonly type: 'all' };

const text = z.string('expected text').check(z.minLength(1, 'expected text that is not empty'));
const BoardRequest = z.looseObject(
  {
    type: z.optional(
      z.enum(['task', 'batch', 'node', 'job', 'pipeline', 'all'], 'expected task, batch, node, job, pipeline or all'),
    ),
    taskId: z.nullish(text),
    jobId: z.nullish(text),
    nodeName: z.nullish(text),
    pipelineName: z.nullish(text),
  },
  'expected an object of taskId, jobId, nodeName, pipelineName',
);
export type BoardRequest = z.input<typeof BoardRequest>;

/** How a board stands: what HKube answers to `GET /boards/tensors/{id}`. */
export const Board = z.object({
  id: z.string(),
  boardReference: z.string(),
  /** In a cluster a path of its gateway, here a whole link. */
  boardLink: z.string(),
  logDir: z.string(),
  /** `pending`, `creating`, `running`: it answers, `stopped`. */
  status: z.string(),
  result: z.optional(z.unknown()),
  /** Why it has stopped. */
  error: z.nullish(z.string()),
  startTime: z.nullish(z.number()),
  endTime: z.nullish(z.number()),
  type: z.string(),
  jobId: z.nullish(z.string()),
  nodeName: z.nullish(z.string()),
  pipelineName: z.nullish(z.string()),
  taskId: z.nullish(z.string()),
  timestamp: z.number(),
});
export type Board = Readonly<z.output<typeof Board>>;

/** HKube's words, literally. */
const missing = (field: 'jobId' | 'nodeName' | 'pipeLineName'): RuntimeError =>
  new RuntimeError('INVALID_CALL', `Must supply ${field}`);

/** What HKube makes of a request; one with a `type` is of local HKube. Throws `INVALID_DESCRIPTOR` and `INVALID_CALL`. */
export function hkubeScope(body: unknown): BoardScope {
  const { type, taskId, jobId, nodeName, pipelineName } = checked(body);
  if (type !== undefined) return scopeOfType(type, { taskId, jobId, nodeName, pipelineName });
  if (taskId && !jobId) throw missing('jobId');
  if (!taskId && !nodeName) throw missing('nodeName');
  if (!taskId && !jobId && !pipelineName) throw missing('pipeLineName');
  return boardScope({ taskId, jobId, nodeName, pipelineName });
}

const WANTED = {
  task: 'taskId',
  batch: 'jobId and nodeName',
  node: 'pipelineName and nodeName',
  job: 'jobId',
  pipeline: 'pipelineName',
  all: 'nothing else',
} as const satisfies Record<BoardScope['type'], string>;

/** Who asks for a run and does not say which is not to see all of them. */
function scopeOfType(type: BoardScope['type'], fields: BoardRequest): BoardScope {
  const scope = boardScope(fields);
  if (scope.type === type) return scope;
  throw new RuntimeError('INVALID_CALL', `type ${type}: expected ${WANTED[type]} beside it`);
}

/** The narrowest scope that is meant; of nothing, all. Throws `INVALID_CALL` for a node of nothing. */
export function boardScope(request: BoardRequest): BoardScope {
  const { taskId, jobId, nodeName, pipelineName } = checked(request);
  if (taskId) return { type: 'task', taskId, jobId: jobId ?? null };
  if (nodeName && jobId) return { type: 'batch', jobId, nodeName };
  if (nodeName && pipelineName) return { type: 'node', pipelineName, nodeName };
  if (nodeName) throw missing('pipeLineName');
  if (jobId) return { type: 'job', jobId };
  return pipelineName ? { type: 'pipeline', pipelineName } : { type: 'all' };
}

function checked(body: unknown): z.output<typeof BoardRequest> {
  const parsed = BoardRequest.safeParse(body);
  if (parsed.success) return parsed.data;
  throw new RuntimeError('INVALID_DESCRIPTOR', explainIssues(parsed.error.issues));
}

/** By which it is known; there is one of a scope at a time. */
export function boardId(scope: BoardScope): string {
  switch (scope.type) {
    case 'task':
      return scope.taskId;
    case 'batch':
      return `${scope.jobId}:${scope.nodeName}`;
    case 'node':
      return `${scope.pipelineName}:${scope.nodeName}`;
    case 'job':
      return scope.jobId;
    case 'pipeline':
      return scope.pipelineName;
    case 'all':
      return 'all';
  }
}
