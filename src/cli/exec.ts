// `algorithm-actor exec raw|stored|algorithm`: runs something and prints what it brings. It asks the local HKube of this folder, and
// where there is none, starts one for this run.

import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import { RuntimeError } from '#errors';
import { type NamedAlgorithm, readAlgorithm } from '#local-hkube/algorithm-file';
import { checkPipeline } from '#descriptors/pipeline';
import type { AlgorithmRequest } from '#descriptors/algorithm-request';
import type { Exec } from '#cluster/exec';
import { follow, type FollowOptions } from '#cli/follow';
import { createLog } from '#cli/log';
import { inputOrFile, objectOrFile, readDocument, wholeNumber } from '#cli/inputs';
import { addInspectFlags, inspectOption, type InspectFlags, sayInspector } from '#cli/inspect-flags';
import { addLocalPlaces, type LocalPlaces } from '#cli/open-local';
import { addHKubeFlags, findHKube, type HKubeFlags, type OpenHKube } from '#cli/open-api';
import { leftAlone } from '#cli/open-hkube';
import { printJson, say } from '#cli/print';

interface ExecOptions extends LocalPlaces, FollowOptions, InspectFlags, HKubeFlags {
  readonly file?: string;
  readonly flowInput?: Readonly<Record<string, unknown>>;
  readonly input?: readonly unknown[];
  readonly wait: boolean;
  readonly verbose?: boolean;
}

type Fields = Readonly<Record<string, unknown>>;

/** What is to be run. */
type Order =
  | { readonly kind: 'raw'; readonly pipeline: Fields; readonly where: string }
  | { readonly kind: 'stored'; readonly request: Fields & { readonly name: string } }
  | { readonly kind: 'algorithm'; readonly request: AlgorithmRequest };

export function add(program: Command): void {
  const exec = program
    .command('exec')
    .description('run a pipeline or an algorithm, and print what it brings')
    .addHelpText('after', EXAMPLES);
  common(exec.command('raw').description('run a pipeline that a file describes'))
    .requiredOption('-f, --file <file>', 'the pipeline, in YAML or JSON; - is stdin')
    .option('--flow-input <json>', 'its flowInput: JSON, or @file', objectOrFile)
    .action(async (options: ExecOptions) => run(await rawOrder(options), options));
  common(exec.command('stored').description('run a stored pipeline'))
    .argument('[name]', 'its name')
    .option('-f, --file <file>', 'what is laid over it: {name, flowInput, options, …}; - is stdin')
    .option('--flow-input <json>', 'in place of its own flowInput: JSON, or @file', objectOrFile)
    .action(async (name: string | undefined, options: ExecOptions) => run(await storedOrder(name, options), options));
  common(exec.command('algorithm').description('run one algorithm'))
    .argument('[name]', 'its name; or its file, or the folder of its algorithm.yml')
    .option('-f, --file <file>', 'a document {name, input}; - is stdin')
    .option('--input <json>', 'its arguments: a JSON array, or any other value as the only one; or @file', inputOrFile)
    .action(async (name: string | undefined, options: ExecOptions) => {
      const own = name !== undefined && isPath(name) ? readAlgorithm(name) : undefined;
      await run(await algorithmOrder(own?.name ?? name, options), options, own);
    });
}

function common(command: Command): Command {
  command
    .option('--json', 'print the result document as JSON')
    .option('--watch', 'a line of JSON for each change, the document last')
    .option('--timeout <seconds>', 'stop the run then, and end with 5', wholeNumber)
    .option('--no-wait', 'print the id of the run, and leave it to the server')
    .option('--verbose', 'show what the algorithms write');
  return addHKubeFlags(addInspectFlags(addLocalPlaces(command)));
}

/** A name has neither a slash nor an end such as `.ts`. */
const isPath = (name: string): boolean =>
  /[\\/]/.test(name) || (/\.([mc]?[jt]s|py|ya?ml|json)$/.test(name) && existsSync(name));

async function rawOrder({ file = '-', flowInput }: ExecOptions): Promise<Order> {
  const document = await readDocument(file);
  const where = file === '-' ? 'stdin' : file;
  return { kind: 'raw', where, pipeline: flowInput ? { ...document, flowInput } : document };
}

async function storedOrder(given: string | undefined, { file, flowInput }: ExecOptions): Promise<Order> {
  const document = file === undefined ? {} : await readDocument(file);
  const name = named('stored', given, document);
  return { kind: 'stored', request: { ...document, ...(flowInput && { flowInput }), name } };
}

async function algorithmOrder(given: string | undefined, { file, input }: ExecOptions): Promise<Order> {
  const document = file === undefined ? {} : await readDocument(file);
  const name = named('algorithm', given, document);
  return { kind: 'algorithm', request: { ...document, ...(input && { input }), name } };
}

function named(what: string, given: string | undefined, document: Readonly<Record<string, unknown>>): string {
  const name = given ?? document.name;
  if (typeof name === 'string' && name !== '') return name;
  throw new RuntimeError('INVALID_USAGE', `exec ${what}: give a name, or a file (-f) that has one.`);
}

