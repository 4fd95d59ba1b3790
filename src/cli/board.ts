// `algorithm-actor board`: TensorBoard on what tasks have written, until Ctrl-C. The HKube is asked that others ask, and where there
// is none, the folder itself is opened.

import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import { RuntimeError } from '#errors';
import { type Board, boardId, type BoardRequest, boardScope } from '#descriptors/board';
import { ExitCode } from '#cli/exit-code';
import { onInterrupt } from '#cli/interrupts';
import { createLog } from '#cli/log';
import { addHKubeFlags, addStateFlag, findHKube, type HKubeFlags } from '#cli/open-api';
import { printJson, say } from '#cli/print';

interface BoardOptions extends HKubeFlags {
  readonly pipeline?: string;
  readonly node?: string;
  readonly job?: string;
  readonly task?: string;
  readonly json?: boolean;
}

/** Who has the boards. */
interface BoardSide {
  /** Resolves with its id. */
  start(scope: BoardRequest): Promise<string>;
  board(id: string): Promise<Board>;
  stop(id: string): Promise<void>;
}

const LOOK_MS = 200;

export function add(program: Command): void {
  const board = program
    .command('board')
    .description('open TensorBoard on the metrics of tasks, until Ctrl-C')
    .option('--pipeline <name>', 'of this pipeline alone')
    .option('--node <name>', 'of this node alone; with --pipeline over all runs, with --job in one')
    .option('--job <jobId>', 'of this run alone')
    .option('--task <taskId>', 'of this task alone')
    .option('--json', 'print the whole board as JSON')
    .addHelpText(
      'after',
      `
Prints the link when it answers. Wants TensorBoard: pip install tensorboard; TENSORBOARD names it where it is not on the PATH.

Examples:
  $ algorithm-actor board                                  all that this folder keeps
  $ algorithm-actor board --pipeline training --node fit   a node over all runs: curves side by side
  $ algorithm-actor board --job abcdefghijkl               one run`,
    )
    .action(show);
  addHKubeFlags(addStateFlag(board));
}

async function show(options: BoardOptions): Promise<void> {
  const { pipeline: pipelineName, node: nodeName, job: jobId, task: taskId } = options;
  const scope = checkedScope({ pipelineName, nodeName, jobId, taskId });
  const side = await openSide(options);
  const interrupts = onInterrupt((signal) => {
    say(`${signal}: ending`);
  });
  const { id, isOurs } = await start(side, scope);
  try {
    await follow(side, id, {
      onRunning: (board) => {
        tell(board, options);
        if (isOurs) say('Ctrl-C ends it');
      },
      isOver: (isRunning) => interrupts.code !== undefined || (isRunning && !isOurs),
    });
  } finally {
    if (isOurs) await side.stop(id).catch(() => undefined);
  }
  process.exitCode = interrupts.code ?? ExitCode.ok;
}

function checkedScope(flags: BoardRequest): BoardRequest {
  if (flags.nodeName !== undefined && flags.pipelineName === undefined && flags.jobId === undefined)
    throw new RuntimeError('INVALID_USAGE', 'board: --node wants --pipeline or --job, whose node it is.');
  const { type } = boardScope(flags);
  const isOfHKube = type === 'batch' || type === 'node' || (type === 'task' && flags.jobId !== undefined);
  return isOfHKube ? flags : { ...flags, type };
}

/** One that is there already is shown, and is not ours to end. */
async function start(side: BoardSide, scope: BoardRequest): Promise<{ id: string; isOurs: boolean }> {
  try {
    return { id: await side.start(scope), isOurs: true };
  } catch (error) {
    if (!(error instanceof RuntimeError) || !error.message.includes('already started')) throw error;
    return { id: boardId(boardScope(scope)), isOurs: false };
  }
}

interface Following {
  readonly onRunning: (board: Board) => void;
  readonly isOver: (isRunning: boolean) => boolean;
}

async function follow(side: BoardSide, id: string, { onRunning, isOver }: Following): Promise<void> {
  let isRunning = false;
  while (!isOver(isRunning)) {
    const board = await side.board(id);
    if (board.status === 'stopped') throw new RuntimeError('CANNOT_LAUNCH', board.error ?? 'TensorBoard has stopped.');
    if (board.status === 'running' && !isRunning) onRunning(board);
    isRunning = board.status === 'running';
    if (!isOver(isRunning)) await pause();
  }
}

const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, LOOK_MS));

function tell(board: Board, { json }: BoardOptions): void {
  if (json) printJson(board);
  else process.stdout.write(`${board.boardLink}\n`);
}

async function openSide(options: BoardOptions): Promise<BoardSide> {
  const hkube = await findHKube(options);
  if (hkube) {
    const { boards } = hkube.api;
    return { start: boards.start, board: boards.get, stop: boards.delete };
  }
  const { metricsRoot } = await import('#local-hkube/metrics');
  const { createBoards } = await import('#local-hkube/boards');
  const root = metricsRoot(options.state);
  if (!existsSync(root))
    throw new RuntimeError(
      'NOT_FOUND',
      `${root}: nothing is kept there yet. Run what writes metrics, or give --state.`,
    );
  const boards = createBoards({ root: () => root, logger: createLog('warn', say) });
  return {
    start: async (scope) => (await boards.start(scope)).id,
    board: async (id) => {
      await Promise.resolve();
      const found = boards.list().find((board) => board.id === id);
      if (found) return found;
      throw new RuntimeError('NOT_FOUND', `board ${id} Not Found`);
    },
    stop: boards.stop,
  };
}
