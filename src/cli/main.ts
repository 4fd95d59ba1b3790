#!/usr/bin/env node
// The command line: one file a command, and here what they share: help, errors, exit codes.

import { Command, CommanderError } from 'commander';
import { RuntimeError } from '#errors';
import { exitCodeOf, ExitCode } from '#cli/exit-code';
import { packageVersion } from '#model/package-version';

interface CommandModule {
  add(program: Command): void;
}

const loadRuns = (): Promise<CommandModule> => import('#cli/runs');
const loadStores = (): Promise<CommandModule> => import('#cli/stores');

/** A command loads what it needs, and nothing of the others: an algorithm process starts with each worker. */
const commands: Readonly<Record<string, () => Promise<CommandModule>>> = {
  new: () => import('#cli/new'),
  run: () => import('#cli/run'),
  check: () => import('#cli/check'),
  dev: () => import('#cli/dev'),
  local: () => import('#cli/local'),
  exec: () => import('#cli/exec'),
  status: loadRuns,
  result: loadRuns,
  stop: loadRuns,
  list: loadRuns,
  inspect: () => import('#cli/inspect'),
  replay: () => import('#cli/replay'),
  board: () => import('#cli/board'),
  apply: () => import('#cli/apply'),
  builds: () => import('#cli/builds'),
  versions: () => import('#cli/versions'),
  delete: () => import('#cli/delete'),
  algorithms: loadStores,
  pipelines: loadStores,
  dockerfile: () => import('#cli/dockerfile'),
};

const program = new Command('algorithm-actor')
  .description('Write, run and debug algorithms for HKube.')
  .version(packageVersion())
  .showHelpAfterError('(add --help for what this command takes)')
  .exitOverride()
  .addHelpText(
    'after',
    `
Examples:
  $ algorithm-actor new count-words                      write an algorithm that runs, with its test
  $ algorithm-actor dev ./hello.ts --input '["world"]'   run it here, and again after each change
  $ algorithm-actor exec raw -f pipeline.yml             run a pipeline of the algorithms in this folder
  $ algorithm-actor local                                serve a local HKube; exec, status, result, stop, list ask it
  $ algorithm-actor apply -f algorithm.yml               store it in HKube, in this folder's or in a cluster; follow its build
  $ algorithm-actor run ./hello.ts --port 3001           the algorithm process: serve the worker at that port

Exit codes: 0 ok · 1 failed · 2 usage or bad input · 3 stopped · 4 cannot connect · 5 timed out · 130, 143 by a signal`,
  );

const [, , name = ''] = process.argv;
const asked = Object.hasOwn(commands, name) ? commands[name] : undefined;
for (const load of asked ? [asked] : new Set(Object.values(commands))) (await load()).add(program);

// Whoever reads may have seen enough: that ends no run, and no server.
for (const stream of [process.stdout, process.stderr])
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = explain(error);
  // The author's code may have been loaded as far as its first timer, and would hold the process.
  if (!(error instanceof CommanderError)) process.stderr.write('', () => process.exit());
}

/** Writes what went wrong and gives the exit code for it. */
function explain(error: unknown): number {
  // commander has written its own message already.
  if (error instanceof CommanderError) return error.exitCode === 0 ? ExitCode.ok : ExitCode.usage;
  if (error instanceof RuntimeError) {
    process.stderr.write(`algorithm-actor: ${error.message}\n`);
    return exitCodeOf(error.code);
  }
  process.stderr.write(`algorithm-actor: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  return ExitCode.failed;
}
