// Boards: TensorBoard on what tasks have written.

import * as z from 'zod/mini';
import { RuntimeError } from '#errors';
import { Board, type BoardScope, hkubeScope } from '#descriptors/board';
import type { LocalHKube } from '#local-hkube/create-local-hkube';
import type { Endpoint, Incoming, Reading } from '#rest/endpoint';

const BoardBody: Reading<BoardScope> = {
  schema: z.object({
    taskId: z.optional(z.string()),
    jobId: z.optional(z.string()),
    nodeName: z.optional(z.string()),
    pipelineName: z.optional(z.string()),
  }),
  read: hkubeScope,
};

export function boardEndpoints(hkube: LocalHKube): Endpoint[] {
  return [...tensorEndpoints(hkube), ...optunaEndpoints()];
}

function tensorEndpoints(hkube: LocalHKube): Endpoint[] {
  const path = '/boards/tensors';
  return [
    {
      ...{ method: 'post', path, summary: 'starts a board', body: BoardBody },
      answer: z.object({ id: z.string(), message: z.string() }),
      handle: async (request) => {
        const { id } = await hkube.startBoard(await request.body(BoardBody));
        return { id, message: 'Board started successfully' };
      },
    },
    {
      ...{ method: 'get', path, summary: 'the boards', answer: z.array(Board) },
      handle: () => hkube.boards(),
    },
    {
      ...{ method: 'get', path: `${path}/:id`, summary: 'how a board stands', answer: Board },
      handle: (request) => {
        const id = request.param('id');
        const board = hkube.boards().find((one) => one.id === id);
        if (board) return board;
        throw new RuntimeError('NOT_FOUND', `board ${id} Not Found`, { facts: { id } });
      },
    },
    {
      ...{ method: 'delete', path: `${path}/:id`, summary: 'ends a board', answer: z.object({ message: z.string() }) },
      handle: async (request) => {
        await hkube.stopBoard(request.param('id'));
        return { message: 'Board deleted' };
      },
    },
  ];
}

/** Of studies of hyperparameters, which local HKube does not run. */
function optunaEndpoints(): Endpoint[] {
  const path = '/boards/optunas';
  const notFound = (id: string): RuntimeError =>
    new RuntimeError('NOT_FOUND', `board ${id} Not Found`, { facts: { id } });
  const none = (request: Incoming): never => {
    throw notFound(request.param('id'));
  };
  return [
    {
      ...{ method: 'get', path, summary: 'boards of studies: none', answer: z.array(Board) },
      handle: () => [],
    },
    {
      ...{ method: 'post', path, summary: 'refuses: hyperparameters are tuned in a cluster only' },
      answer: z.object({ id: z.string(), message: z.string() }),
      handle: () => {
        const words =
          'local HKube runs no hyperparamsTuner nodes, so there is no study to show. Run the pipeline in a cluster.';
        throw new RuntimeError('UNSUPPORTED', words);
      },
    },
    { ...{ method: 'get', path: `${path}/:id`, summary: 'a board of a study', answer: Board }, handle: none },
    {
      ...{ method: 'delete', path: `${path}/:id`, summary: 'ends a board of a study' },
      ...{ answer: z.object({ message: z.string() }), handle: none },
    },
  ];
}
