// `algorithm-actor run <entry>`: the algorithm process. It serves tasks until the worker or a signal ends it.

import type { Command } from 'commander';
import { ExitCode } from '#cli/exit-code';
import { wholeNumber } from '#cli/inputs';
import { addInspectFlags, inspectOption, type InspectFlags } from '#cli/inspect-flags';
import type { CheckedHandlers } from '#handlers/algorithm-handlers';
import type { AlgorithmOptions } from '#runtime/options';

/** Once the algorithm has left, the process may take this long to end by itself: the author's code may hold it. */
const LINGER_MS = 5_000;

type RunOptions = Pick<
  AlgorithmOptions,
  'url' | 'host' | 'port' | 'encoding' | 'isolation' | 'python' | 'alive' | 'stopGraceMs'
>;

export function add(program: Command): void {
  addInspectFlags(program.command('run'))
    .description('connect to an HKube worker and serve its tasks')
    .argument(
      '<entry>',
      'module that has start, and may have initialize (or init), stop, exit: .js, .mjs, .cjs, .ts, .py; or its folder',
    )
    .option('--url <url>', 'the worker in one piece, such as ws://localhost:3000 (WORKER_SOCKET_URL)')
    .option('--host <host>', 'the worker’s host; default localhost (WORKER_SOCKET_HOST)')
    .option('--port <port>', 'the worker’s port; default 3000 (WORKER_SOCKET_PORT)', wholeNumber)
    .option('--encoding <encoding>', 'json, bson or msgpack; default bson (WORKER_ALGORITHM_ENCODING)')
    .option('--isolation <where>', 'inline, thread or process; default thread, for Python process')
    .option(
      '--python <path>',
      'the interpreter, or the folder of its virtual environment; default one beside the entry',
    )
    .option('--alive', 'send a heartbeat while a task is open; the default, but for inline')
    .option('--no-alive', 'send none')
    .option('--stop-grace-ms <ms>', 'how long a stop may take; default 8000', wholeNumber)
    .addHelpText(
      'after',
      `
Examples:
  $ algorithm-actor run ./algorithm.ts
  $ algorithm-actor run ./main.py --python ./.venv
  $ algorithm-actor run ./algorithm.cjs --host 127.0.0.1 --port 3001 --encoding json
  $ WORKER_SOCKET_URL=ws://127.0.0.1:3001 algorithm-actor run ./algorithm.mjs`,
    )
    .action(run);
}

/** Node ends a process whose top-level `await` can never end with code 13 and no word that an author would understand. */
async function withWordsForNoEnd<Value>(entry: string, loading: Promise<Value>): Promise<Value> {
  const explain = (): void => {
    process.stderr.write(`algorithm-actor: ${entry}: its top-level await never ends, so \`start\` was never found.\n`);
    process.exitCode = ExitCode.usage;
  };
  process.once('exit', explain);
  try {
    return await loading;
  } finally {
    process.off('exit', explain);
  }
}

const load = async (entry: string): Promise<CheckedHandlers> => (await import('#handlers/load-entry')).loadEntry(entry);

async function run(
  entry: string,
  { inspect, inspectPort, record, ...given }: RunOptions & InspectFlags,
): Promise<void> {
  const options = { ...given, inspect: inspectOption({ inspect, inspectPort, record }) };
  const { createAlgorithmActor, untilLeft } = await import('#runtime/create-algorithm-actor');
  const { isolation, ...others } = options;
  const actor =
    isolation === 'inline'
      ? createAlgorithmActor(await withWordsForNoEnd(entry, load(entry)), others)
      : createAlgorithmActor({ ...options, entry });
  // It is this process that is looked at, and none that the author's code starts.
  delete process.env.ALGORITHM_ACTOR_INSPECTOR;
  const left = untilLeft(actor);
  actor.start();
  const { code } = await left;
  process.exitCode = code;
  setTimeout(() => process.exit(code), LINGER_MS).unref();
}
