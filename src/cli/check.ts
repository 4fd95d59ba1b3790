// `algorithm-actor check <entry>`: whether an algorithm loads, and has `start`. Nothing of it runs but what it does while it is loaded.

import type { Command } from 'commander';
import { checkEntry } from '#cli/check-entry';
import { ExitCode } from '#cli/exit-code';
import { wholeNumber } from '#cli/inputs';
import { printJson, say } from '#cli/print';

interface CheckFlags {
  readonly json?: boolean;
  readonly python?: string;
  readonly timeout?: number;
}

export function add(program: Command): void {
  program
    .command('check')
    .description('load an algorithm as `run` does, and say whether it has start')
    .argument('<entry>', 'module or its folder: .js, .mjs, .cjs, .ts, .py')
    .option(
      '--python <path>',
      'the interpreter, or the folder of its virtual environment; default one beside the entry',
    )
    .option('--timeout <seconds>', 'how long it may take to load; default 60', wholeNumber)
    .option('--json', 'one object: {entry, ok, error}')
    .addHelpText(
      'after',
      `
Examples:
  $ algorithm-actor check ./algorithm.ts
  $ algorithm-actor check ./main.py --python ./.venv`,
    )
    .action(check);
}

async function check(entry: string, { json, python, timeout }: CheckFlags): Promise<void> {
  const { file, failure } = await checkEntry(entry, {
    python,
    onLine: say,
    ...(timeout !== undefined && { timeoutMs: timeout * 1_000 }),
  });
  if (json) printJson({ entry: file, ok: failure === null, error: failure });
  else if (failure === null) process.stdout.write(`${file}: it loads, and has \`start\`.\n`);
  else say(failure.message);
  process.exitCode = failure === null ? ExitCode.ok : ExitCode.usage;
}
