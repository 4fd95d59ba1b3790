// `algorithm-actor dev <algorithm>`: a local HKube and one algorithm that somebody works on. It is started again when its files
// change, and whatever becomes of it, the rest goes on.

import { relative } from 'node:path';
import type { Command } from 'commander';
import { readAlgorithm } from '#local-hkube/algorithm-file';
import type { LocalHKube } from '#local-hkube/create-local-hkube';
import type { Run } from '#local-hkube/run';
import { exitCodeOf, ExitCode } from '#cli/exit-code';
import { exitCodeFor } from '#cli/follow';
import { addDoorFlags, type DoorFlags, doorOf, sayDoor } from '#cli/door-flags';
import { RuntimeError } from '#errors';
import { describeFailure } from '#model/failure';
import { inputOrFile, portNumber } from '#cli/inputs';
import { addInspectFlags, inspectOption, type InspectFlags, sayInspector } from '#cli/inspect-flags';
import { onInterrupt } from '#cli/interrupts';
import { createLog } from '#cli/log';
import { addLocalPlaces, type LocalPlaces, openLocal } from '#cli/open-local';
import { printDocument, printJson, printLine, say, seconds } from '#cli/print';
import { refuseSecond, serve } from '#cli/serve';
import { watchFiles } from '#cli/watch-files';

interface DevOptions extends LocalPlaces, InspectFlags, DoorFlags {
  readonly input?: readonly unknown[];
  readonly once?: boolean;
  readonly spawn: boolean;
  readonly json?: boolean;
}

export function add(program: Command): void {
  addDoorFlags(addInspectFlags(addLocalPlaces(program.command('dev'))))
    .description('work on an algorithm: local HKube, restarted when files change')
    .argument('<algorithm>', 'its algorithm.yml, its module, or its folder')
    .option('--input <json>', 'run it at each start: a JSON array of arguments, or one value; or @file', inputOrFile)
    .option('--once', 'end after the first run, without arguments if there is no --input, with its exit code')
    .option('--no-spawn', 'do not start it: print the port, for a debugger that does')
    .option('--json', 'print result documents as JSON, one a line')
    .option('--port <port>', 'of the REST API; 0 takes a free one', portNumber, 0)
    .addHelpText(
      'after',
      `
Examples:
  $ algorithm-actor dev ./hello.ts --input '["world"]'         runs it now, and after each change
  $ algorithm-actor dev ./algorithm.yml --input @input.json --once
  $ algorithm-actor dev ./tally.py --no-spawn                  start it in your IDE, with the printed environment
  $ algorithm-actor exec algorithm hello --input '["you"]'     in another terminal, in the same folder`,
    )
    .action(dev);
}

async function dev(given: string, options: DevOptions): Promise<void> {
  if (!options.once) await refuseSecond(options.state);
  const own = readAlgorithm(given);
  const { name } = own;
  const logger = createLog('info', say);
  const byHand = { spawn: false, lenient: true, restarts: true };
  const ownOptions = options.spawn ? { minHotWorkers: 1 } : byHand;
  const hkube = openLocal({
    ...options,
    inspect: inspectOption(options),
    own: [own],
    ownOptions,
    logger,
    beside: own.file,
  });
  let leave: (code: number) => void = () => undefined;
  const left = new Promise<number>((resolve) => (leave = resolve));
  const interrupts = onInterrupt((signal) => {
    say(`${signal}: ending; once more ends at once`);
    leave(0);
  });
  const session = createSession(hkube, name, { options, onCode: leave });
  const serving = options.once ? await only(hkube) : await serve(hkube, await doorOf(options), options.state);
  say(`dev: ${name} (${own.options.entry ?? own.file})${serving.url ? `, REST API at ${serving.url}` : ''}`);
  sayDoor(serving, options);
  sayInspector(hkube);
  if (!options.spawn) sayHowToConnect(hkube, name);
  const watching = await watchFiles({
    paths: [own.options.entry ?? own.file, own.file],
    except: options.state,
    onChange: (path) => {
      const isDocument = path === own.file && own.file !== own.options.entry;
      // What it says of the algorithm was read when dev began.
      const remark = isDocument ? '; what it says counts when dev is started again' : '';
      say(`dev: ${relative('.', path)} changed, ${name} is started again${remark}`);
      session.begin();
    },
  });
  session.begin();
  const code = await left;
  await watching.close();
  await serving.close();
  process.exitCode = interrupts.code ?? code;
}

interface Serving {
  readonly url?: string;
  readonly token?: string | null;
  close(): Promise<void>;
}

/** Without a door: one run, and nobody else asks. */
async function only(hkube: LocalHKube): Promise<Serving> {
  await hkube.start();
  return { close: hkube.stop };
}

interface SessionOptions {
  readonly options: DevOptions;
  /** Hears the exit code of the first run, where that is the end. */
  readonly onCode: (code: number) => void;
}

/** The runs of one session of work: a change ends the one before. */
function createSession(hkube: LocalHKube, name: string, { options, onCode }: SessionOptions): { begin(): void } {
  let current: Run | undefined;
  let hasBegun = false;

  async function run(input: readonly unknown[]): Promise<void> {
    const mine = hkube.runAlgorithm({ name, input });
    current = mine;
    const document = await mine.done;
    if (current !== mine) return;
    say(`dev: run ${document.jobId} ${document.status}, ${seconds(document.timeTook)}`);
    if (options.json && options.once) printJson(document);
    else if (options.json) printLine(document);
    else printDocument(document);
    if (options.once) onCode(exitCodeFor(document));
  }

  /** A run that is refused is something to be mended, like one that fails. */
  function onRefused(error: unknown): void {
    say(`dev: ${describeFailure(error).message}`);
    if (options.once) onCode(error instanceof RuntimeError ? exitCodeOf(error.code) : ExitCode.failed);
  }

  return {
    begin: () => {
      const former = current;
      current = undefined;
      former?.stop('its files have changed');
      if (hasBegun && options.spawn) hkube.restart(name);
      hasBegun = true;
      const input = options.input ?? (options.once ? [] : undefined);
      if (input) run(input).catch(onRefused);
    },
  };
}

function sayHowToConnect(hkube: LocalHKube, name: string): void {
  const url = hkube.workers().find(({ algorithm }) => algorithm === name)?.url ?? '';
  say(`dev: start it yourself, with this in its environment:`);
  say(`  WORKER_SOCKET_URL=${url} WORKER_ALGORITHM_ENCODING=json STORAGE_PROTOCOL=v1`);
  say(`  port ${new URL(url).port}; breakpoints cost nothing: a lost connection costs no task, and no timer ends it`);
}
