// The dependencies of an algorithm, as HKube's builder installs them: by npm or pip, or by a script of the author.
//
//   M1. Where nothing is to be installed nothing is run: no network, no time.
//   M2. All of it goes into the folder of the code. Python's packages go into a virtual environment there, `.venv`, which is found by whoever runs
//       the entry, and told by `VIRTUAL_ENV`, too.

import { existsSync } from 'node:fs';
import { readFile, rm, stat } from 'node:fs/promises';
import { delimiter, dirname, join, resolve } from 'node:path';
import { leaves } from '#builds/entry';
import { expectDone, problem } from '#builds/problem';
import { type Command, type CommandEnd, runCommand } from '#builds/run-command';
import type { Language } from '#model/entry-names';
import { isFields } from '#descriptors/document';
import { describeFailure } from '#model/failure';

export interface BuildCommands {
  readonly npm: Command;
  readonly python: Command;
  readonly git: Command;
  readonly sh: Command;
}

export interface InstallOrder {
  /** The folder of the code. */
  readonly code: string;
  readonly env: Language;
  readonly dependencyInstallCmd?: string | null | undefined;
  readonly commands: BuildCommands;
  readonly signal: AbortSignal;
  readonly onLine: (line: string) => void;
}

/** Rejects with `BUILD_FAILED`. */
export async function install(order: InstallOrder): Promise<void> {
  const { env, dependencyInstallCmd } = order;
  if (env === 'python') await preparePython(order);
  if (dependencyInstallCmd) return runScript(order, dependencyInstallCmd);
  if (env === 'python') return installByPip(order);
  return installByNpm(order);
}

/** What the programs of an algorithm find in their environment beside ours. */
export function environmentIn(code: string): Record<string, string> {
  const venv = join(code, VENV);
  return existsSync(join(venv, PYTHON)) ? { VIRTUAL_ENV: venv } : {};
}

const VENV = '.venv';
const PYTHON = process.platform === 'win32' ? join('Scripts', 'python.exe') : join('bin', 'python');

const run = (order: InstallOrder, command: Command, shown: string): Promise<CommandEnd> => {
  const { code, signal, onLine } = order;
  onLine(`$ ${shown}`);
  return runCommand({ command, cwd: code, env: environmentOf(code), signal, onLine });
};

/** HKube runs it by `sh`: it is a file, and no command line. */
async function runScript(order: InstallOrder, script: string): Promise<void> {
  const path = resolve(order.code, script);
  const isFile = !leaves(order.code, path) && (await stat(path).catch(() => null))?.isFile() === true;
  if (!isFile)
    throw problem(
      `dependencyInstallCmd: ${script}: no such file in the code. It is run by sh: give the path of a script in the folder of the code.`,
    );
  const shown = `sh ${script}`;
  const end = await run(order, [...order.commands.sh, path], shown);
  const remedy = 'The log says what it has done; correct the script, and apply again.';
  expectDone(end, { shown, remedy, install: 'A script needs sh.' });
}

const LIFECYCLE = ['preinstall', 'install', 'postinstall', 'prepublish', 'preprepare', 'prepare', 'postprepare'];
const DEPENDENCIES = ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies', 'workspaces'];

async function installByNpm(order: InstallOrder): Promise<void> {
  const file = join(order.code, 'package.json');
  const manifest = existsSync(file) ? await readPackage(file) : {};
  if (!needsNpm(order.code, manifest)) {
    order.onLine('There is nothing to install.');
    return;
  }
  // Without `prefix` npm may take a folder above for the one that is meant.
  const command = [...order.commands.npm, 'install', `--prefix=${order.code}`, ...NPM_FLAGS] as const;
  const end = await run(order, [...command], 'npm install');
  const remedy = 'The log says which package it is; correct package.json, and apply again.';
  expectDone(end, { shown: 'npm install', remedy, install: 'Install npm, which comes with Node.' });
}

