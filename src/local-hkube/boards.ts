// Boards: TensorBoard on a part of what is kept, as HKube's API knows them.
//
//   O1. There is one board of a scope at a time.
//   O2. A board that is there stays so until it is stopped; one whose TensorBoard has ended says why, and can be started again.

import { existsSync, mkdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { RuntimeError } from '#errors';
import { type Board, boardId, type BoardRequest, type BoardScope, boardScope } from '#descriptors/board';
import { createId } from '#model/create-id';
import type { LocalLogger } from '#local-hkube/local-logger';
import { foldersBelow, JOB_LEVEL, safeName, TASK_ID_LEVEL } from '#local-hkube/metrics-layout';
import { startTensorBoard, type TensorBoard } from '#local-hkube/tensorboard';

export interface Boards {
  /**
   * Starts a board of the narrowest scope that is meant; of nothing, of all. It is `creating` until it answers. Rejects with
   * `NOT_FOUND` where there are no metrics, `INVALID_CALL` if there is one already, `CANNOT_LAUNCH` where TensorBoard is not installed.
   */
  start(scope: BoardRequest): Promise<Board>;
  list(): readonly Board[];
  /** Resolves when it is gone. Rejects with `NOT_FOUND`. */
  stop(id: string): Promise<void>;
  close(): Promise<void>;
}

export interface BoardsOptions {
  /** Where the files of all tasks are kept. */
  readonly root: () => string;
  readonly logger: LocalLogger;
}

interface Entry {
  board: Board;
  readonly process: TensorBoard;
}

export function createBoards({ root, logger }: BoardsOptions): Boards {
  const entries = new Map<string, Entry>();
  /** Scopes whose board is being started (O1). */
  const starting = new Map<string, Promise<Board>>();
  let isClosed = false;

  function change(entry: Entry, fields: Partial<Board>): void {
    entry.board = { ...entry.board, ...fields, timestamp: Date.now() };
  }

  async function open(scope: BoardScope): Promise<Board> {
    const id = boardId(scope);
    const logDir = await logDirOf(root(), scope);
    const tensorboard = await startTensorBoard(logDir.flags, process.env, logger);
    if (isClosed) {
      await tensorboard.stop();
      throw closed();
    }
    const now = Date.now();
    const entry: Entry = {
      process: tensorboard,
      board: {
        ...{ id, boardReference: createId(8), boardLink: tensorboard.link, logDir: logDir.shown, status: 'creating' },
        ...{ result: null, error: null, startTime: now, endTime: null, timestamp: now },
        ...scope,
      },
    };
    entries.set(id, entry);
    watch(entry);
    return entry.board;
  }

  /** O2 */
  function watch(entry: Entry): void {
    void entry.process.answers.then(async (answers) => {
      if (answers) change(entry, { status: 'running' });
      else await entry.process.stop();
    });
    void entry.process.ended.then(({ how, tail }) => {
      const error = `TensorBoard has stopped: ${how}.${tail === '' ? '' : ` Its last words:\n${tail}`}`;
      change(entry, { status: 'stopped', endTime: Date.now(), error });
    });
  }

  return {
    start: async (request) => {
      const scope = boardScope(request);
      const id = boardId(scope);
      if (isClosed) throw closed();
      const before = entries.get(id);
      // O1; HKube's words.
      if (starting.has(id) || (before && before.board.status !== 'stopped'))
        throw alreadyStarted(request, before?.board.status ?? 'creating');
      const opening = open(scope);
      starting.set(id, opening);
      try {
        return await opening;
      } finally {
        starting.delete(id);
      }
    },
    list: () => [...entries.values()].map(({ board }) => board),
    stop: async (id) => {
      const entry = entries.get(id);
      if (!entry) throw new RuntimeError('NOT_FOUND', `board ${id} Not Found`, { facts: { id } });
      entries.delete(id);
      await entry.process.stop();
    },
    close: async () => {
      isClosed = true;
      await Promise.allSettled(starting.values());
      await Promise.all([...entries.values()].map(({ process: { stop } }) => stop()));
      entries.clear();
    },
  };
}

function alreadyStarted(request: BoardRequest, status: string): RuntimeError {
  const words = `board ${JSON.stringify(request)} \n already started and is in ${status} status`;
  return new RuntimeError('INVALID_CALL', words, { facts: { hkube: 'board: already started' } });
}

const closed = (): RuntimeError =>
  new RuntimeError('ABORTED', 'Local HKube was stopped: there are no boards any more.');

/** How TensorBoard is told, and a person. */
interface LogDir {
  readonly flags: readonly string[];
  readonly shown: string;
}

const one = (path: string): LogDir => ({ flags: ['--logdir', path], shown: path });

async function logDirOf(root: string, scope: BoardScope): Promise<LogDir> {
  switch (scope.type) {
    case 'all':
      // What comes later is shown, too.
      mkdirSync(root, { recursive: true });
      return one(root);
    case 'pipeline':
      return existing(join(root, safeName(scope.pipelineName)), `pipeline ${scope.pipelineName}`);
    case 'node': {
      const { pipelineName, nodeName } = scope;
      return existing(join(root, safeName(pipelineName), safeName(nodeName)), `node ${nodeName}`);
    }
    case 'batch':
      return firstOf(await jobFolders(root, scope.jobId, scope.nodeName), `node ${scope.nodeName}`);
    case 'task':
      return firstOf(await taskIdFolders(root, scope.taskId, scope.jobId), `task ${scope.taskId}`);
    case 'job':
      return manyOf(await jobFolders(root, scope.jobId), `job ${scope.jobId}`);
  }
}

async function jobFolders(root: string, jobId: string, nodeName?: string): Promise<string[]> {
  const isNode = (path: string): boolean => nodeName === undefined || basename(dirname(path)) === safeName(nodeName);
  const all = await foldersBelow(root, JOB_LEVEL);
  return all.filter((path) => basename(path) === safeName(jobId) && isNode(path));
}

async function taskIdFolders(root: string, taskId: string, jobId: string | null): Promise<string[]> {
  const isJob = (path: string): boolean => jobId === null || basename(dirname(path)) === safeName(jobId);
  const all = await foldersBelow(root, TASK_ID_LEVEL);
  return all.filter((path) => basename(path) === safeName(taskId) && isJob(path));
}

function existing(path: string, what: string): LogDir {
  if (existsSync(path)) return one(path);
  throw notFound(what);
}

function firstOf([path]: readonly string[], what: string): LogDir {
  if (path !== undefined) return one(path);
  throw notFound(what);
}

/** The nodes of a run stand in folders of their own. */
function manyOf(paths: readonly string[], what: string): LogDir {
  if (paths.length <= 1) return firstOf(paths, what);
  // TensorBoard takes a comma for the end of a path.
  const unnamable = paths.find((path) => path.includes(','));
  if (unnamable !== undefined)
    throw new RuntimeError(
      'INVALID_OPTIONS',
      `${unnamable}: TensorBoard cannot be told of several folders with a comma in their path. Give the pipeline or the node.`,
    );
  const shown = paths.map((path) => `${basename(dirname(path)).replaceAll(':', '_')}:${path}`).join(',');
  return { flags: ['--logdir_spec', shown], shown };
}

function notFound(what: string): RuntimeError {
  return new RuntimeError('NOT_FOUND', `${what} Not Found: nothing that it wrote below ALGO_METRICS_DIR is kept`);
}
