// `algorithm-actor apply`: the Easy Way. An algorithm and its code go to HKube, and what HKube makes of them is followed to its end.

import { type Command, Option } from 'commander';
import type { Applied } from '#cluster/algorithms';
import type { AlgorithmFlags } from '#descriptors/algorithm';
import { type ApplyDocument, readApplyDocument } from '#cli/apply-document';
import { explainRefusal, refuseWithoutEnv } from '#cli/apply-refusals';
import { type MadeVersion, printVersion, settleVersion } from '#cli/built-version';
import { type CodeUpload, openCode } from '#cli/code-upload';
import { wholeNumber } from '#cli/inputs';
import { createInterruption, type Interruption } from '#cli/interrupts';
import { addHKubeFlags, addStateFlag, type HKubeFlags, type OpenHKube } from '#cli/open-api';
import { openHKube } from '#cli/open-hkube';
import { printJson, say } from '#cli/print';
import { settleBuild, type Settling } from '#cli/settle-build';

interface ApplyOptions extends HKubeFlags {
  readonly file?: string;
  readonly f?: string;
  readonly env?: string;
  readonly codePath?: string;
  readonly entryPoint?: string;
  readonly codeEntryPoint?: string;
  readonly image?: string;
  readonly algorithmImage?: string;
  readonly cpu?: string;
  readonly gpu?: string;
  readonly mem?: string;
  readonly wait: boolean;
  readonly noWait?: boolean;
  readonly setCurrent?: boolean;
  readonly force?: boolean;
  readonly rebuild?: boolean;
  readonly json?: boolean;
  readonly timeout?: number;
}

const hidden = (flags: string): Option => new Option(flags).hideHelp();

export function add(program: Command): void {
  const apply = program
    .command('apply')
    .description('store an algorithm and its code in HKube, and follow its build')
    .argument('[name]', 'its name, which goes before that of the file; or its algorithm.yml, or the folder of that')
    .option('-f, --file <file>', 'its document, in YAML or JSON; - is stdin; default algorithm.yml, without a name')
    .addOption(hidden('--f <file>'))
    .option('--env <env>', 'nodejs, python or java')
    .option('--code-path <path>', 'folder of its code, or an archive: .zip, .tar.gz')
    .addOption(hidden('--codePath <path>'))
    .option('--entry-point <file>', 'the file in it that has start')
    .addOption(hidden('--entryPoint <file>'))
    .addOption(hidden('--code-entry-point <file>'))
    .addOption(hidden('--codeEntryPoint <file>'))
    .option('--image <image>', 'an image instead of code')
    .addOption(hidden('--algorithm-image <image>'))
    .addOption(hidden('--algorithmImage <image>'))
    .option('--cpu <cores>', 'what a process of it gets')
    .option('--gpu <devices>', 'the same')
    .option('--mem <size>', 'the same, such as 512Mi')
    .option('--set-current', 'make the new version the current one when it is there')
    .addOption(hidden('--setCurrent'))
    .option('--force', 'what is stored is replaced at once, also while pipelines use it')
    .option('--rebuild', 'build it, also if nothing has changed that wants it')
    .option('--no-wait', 'do not follow the build')
    .addOption(hidden('--noWait'))
    .option('--timeout <seconds>', 'wait no longer for the build, and end with 5', wholeNumber)
    .option('--json', 'print what has come of it as JSON')
    .addHelpText('after', EXAMPLES)
    .action(run);
  addHKubeFlags(addStateFlag(apply));
}

function flagsOf(options: ApplyOptions): AlgorithmFlags {
  const { env, codePath, cpu, gpu, mem } = options;
  const entryPoint = options.entryPoint ?? options.codeEntryPoint;
  return { env, codePath, entryPoint, image: options.image ?? options.algorithmImage, cpu, gpu, mem };
}

async function run(given: string | undefined, options: ApplyOptions): Promise<void> {
  const source = { given, file: options.file ?? options.f, flags: flagsOf(options) };
  const document = await readApplyDocument(source);
  const isWaiting = options.wait && options.noWait !== true;
  const interruption = createInterruption();
  const hkube = await openHKube(options, { mayLeave: !isWaiting });
  try {
    const applied = await send(hkube, document, { ...options, interruption });
    await settle(hkube, applied, { ...options, isWaiting, interruption });
  } catch (error) {
    if (interruption.code === undefined) throw error;
    const { name } = document.payload;
    say(`interrupted. What HKube had heard of it may be done: ${hkube.command(`builds ${name}`)}`);
    process.exitCode = interruption.code;
  } finally {
    await hkube.close();
  }
}

interface Sending extends Pick<ApplyOptions, 'force' | 'rebuild'> {
  readonly interruption: Interruption;
}

async function send(hkube: OpenHKube, document: ApplyDocument, sending: Sending): Promise<Applied> {
  const { payload, code } = document;
  const { signal } = sending.interruption;
  if (code !== undefined) await refuseWithoutEnv(hkube, document, signal);
  let opened: CodeUpload | undefined;
  try {
    opened = code === undefined ? undefined : await openCode(code, { name: payload.name, signal });
    return await hkube.api.algorithms.apply(
      { algorithm: payload, archive: opened?.upload, forceUpdate: sending.force, forceBuild: sending.rebuild },
      { signal },
    );
  } catch (error) {
    throw explainRefusal(error, document);
  } finally {
    await opened?.close();
  }
}

/** HKube’s codes for what it has done. */
const VERSION_CREATED = 1024;

/** What HKube has made of it: a build that is followed, a version, or nothing. */
async function settle(hkube: OpenHKube, applied: Applied, options: Settling): Promise<void> {
  const { messages, algorithm } = applied;
  const buildId = applied.buildId ?? undefined;
  for (const message of messages)
    if (options.json) say(message);
    else process.stdout.write(`${message}\n`);
  const { build, version } =
    buildId === undefined
      ? { version: await versionOf(hkube, applied, options) }
      : await settleBuild(hkube, { buildId, name: algorithm.name }, options);
  if (options.json) printJson({ algorithm, buildId, build, version, messages });
  else if (version) printVersion(hkube, algorithm.name, version);
}

async function versionOf(
  hkube: OpenHKube,
  { algorithm: { name, version }, messagesCode }: Applied,
  { setCurrent, force, interruption: { signal } }: Settling,
): Promise<MadeVersion | undefined> {
  const isMade = messagesCode.includes(VERSION_CREATED);
  // What is sent again as it was has its version already, which may not be the current one.
  const known = isMade ? undefined : (version ?? undefined);
  if (!isMade && !setCurrent) return undefined;
  if (isMade || known !== undefined) return settleVersion(hkube, { name, setCurrent, force, signal, version: known });
  say(`there is no version that could become the current one: ${hkube.command(`builds ${name}`)}`);
  return undefined;
}

const EXAMPLES = `
Examples:
  $ algorithm-actor apply                             algorithm.yml of this folder
  $ algorithm-actor apply -f algorithm.yml --set-current
  $ algorithm-actor apply ./count-words --endpoint https://hkube.example.org
  $ algorithm-actor apply count-words --env nodejs --code-path ./src --entry-point index.js
  $ algorithm-actor apply count-words --image registry/count-words:2 --json

A folder is packed, without what .hkubeignore names; nothing is said of this machine, nor of who uses it.
Exit codes: 0 applied · 1 the build failed · 2 bad input, or refused · 3 the build was stopped · 4 cannot connect · 5 timed out · 130, 143 by a signal`;
