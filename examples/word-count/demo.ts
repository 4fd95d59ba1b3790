// The demo: counts the words of all licence and readme files found below node_modules, or of the files given, with a local
// HKube and four algorithm processes. Results on stdout, everything else on stderr.

import { opendir, readFile, realpath, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SingleBar } from 'cli-progress';
import {
  createLocalHKube,
  createLogger,
  type LocalNotice,
  parsePipeline,
  type RunDocument,
  RuntimeError,
} from 'algorithm-actor/local';
import type { WordCount } from './word-count.ts';

const WORKERS = 4;
const BAR_WIDTH = 32;
const EXIT = { ok: 0, failed: 1, usage: 2, interrupted: 130 } as const;

const here = fileURLToPath(new URL('.', import.meta.url));
const project = resolve(here, '../..');
const documentName = /^(licen[cs]e|readme)/i;
// What is called LICENSE.js is a program about licences.
const programName = /\.(c|m)?(j|t)sx?$|\.json$|\.map$/i;

/** All licence and readme files below a folder. A folder that is reached twice, through a link, is read once. */
async function findDocuments(folder: string, seen = new Set<string>()): Promise<string[]> {
  const real = await realpath(folder);
  if (seen.has(real)) return [];
  seen.add(real);
  const found: string[] = [];
  for await (const entry of await opendir(real)) {
    const path = join(real, entry.name);
    const isFolder = entry.isDirectory() || (entry.isSymbolicLink() && (await isDirectory(path)));
    if (isFolder) found.push(...(await findDocuments(path, seen)));
    else if (entry.isFile() && documentName.test(entry.name) && !programName.test(entry.name)) found.push(path);
  }
  return found.sort();
}

async function isDirectory(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

async function checkFile(file: string): Promise<string> {
  const path = resolve(file);
  const found = await stat(path).catch(() => undefined);
  if (!found) throw unusable(file, 'no such file');
  if (!found.isFile()) throw unusable(file, 'not a file');
  return path;
}

function unusable(file: string, problem: string): RuntimeError {
  const advice = 'Give text files, or nothing for the licences and readmes below node_modules.';
  return new RuntimeError('INVALID_USAGE', `${file}: ${problem}. ${advice}`);
}

/** Progress on a terminal as a bar, elsewhere as a line for each quarter. */
function createProgress(): { update(percent: number, details: string): void; end(): void } {
  if (!process.stderr.isTTY) {
    let shown = 0;
    return {
      update: (percent, details) => {
        if (percent < shown + 25 && percent < 100) return;
        shown = percent - (percent % 25);
        process.stderr.write(`word-count: ${percent}% (${details})\n`);
      },
      end: () => undefined,
    };
  }
  const bar = new SingleBar({
    format: 'counting {bar} {percentage}%  {details}',
    hideCursor: true,
    clearOnComplete: true,
  });
  bar.start(100, 0, { details: 'reading' });
  return { update: (percent, details) => bar.update(percent, { details }), end: () => bar.stop() };
}

interface Progress {
  readonly progress: number;
  readonly details: string;
}

function isProgress(value: unknown): value is Progress {
  if (typeof value !== 'object' || value === null) return false;
  return 'progress' in value && typeof value.progress === 'number' && 'details' in value;
}

function isWordCount(value: unknown): value is WordCount {
  return typeof value === 'object' && value !== null && 'top' in value && 'words' in value;
}

function showResult({ top, words, distinct, files, characters, chunks }: WordCount): string {
  const most = top[0]?.count ?? 1;
  const wordWidth = Math.max(4, ...top.map(({ word }) => word.length));
  const countWidth = String(most).length;
  const rows = top.map(({ word, count }, index) => {
    const bar = '█'.repeat(Math.max(1, Math.round((BAR_WIDTH * count) / most)));
    return `${String(index + 1).padStart(3)}  ${word.padEnd(wordWidth)}  ${String(count).padStart(countWidth)}  ${bar}`;
  });
  const number = (value: number): string => value.toLocaleString('en');
  return [
    '',
    ...rows,
    '',
    `${number(words)} words, ${number(distinct)} different ones, in ${number(files)} files (${number(characters)} characters)`,
    `${number(chunks)} chunks, each a sub-pipeline of its own`,
  ].join('\n');
}

function showSpread(tasks: ReadonlyMap<string, number>): string {
  const rows = [...tasks].sort(([a], [b]) => a.localeCompare(b, 'en', { numeric: true }));
  return rows
    .map(([worker, count]) => `  ${worker}  ${String(count).padStart(4)} ${count === 1 ? 'task' : 'tasks'}`)
    .join('\n');
}

async function count(files: readonly string[], signal: AbortSignal): Promise<number> {
  const pipelineFile = join(here, 'pipeline.yml');
  const pipeline = parsePipeline(await readFile(pipelineFile, 'utf8'), basename(pipelineFile));
  const hkube = createLocalHKube({
    algorithms: { 'word-count': { entry: join(here, 'word-count.ts'), workers: WORKERS } },
    ports: { workers: 0 },
    logger: createLogger((line) => process.stderr.write(line), 'warn'),
  });
  signal.addEventListener('abort', () => void hkube.stop(), { once: true });
  try {
    await hkube.start();
    const progress = createProgress();
    const tasks = new Map<string, number>();
    const onNotice = (notice: LocalNotice): void => {
      if (notice.type === 'task.started') tasks.set(notice.worker, (tasks.get(notice.worker) ?? 0) + 1);
      if (notice.type === 'task.progressed' && isProgress(notice.progress))
        progress.update(notice.progress.progress, notice.progress.details);
    };
    const run = hkube.runRaw({ ...pipeline, flowInput: { ...pipeline.flowInput, files } }, { onNotice });
    const document = await run.done;
    progress.end();
    return report(document, tasks);
  } finally {
    await hkube.stop();
  }
}

function report(document: RunDocument, tasks: ReadonlyMap<string, number>): number {
  if (document.status !== 'completed') {
    process.stderr.write(
      `word-count ${document.status}: ${document.status === 'failed' ? document.error : document.reason}\n`,
    );
    return document.status === 'failed' ? EXIT.failed : EXIT.interrupted;
  }
  const result = document.data[0]?.result;
  if (!isWordCount(result)) throw new RuntimeError('RUN_FAILED', 'The pipeline has completed without a word count.');
  process.stdout.write(`${showResult(result)}\n${showSpread(tasks)}\n${document.timeTook.toFixed(1)} s\n`);
  return EXIT.ok;
}

function exitCodeOf(error: unknown): number {
  if (!(error instanceof RuntimeError)) return EXIT.failed;
  if (error.code === 'ABORTED') return EXIT.interrupted;
  return error.code === 'INVALID_USAGE' ? EXIT.usage : EXIT.failed;
}

async function main(given: readonly string[]): Promise<number> {
  const interrupt = new AbortController();
  const onSignal = (): void => interrupt.abort(new RuntimeError('ABORTED', 'interrupted'));
  process.once('SIGINT', onSignal).once('SIGTERM', onSignal);
  const files =
    given.length > 0 ? await Promise.all(given.map(checkFile)) : await findDocuments(join(project, 'node_modules'));
  process.stderr.write(`word-count: ${files.length} files, ${WORKERS} algorithm processes\n`);
  interrupt.signal.throwIfAborted();
  return count(files, interrupt.signal);
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`word-count: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = exitCodeOf(error);
}
