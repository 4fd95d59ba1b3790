// TensorBoard, where one is installed: found, started on a port of this machine alone, and waited for.

import { execFile, spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { createServer } from 'node:net';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { RuntimeError } from '#errors';
import type { LocalLogger } from '#local-hkube/local-logger';
import { hasGroups, type ProcessEnd, watchChild } from '#processes/child';
import { guard } from '#processes/guard';

type Environment = Readonly<Record<string, string | undefined>>;
type Command = readonly [string, ...string[]];

export interface TensorBoard {
  readonly link: string;
  /** Resolves with whether it answers: false if it has ended, or takes too long. Never rejects. */
  readonly answers: Promise<boolean>;
  readonly ended: Promise<ProcessEnd>;
  stop(): Promise<void>;
}

const HOST = '127.0.0.1';
const LOOK_MS = 150;
/** It loads much of Python first. */
const ANSWER_MS = 90_000;
const TERM_PATIENCE_MS = 2_000;
const PYTHON_MS = 20_000;
const HOW_TO =
  'TensorBoard is not installed here. Get it with `pip install tensorboard`, in a virtual environment that is active, or say where it ' +
  'is by TENSORBOARD.';

/** The program: TENSORBOARD, one on the PATH, or a Python that has the module. Rejects with `CANNOT_LAUNCH`, with words. */
async function findTensorBoard(env: Environment): Promise<Command> {
  if (env.TENSORBOARD) return [env.TENSORBOARD];
  const onPath = findOnPath('tensorboard', env);
  if (onPath !== undefined) return [onPath];
  for (const name of ['python3', 'python']) {
    const python = findOnPath(name, env);
    if (python !== undefined && (await hasModule(python))) return [python, '-m', 'tensorboard.main'];
  }
  throw new RuntimeError('CANNOT_LAUNCH', HOW_TO);
}

function findOnPath(name: string, env: Environment): string | undefined {
  const folders = (env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  if (env.VIRTUAL_ENV) folders.unshift(join(env.VIRTUAL_ENV, hasGroups ? 'bin' : 'Scripts'));
  const file = hasGroups ? name : `${name}.exe`;
  return folders.map((folder) => join(folder, file)).find(isProgram);
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

async function hasModule(python: string): Promise<boolean> {
  const script = 'import importlib.util, sys; sys.exit(importlib.util.find_spec("tensorboard") is None)';
  return promisify(execFile)(python, ['-c', script], { timeout: PYTHON_MS }).then(
    () => true,
    () => false,
  );
}

/** One that is free now. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, HOST, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

/** Starts it on what these arguments name. Rejects with `CANNOT_LAUNCH` where there is none. */
export async function startTensorBoard(
  logDirs: readonly string[],
  env: Environment,
  logger: LocalLogger,
): Promise<TensorBoard> {
  const [program, ...first] = await findTensorBoard(env);
  const port = await freePort();
  const where = ['--host', HOST, '--port', String(port)];
  // A task may write several files into one folder, and goes on writing to any.
  const live = ['--reload_multifile', 'true', '--reload_interval', '2'];
  const child = spawn(program, [...first, ...logDirs, ...where, ...live], {
    detached: hasGroups,
    stdio: ['ignore', 'pipe', 'pipe'],
    env,
  });
  const write = (line: string): void => logger.debug(`tensorboard | ${line}`);
  const { ended, stop } = watchChild(child, { onStdout: write, onStderr: write });
  const release = guard(child, logger.warn);
  const link = `http://${HOST}:${port}/`;
  return {
    link,
    answers: untilAnswers(link, ended),
    ended: ended.finally(release),
    stop: () => stop(TERM_PATIENCE_MS),
  };
}

async function untilAnswers(link: string, ended: Promise<ProcessEnd>): Promise<boolean> {
  const until = Date.now() + ANSWER_MS;
  let isOver = false;
  void ended.then(() => (isOver = true));
  while (!isOver && Date.now() < until) {
    const answer = await fetch(link, { signal: AbortSignal.timeout(ANSWER_MS) }).catch(() => undefined);
    await answer?.body?.cancel();
    if (answer?.ok) return true;
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
  return false;
}
