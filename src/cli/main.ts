#!/usr/bin/env node
// The command line: one file a command, and here what they share: help, errors, exit codes.

import { createRequire } from 'node:module';
import { Command, CommanderError } from 'commander';
import { RuntimeError } from '#errors';
import { exitCodeOf, ExitCode } from '#cli/exit-code';
import { addRun } from '#cli/run';

const program = new Command('algorithm-actor')
  .description('Write, run and debug algorithms for HKube.')
  .version(packageVersion())
  .showHelpAfterError('(add --help for what this command takes)')
  .exitOverride()
  .addHelpText(
    'after',
    `
Examples:
  $ algorithm-actor run ./algorithm.ts               serve tasks of the worker at ws://localhost:3000
  $ algorithm-actor run ./algorithm.js --port 3001   … of another worker

Exit codes: 0 ok · 1 failed · 2 usage or bad input · 4 cannot connect · 130, 143 ended by a signal`,
  );

addRun(program);

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

function packageVersion(): string {
  const description: unknown = createRequire(import.meta.url)('algorithm-actor/package.json');
  const known = typeof description === 'object' && description !== null && 'version' in description;
  return known ? String(description.version) : 'unknown';
}
