// `algorithm-actor dockerfile`: the Long Way. Writes what an image of an algorithm is built of, and says what to type next.

import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, extname, join, relative, resolve } from 'node:path';
import type { Command } from 'commander';
import { RuntimeError } from '#errors';
import { type AlgorithmDocument, parseAlgorithm } from '#descriptors/algorithm';
import { placeOf } from '#handlers/place';
import { DOCUMENT_NAMES, isDocument, readAlgorithm } from '#local-hkube/algorithm-file';
import { dockerfileOf } from '#image/dockerfile';
import { dockerignoreOf } from '#image/dockerignore';
import { type AlgorithmPlace, type ImageSource, readImageSource } from '#image/image-source';
import { printJson, say } from '#cli/print';
import { writeFiles } from '#cli/write-files';

interface DockerfileOptions {
  readonly out?: string;
  readonly force?: boolean;
  readonly print?: boolean;
  readonly json?: boolean;
  readonly baseImage?: string;
}

export function add(program: Command): void {
  program
    .command('dockerfile')
    .description('write the Dockerfile of an algorithm, for an image that a cluster runs')
    .argument('[algorithm]', 'its algorithm.yml, its folder, or its module', '.')
    .option('--out <dir>', 'where they are written; default the folder that goes into the image')
    .option(
      '--base-image <image>',
      'what the image begins with; default the baseImage of algorithm.yml, else Node’s or Python’s own',
    )
    .option('--force', 'replace files that are there')
    .option('--print', 'print them, write nothing')
    .option('--json', 'print the files and the next commands as JSON')
    .addHelpText(
      'after',
      `
Examples:
  $ algorithm-actor dockerfile                              of the algorithm in this folder
  $ algorithm-actor dockerfile count-words/algorithm.yml
  $ algorithm-actor dockerfile ./main.py --base-image python:3.12-slim --out docker

Beside it comes a .dockerignore, which keeps secrets, tests and node_modules out of the image.`,
    )
    .action(dockerfile);
}

const MODULES = new Set(['.js', '.mjs', '.cjs', '.ts', '.mts', '.cts', '.py']);

interface Found {
  readonly place: AlgorithmPlace;
  readonly document: AlgorithmDocument | undefined;
  /** The document, or what was found without one. */
  readonly file: string;
}

function dockerfile(given: string, options: DockerfileOptions): void {
  const { place, document, file } = find(given);
  const source = readImageSource(place);
  const folder = resolve(options.out ?? source.context);
  // Docker takes a .dockerignore that is called after its Dockerfile, wherever that is.
  const isBeside = relative(folder, source.context) === '';
  const files = new Map([
    ['Dockerfile', dockerfileOf(source, options.baseImage ?? (document?.baseImage || undefined))],
    [isBeside ? '.dockerignore' : 'Dockerfile.dockerignore', dockerignoreOf(source)],
  ]);
  const next = nextCommands(source, folder, document && file);
  if (!options.print) writeFiles({ folder, files, force: options.force ?? false });
  for (const remark of [...source.remarks, ...remarksOn(document)]) say(`dockerfile: ${remark}.`);
  if (options.json) printJson({ folder, context: source.context, files: Object.fromEntries(files), next });
  else if (options.print) process.stdout.write([...files].map(([name, text]) => `==> ${name} <==\n${text}`).join('\n'));
  if (options.print) return;
  say(`dockerfile: ${folder}: ${[...files.keys()].join(', ')}`);
  say(`\nNext:\n${next.map((line) => `  ${line}`).join('\n')}`);
}

/** Throws what `dev` throws of what it is given, and `UNSUPPORTED` for Java. */
function find(given: string): Found {
  const path = resolve(given);
  const document = documentOf(path);
  if (document?.env === 'java')
    throw new RuntimeError(
      'UNSUPPORTED',
      `${path}: Java has no runtime here yet. HKube builds it by itself: apply its code.`,
    );
  const { name, file, options } = readAlgorithm(path);
  const { entry } = modulePlace(options.entry ?? file);
  if (document) {
    const code = resolve(dirname(file), document.code?.path ?? '.');
    return { document, file, place: { name, entry, code, top: dirname(file) } };
  }
  const isFolder = statSync(path).isDirectory();
  return {
    document,
    file,
    place: { name, entry, code: isFolder ? path : dirname(entry), top: isFolder ? path : resolve('.') },
  };
}

function documentOf(path: string): AlgorithmDocument | undefined {
  const file = [path, ...DOCUMENT_NAMES.map((name) => join(path, name))].find(
    (one) => isDocument(one) && existsSync(one) && statSync(one).isFile(),
  );
  return file === undefined ? undefined : parseAlgorithm(readFileSync(file, 'utf8'), file);
}

/** Throws where `run` would: in a cluster that is an image that is built, pushed and applied, and then never ready. */
function modulePlace(entry: string): { readonly entry: string } {
  const place = placeOf({ entry });
  if (place.kind !== 'inline' && MODULES.has(extname(place.entry))) return place;
  throw new RuntimeError(
    'INVALID_ENTRY',
    `${entry}: expected a module that has \`start\`: JavaScript, TypeScript or Python.`,
  );
}

function remarksOn(document: AlgorithmDocument | undefined): string[] {
  if (!document?.dependencyInstallCmd) return [];
  return [
    `dependencyInstallCmd is not run: what ${document.dependencyInstallCmd} installs has to get a line in the Dockerfile`,
  ];
}

const REGISTRY = 'registry.example.com';

function nextCommands({ name, context, packages }: ImageSource, folder: string, document?: string): string[] {
  const image = `${REGISTRY}/${name}:1`;
  const isBeside = relative(folder, context) === '';
  const settings = packages.kind === 'nodejs' && packages.hasSettings;
  const build = [
    ...(isBeside ? [] : ['-f', shown(join(folder, 'Dockerfile'))]),
    ...(settings ? ['--secret', `id=npmrc,src=${shown(join(context, '.npmrc'))}`] : []),
  ];
  return [
    ['docker', 'build', ...build.map(word), '-t', image, word(shown(context))].join(' '),
    `docker push ${image}`,
    `npx algorithm-actor apply ${document === undefined ? name : `-f ${word(shown(document))}`} --image ${image}`,
  ];
}

const shown = (path: string): string => relative('.', path).replace(/^(?=-)/, './') || '.';
/** As a shell takes it. */
const word = (text: string): string => (/^[\w./:@,=-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`);
