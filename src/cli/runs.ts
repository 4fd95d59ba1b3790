// `status`, `result`, `stop`, `list`: the runs of the HKube that is asked, or those that the local one of this folder has left behind.

import type { Command } from 'commander';
import { RuntimeError } from '#errors';
import { isOver, type RunDocument, type RunGraph, type RunStatus, type RunSummary } from '#descriptors/run';
import { exitCodeFor } from '#cli/follow';
import { wholeNumber } from '#cli/inputs';
import { addHKubeFlags, addStateFlag, findHKube, type HKubeFlags } from '#cli/open-api';
import { printDocument, printJson, printLine, printRuns, printTable, say } from '#cli/print';

interface RunsOptions extends HKubeFlags {
  readonly json?: boolean;
}

/** Whom to ask: a server, or the folder that one has left. */
interface Books {
  status(jobId: string): Promise<RunStatus>;
  graph(jobId: string): Promise<RunGraph>;
  result(jobId: string): Promise<RunDocument>;
  runs(): Promise<readonly RunSummary[]>;
  stop(jobId: string, reason: string): Promise<void>;
}

const WATCH_MS = 200;

export function add(program: Command): void {
  common(program.command('status').description('how a run stands'))
    .argument('<jobId>', 'the run')
    .option('--watch', 'until it is over; with --json a line for each change')
    .addHelpText('after', '\nExamples:\n  $ algorithm-actor status abcdefghijkl --watch')
    .action(printStatus);
  common(program.command('result').description('the result of a run that is over'))
    .argument('<jobId>', 'the run')
    .addHelpText('after', '\nExamples:\n  $ algorithm-actor result abcdefghijkl --json > result.json')
    .action(async (jobId: string, options: RunsOptions) => {
      const document = await (await booksOf(options)).result(jobId);
      if (options.json) printJson(document);
      else printDocument(document);
      process.exitCode = exitCodeFor(document);
    });
  common(program.command('stop').description('stop a run'))
    .argument('<jobId>', 'the run')
    .argument('[reason]', 'why', 'stopped due to request')
    .action(async (jobId: string, reason: string, options: RunsOptions) => {
      await (await booksOf(options)).stop(jobId, reason);
      if (options.json) printJson({ jobId, reason });
      else say(`run ${jobId} is asked to stop`);
    });
  common(program.command('list').description('the runs, newest first'))
    .option('--limit <n>', 'how many', wholeNumber, 20)
    .action(async (options: RunsOptions & { readonly limit: number }) => {
      const runs = (await (await booksOf(options)).runs()).slice(0, options.limit);
      if (options.json) printJson(runs);
      else if (runs.length === 0) say('no run yet: algorithm-actor exec --help');
      else printRuns(runs);
    });
}

function common(command: Command): Command {
  return addHKubeFlags(addStateFlag(command.option('--json', 'as JSON')));
}

async function printStatus(jobId: string, options: RunsOptions & { readonly watch?: boolean }): Promise<void> {
  const books = await booksOf(options);
  let last = '';
  for (;;) {
    const status = await books.status(jobId);
    const isLast = !options.watch || isOver(status.status);
    const line = `${status.status}: ${status.error ?? status.reason ?? status.data?.details ?? ''}`;
    if (options.json && options.watch && line !== last) printLine(status);
    else if (options.json && !options.watch) printJson(status);
    else if (!options.json && line !== last) process.stdout.write(`${line}\n`);
    last = line;
    if (isLast) break;
    await new Promise((resolve) => setTimeout(resolve, WATCH_MS));
  }
  if (!options.json) await printNodes(books, jobId);
}

async function printNodes(books: Books, jobId: string): Promise<void> {
  const graph = await books.graph(jobId).catch(() => undefined);
  if (!graph) return;
  printTable(
    ['NODE', 'ALGORITHM', 'STATUS'],
    graph.nodes.map(({ nodeName, algorithmName, status, batchInfo }) => [
      nodeName,
      algorithmName,
      batchInfo
        ? `${batchInfo.completed}/${batchInfo.total} completed, ${batchInfo.running} active, ${batchInfo.errors} failed`
        : (status ?? ''),
    ]),
  );
}

async function booksOf(options: RunsOptions): Promise<Books> {
  const hkube = await findHKube(options);
  if (hkube) {
    const { exec } = hkube.api;
    return { ...exec, runs: exec.list, stop: (jobId, reason) => exec.stop({ jobId, reason }).then(() => undefined) };
  }
  const { createHistory } = await import('#local-hkube/history');
  const { createLedger } = await import('#local-hkube/ledger');
  const logger = { debug: say, info: say, warn: say, error: say };
  const ledger = createLedger(createHistory({ folder: options.state, keep: Infinity, logger }));
  return {
    ...ledger,
    runs: ledger.list,
    stop: () => {
      throw new RuntimeError(
        'CANNOT_CONNECT',
        `no local HKube serves this folder (${options.state}/server.json): what runs elsewhere is stopped there, by Ctrl-C.`,
      );
    },
  };
}
