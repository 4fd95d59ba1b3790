// `algorithms`, `pipelines`: what a local HKube of this folder finds, and what it cannot use.

import { relative } from 'node:path';
import type { Command } from 'commander';
import type { BrokenDocument } from '#descriptors/broken';
import { readAlgorithms, readPipelines } from '#local-hkube/folders';
import { ExitCode } from '#cli/exit-code';
import { folderOf } from '#cli/open-local';
import { printJson, printTable, say } from '#cli/print';

interface StoreOptions {
  readonly json?: boolean;
}

export function add(program: Command): void {
  program
    .command('algorithms')
    .description('the algorithms that a local HKube finds in a folder')
    .argument('[dir]', 'the folder; default ./algorithms, or this one')
    .option('--json', 'as JSON')
    .action((dir: string | undefined, { json }: StoreOptions) => {
      const { algorithms, broken } = readAlgorithms(folderOf(dir, 'algorithms'));
      if (json) printJson(algorithms.map(({ name, file, options }) => ({ name, file, ...options })));
      else
        printTable(
          ['ALGORITHM', 'ENTRY', 'FROM'],
          algorithms.map(({ name, file, options }) => [name, relative('.', options.entry ?? ''), relative('.', file)]),
        );
      for (const warning of algorithms.flatMap(({ warnings }) => warnings)) say(warning);
      complain(broken);
    });
  program
    .command('pipelines')
    .description('the stored pipelines that a local HKube finds in a folder')
    .argument('[dir]', 'the folder; default ./pipelines, or this one')
    .option('--json', 'as JSON')
    .action((dir: string | undefined, { json }: StoreOptions) => {
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
    });
}

/** The good ones are listed all the same. */
function complain(broken: readonly BrokenDocument[]): void {
  for (const { problem } of broken) say(problem);
  if (broken.length > 0) process.exitCode = ExitCode.usage;
}