async function run(order: Order, options: ExecOptions, own?: NamedAlgorithm): Promise<void> {
  const hkube = await openHKube(options, own);
  const { exec } = hkube.api;
  try {
    const jobId = await start(exec, order).catch((error: unknown) => {
      throw explained(error, order, hkube);
    });
    if (options.wait) {
      say(`run ${jobId}`);
      process.exitCode = await follow(exec, jobId, options);
    } else if (options.json) printJson({ jobId });
    else process.stdout.write(`${jobId}\n`);
  } finally {
    await hkube.close();
  }
}

async function start(exec: Exec, order: Order): Promise<string> {
  switch (order.kind) {
    case 'raw':
      return exec.raw(checkPipeline(order.pipeline, order.where));
    case 'stored':
      return exec.stored(order.request);
    case 'algorithm':
      return exec.algorithm(order.request);
  }
}

/** What the pipeline's rules say, with the file that it is about, and what is to be typed where that is all that is missing. */
function explained(error: unknown, order: Order, hkube: OpenHKube): unknown {
  if (!(error instanceof RuntimeError)) return error;
  // A server says the most where it adds something to HKube's words.
  const { details } = error.facts;
  const words = typeof details === 'string' && details !== '' ? details : error.message;
  const where = order.kind === 'raw' && !words.startsWith(order.where) ? `${order.where}: ` : '';
  return new RuntimeError(error.code, `${where}${words}${remedyFor(words, order, hkube)}`, {
    cause: error,
    facts: error.facts,
  });
}

function remedyFor(message: string, { kind }: Order, { command, isOurs }: OpenHKube): string {
  const missing = kind === 'algorithm' ? undefined : /unable to find flowInput\.([\w.]*\w)/.exec(message)?.[1];
  const unbuilt = /missing image for algorithm ([-a-z0-9.]+)/.exec(message)?.[1];
  // Of a server nobody here says where it finds things.
  const named = (flag: string): string => (isOurs ? ` ${flag} names the folder that has it.` : '');
  const remedies = [
    missing === undefined ? '' : ` Give it: --flow-input '{"${missing}": …}'.`,
    // Local HKube says it itself.
    unbuilt === undefined || /algorithm-actor builds/.test(message)
      ? ''
      : `. Its build is not over, or has failed: ${command(`builds ${unbuilt}`)}`,
    /^algorithm \S+ Not Found\.?$/.test(message) ? ` Those that are there: ${command('algorithms')}` : '',
    /^pipeline \S+ Not Found\.?$/.test(message) ? ` Those that are there: ${command('pipelines')}` : '',
    / Not Found \(known are /.test(message) ? named('--algorithms') : '',
    / Not Found \((stored are |none is stored)/.test(message) ? `.${named('--pipelines')}` : '',
  ];
  return remedies.join('');
}

/** Flags that say something of the local HKube that a command starts. */
const ownOnly = {
  '--algorithms': 'algorithms',
  '--pipelines': 'pipelines',
  '--workers': 'workers',
  '--inspect': 'inspect',
  '--inspect-port': 'inspectPort',
  '--record': 'record',
} as const satisfies Record<string, keyof ExecOptions>;

/** An algorithm by its file is run here, unless an endpoint is named: no server knows it. */
async function openHKube(options: ExecOptions, own: NamedAlgorithm | undefined): Promise<OpenHKube> {
  const found = own && options.endpoint === undefined ? undefined : await findHKube(options);
  if (found) {
    const unused = Object.entries(ownOnly).flatMap(([flag, key]) => (options[key] === undefined ? [] : [flag]));
    if (unused.length > 0) say(`${found.url} is asked: ${unused.join(', ')} of this command count for nothing there`);
    return found;
  }
  if (!options.wait) throw leftAlone();
  const { openOwnHKube } = await import('#cli/own-hkube');
  const logger = createLog(options.verbose ? 'info' : 'warn', say);
  const beside = own?.file ?? (options.file === '-' ? undefined : options.file);
  const hkube = await openOwnHKube(
    {
      ...options,
      inspect: inspectOption(options),
      logger,
      ...(own && { own: [own] }),
      ...(beside !== undefined && { beside }),
    },
    options,
  );
  sayInspector(hkube);
  return hkube;
}

const EXAMPLES = `
Examples:
  $ algorithm-actor exec algorithm ./hello.ts --input '["world"]'     one algorithm, by its file
  $ algorithm-actor exec raw -f pipeline.yml --algorithms ./algorithms
  $ algorithm-actor exec raw -f - --json < pipeline.yml               the result document, as JSON
  $ algorithm-actor exec stored merge --flow-input '{"files": ["a", "b"]}'
  $ algorithm-actor exec stored merge --flow-input @input.yml --timeout 60

The HKube of --endpoint is asked, else that of .hkuberc, else the local one that serves this folder (algorithm-actor local, or dev);
without one, one is started for the run. An algorithm by its file runs here.
Exit codes: 0 completed · 1 failed · 2 bad input · 3 stopped · 4 cannot connect · 5 timed out · 130, 143 by a signal`;
