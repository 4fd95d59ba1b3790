// `algorithms`, `pipelines`: what the HKube that is asked has; of a folder, or where there is no HKube, what a local one finds there, and
// what it cannot use.

import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Command } from 'commander';
import type { StoredAlgorithm } from '#cluster/algorithms';
import type { StoredPipeline } from '#cluster/pipelines';
import type { BrokenDocument } from '#descriptors/broken';
import { isFields } from '#descriptors/document';
import { RuntimeError } from '#errors';
import { readAlgorithms, readPipelines } from '#local-hkube/folders';
import { ExitCode } from '#cli/exit-code';
import { addHKubeFlags, addStateFlag, findHKube, type HKubeFlags, type OpenHKube } from '#cli/open-api';
import { asking } from '#cli/open-hkube';
import { folderOf } from '#cli/open-local';
import { printJson, printTable, say } from '#cli/print';

interface StoreOptions extends HKubeFlags {
  readonly json?: boolean;
}

export function add(program: Command): void {
  const algorithms = program
    .command('algorithms')
    .description('the algorithms of an HKube, or those that a local one finds in a folder')
    .argument('[dir]', 'a folder; default what serves, else ./algorithms, or this folder')
    .action(async (dir: string | undefined, options: StoreOptions) => {
      const hkube = await asked(dir, options);
      if (hkube) printStored(await hkube.api.algorithms.list(), options);
      else if (dir === undefined && hasApplied(options)) await printOwn(options);
      else printFound(dir, options);
    });
  const pipelines = program
    .command('pipelines')
    .description('the stored pipelines of an HKube, or those that a local one finds in a folder')
    .argument('[dir]', 'a folder; default what serves, else ./pipelines, or this folder')
    .action(async (dir: string | undefined, options: StoreOptions) => {
      const hkube = await asked(dir, options);
      if (hkube) printStoredPipelines(await hkube.api.pipelines.list(), options);
      else printFoundPipelines(dir, options);
    });
  for (const command of [algorithms, pipelines]) addHKubeFlags(addStateFlag(command.option('--json', 'as JSON')));
}

/** undefined: a folder is meant. */
async function asked(dir: string | undefined, options: StoreOptions): Promise<OpenHKube | undefined> {
  if (dir === undefined) return findHKube(options);
  if (options.endpoint === undefined) return undefined;
  throw new RuntimeError('INVALID_USAGE', `${dir} and --endpoint: give the folder, or the HKube to ask.`);
}

const hasApplied = ({ state }: StoreOptions): boolean => existsSync(join(state, 'store'));

/** Of a local HKube that does not serve now. */
async function printOwn(options: StoreOptions): Promise<void> {
  await asking(options, async ({ api }) => printStored(await api.algorithms.list(), options));
  complain(readAlgorithms(folderOf(undefined, 'algorithms')).broken);
}

function printStored(algorithms: readonly StoredAlgorithm[], { json }: StoreOptions): void {
  if (json) printJson(algorithms);
  else
    printTable(
      ['ALGORITHM', 'TYPE', 'ENV', 'VERSION', 'IMAGE'],
      algorithms.map((one) => [
        one.name,
        one.type ?? '',
        wordOf(one['env']),
        one.version ?? '',
        one.algorithmImage ?? '',
      ]),
    );
}

function printStoredPipelines(pipelines: readonly StoredPipeline[], { json }: StoreOptions): void {
  if (json) printJson(pipelines);
  else
    printTable(
      ['PIPELINE', 'NODES'],
      pipelines.map(({ name, nodes }) => [name, nodeNames(nodes)]),
    );
}

const nodeNames = (nodes: unknown): string =>
  Array.isArray(nodes) ? nodes.map((node: unknown) => (isFields(node) ? wordOf(node['nodeName']) : '')).join(', ') : '';

const wordOf = (value: unknown): string => (typeof value === 'string' ? value : '');

function printFound(dir: string | undefined, { json }: StoreOptions): void {
  const { algorithms, broken } = readAlgorithms(folderOf(dir, 'algorithms'));
  if (json) printJson(algorithms.map(({ name, file, options }) => ({ name, file, ...options })));
  else
    printTable(
      ['ALGORITHM', 'ENTRY', 'FROM'],
      algorithms.map(({ name, file, options }) => [name, relative('.', options.entry ?? ''), relative('.', file)]),
    );
  for (const warning of algorithms.flatMap(({ warnings }) => warnings)) say(warning);
  complain(broken);
}

function printFoundPipelines(dir: string | undefined, { json }: StoreOptions): void {
  const { pipelines, broken } = readPipelines(folderOf(dir, 'pipelines'));
  if (json) printJson(pipelines.map(({ pipeline }) => pipeline));
  else
    printTable(
      ['PIPELINE', 'NODES', 'FROM'],
      pipelines.map(({ pipeline, file }) => [
        pipeline.name,
        pipeline.nodes.map(({ nodeName }) => nodeName).join(', '),
        relative('.', file),
      ]),
    );
  complain(broken);
}

/** The good ones are listed all the same. */
function complain(broken: readonly BrokenDocument[]): void {
  for (const { problem } of broken) say(problem);
  if (broken.length > 0) process.exitCode = ExitCode.usage;
}