/** What scripts print is seen; nothing but packages is asked for; dev dependencies belong to it, as in HKube. */
const NPM_FLAGS = ['--foreground-scripts', '--no-audit', '--no-fund', '--no-update-notifier', '--include=dev'];

async function readPackage(file: string): Promise<Readonly<Record<string, unknown>>> {
  try {
    const parsed: unknown = JSON.parse((await readFile(file, 'utf8')).replace(/^\ufeff/, ''));
    if (isFields(parsed)) return parsed;
  } catch (error) {
    throw problem(`package.json cannot be read: ${describeFailure(error).message}. Correct it, and apply again.`);
  }
  throw problem('package.json is no object. Correct it, and apply again.');
}

/** M1. Scripts are a reason: `prepare` is how TypeScript is compiled. */
function needsNpm(code: string, manifest: Readonly<Record<string, unknown>>): boolean {
  const { scripts } = manifest;
  const hasDependencies = DEPENDENCIES.some((field) => isAsking(manifest[field]));
  const hasScripts = isFields(scripts) && LIFECYCLE.some((name) => name in scripts);
  return hasDependencies || hasScripts || existsSync(join(code, 'binding.gyp'));
}

/** Workspaces are a list, or an object; all else is by name. */
const isAsking = (value: unknown): boolean =>
  Array.isArray(value) ? value.length > 0 : isFields(value) && Object.keys(value).length > 0;

/** A requirements.txt that asks for something, or a script that may install: never into the Python of this machine (M2). */
async function preparePython(order: InstallOrder): Promise<void> {
  const { code, commands, dependencyInstallCmd, onLine } = order;
  if (!dependencyInstallCmd && !(await hasRequirements(code))) {
    onLine('There is nothing to install.');
    return;
  }
  // One that came with the code is somebody else's.
  await rm(join(code, VENV), { recursive: true, force: true });
  const shown = `${commands.python.join(' ')} -m venv ${VENV}`;
  const remedy = 'Python needs its modules venv and ensurepip (Debian: python3-venv).';
  const end = await run(order, [...commands.python, '-m', 'venv', VENV], shown);
  expectDone(end, { shown, remedy, install: 'Install Python 3.8 or later.' });
}

async function installByPip(order: InstallOrder): Promise<void> {
  if (!(await hasRequirements(order.code))) return;
  const pip = ['-m', 'pip', 'install', '--disable-pip-version-check', '--no-input', '--no-color'];
  const end = await run(
    order,
    [join(order.code, VENV, PYTHON), ...pip, '-r', REQUIREMENTS],
    'pip install -r requirements.txt',
  );
  const remedy = 'The log says which requirement it is; correct requirements.txt, and apply again.';
  expectDone(end, { shown: 'pip install', remedy, install: '' });
}

const REQUIREMENTS = 'requirements.txt';

async function hasRequirements(code: string): Promise<boolean> {
  const text = await readFile(join(code, REQUIREMENTS), 'utf8').catch(() => '');
  return text.split('\n').some((line) => /^\s*[^\s#]/.test(line));
}

/** What an npm that has started this process was told of itself: where, of which workspace, for everybody, not at all. */
const OF_ANOTHER_NPM =
  /^npm_(lifecycle|package|command|execpath|config_(local_prefix|prefix|workspace|global$|location|dry_run|omit))|^INIT_CWD$/i;

/** Ours; with the virtual environment, where there is one. */
function environmentOf(code: string): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([key]) => !OF_ANOTHER_NPM.test(key));
  const { VIRTUAL_ENV } = environmentIn(code);
  const env: NodeJS.ProcessEnv = { ...Object.fromEntries(inherited), NO_COLOR: '1' };
  if (VIRTUAL_ENV === undefined) return env;
  const path = `${dirname(join(VIRTUAL_ENV, PYTHON))}${delimiter}${process.env.PATH ?? ''}`;
  return { ...env, VIRTUAL_ENV, PATH: path, PYTHONHOME: undefined, PYTHONUNBUFFERED: '1' };
}
