// `algorithm-actor new <name>`: writes an algorithm that runs and has a test, and says what to type next.

import { relative } from 'node:path';
import type { Command } from 'commander';
import { RuntimeError } from '#errors';
import { AlgorithmName } from '#descriptors/algorithm-values';
import { printJson, say } from '#cli/print';
import { type Template, writeProject } from '#cli/write-project';

interface NewOptions {
  readonly env: string;
  readonly dir: string;
  readonly js?: boolean;
  readonly json?: boolean;
}

const TEST: Readonly<Record<Template, string>> = {
  typescript: 'npm install && npm test',
  javascript: 'npm install && npm test',
  python: 'python3 -m unittest',
};

export function add(program: Command): void {
  program
    .command('new')
    .description('write an algorithm that runs, with a test and a pipeline')
    .argument('<name>', 'what HKube calls it: lower-case letters, digits, dashes, dots')
    .option('--env <env>', 'nodejs or python', 'nodejs')
    .option('--js', 'JavaScript in place of TypeScript')
    .option('--dir <dir>', 'the folder that its own folder is made in', '.')
    .option('--json', 'print the folder and its files as JSON')
    .addHelpText(
      'after',
      `
Examples:
  $ algorithm-actor new count-words                           in TypeScript, in ./count-words
  $ algorithm-actor new count-words --js
  $ algorithm-actor new count-words --env python --dir algorithms

A folder that has something in it is not touched.`,
    )
    .action(create);
}

function create(name: string, options: NewOptions): void {
  const checked = AlgorithmName.safeParse(name);
  if (!checked.success)
    throw new RuntimeError(
      'INVALID_USAGE',
      `"${name}": ${checked.error.issues.map(({ message }) => message).join('; ')}. Give another name, such as count-words.`,
    );
  const template = templateOf(options);
  const { folder, files } = writeProject({ name, template, dir: options.dir });
  say(`new: ${folder}: ${files.join(', ')}`);
  sayNext(folder, template);
  if (options.json) printJson({ folder, files });
}

function templateOf({ env, js }: NewOptions): Template {
  switch (env) {
    case 'nodejs':
      return js ? 'javascript' : 'typescript';
    case 'python':
      if (js) throw new RuntimeError('INVALID_USAGE', '--js goes with --env nodejs, not with python.');
      return 'python';
    case 'java':
    case 'jvm':
      throw new RuntimeError('INVALID_USAGE', `--env ${env}: Java cannot run here yet. Give nodejs or python.`);
    default:
      throw new RuntimeError('INVALID_USAGE', `--env ${env}: expected nodejs (TypeScript, or --js) or python.`);
  }
}

function sayNext(folder: string, template: Template): void {
  const path = relative('.', folder);
  say(`
Next:
  cd ${/^[\w./-]+$/.test(path) ? path : `"${path}"`}
  ${TEST[template]}
  npx algorithm-actor dev . --input '["to be or not to be", 2]'
  npx algorithm-actor exec raw -f pipeline.yml`);
}
