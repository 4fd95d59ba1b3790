// A builder of images in place of Docker, for tests: each stage is a folder, `COPY` copies what .dockerignore lets through, and what
// `RUN` does is up to the test. It knows the instructions that are written here, and fails of any other.

import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, resolve, sep } from 'node:path';
import dockerignore from '@balena/dockerignore';
import { DockerfileParser, type Instruction } from 'dockerfile-ast';

export interface Stage {
  readonly name: string;
  readonly base: string;
  /** The folder that its root is. */
  readonly root: string;
  workdir: string;
  user: string;
  env: Readonly<Record<string, string>>;
  entrypoint: readonly string[];
}

export interface ImageOrder {
  /** The folder that is sent to the builder. */
  readonly context: string;
  /** Default: the one in the context. */
  readonly dockerfile?: string;
  /** Where stages are made: an empty folder. */
  readonly into: string;
  /** Does what a shell command does, in the stage. */
  readonly run: (command: string, stage: Stage) => void;
}

/** The last stage, and all of them. Throws where Docker would. */
export function buildImage(order: ImageOrder): { readonly image: Stage; readonly stages: readonly Stage[] } {
  const file = order.dockerfile ?? join(order.context, 'Dockerfile');
  const own = `${file}.dockerignore`;
  const sent = sentFiles(order.context, existsSync(own) ? own : join(order.context, '.dockerignore'));
  const stages: Stage[] = [];
  const text = readFileSync(file, 'utf8');
  for (const instruction of DockerfileParser.parse(text).getInstructions()) {
    // Flags included, which are none of its arguments to the parser.
    const content = textAt(text, instruction).slice(instruction.getInstruction().length).trim();
    if (instruction.getKeyword() === 'FROM') stages.push(begin(content, stages.length, order));
    else carryOut(instruction.getKeyword(), content, { order, sent, stages });
  }
  const image = stages.at(-1);
  if (!image) throw new TypeError('no FROM');
  return { image, stages };
}

function textAt(text: string, instruction: Instruction): string {
  const { start, end } = instruction.getRange();
  return text
    .split('\n')
    .slice(start.line, end.line + 1)
    .join('\n');
}

function begin(from: string, index: number, { into }: ImageOrder): Stage {
  const root = join(into, String(index));
  mkdirSync(root);
  const [base = '', name = ''] = from.split(' AS ');
  return { name, base, root, workdir: '/', user: 'root', env: {}, entrypoint: [] };
}

interface Build {
  readonly order: ImageOrder;
  readonly sent: readonly string[];
  readonly stages: readonly Stage[];
}

function carryOut(keyword: string, content: string, build: Build): void {
  const stage = build.stages.at(-1);
  if (!stage) throw new TypeError('an instruction before FROM');
  switch (keyword) {
    case 'WORKDIR':
      stage.workdir = content;
      mkdirSync(join(stage.root, content), { recursive: true });
      return;
    case 'USER':
      stage.user = content;
      return;
    case 'ENV':
      stage.env = { ...stage.env, ...Object.fromEntries(content.split(' ').map((pair) => pair.split('='))) };
      return;
    case 'ENTRYPOINT':
      stage.entrypoint = JSON.parse(content);
      return;
    case 'RUN':
      build.order.run(content.replace(/^--mount=\S+ /, ''), stage);
      return;
    case 'COPY':
      copy(content.split(' '), stage, build);
      return;
    default:
      throw new TypeError(`${keyword} is not known here`);
  }
}

/** What a context sends: all but what its .dockerignore leaves out. */
export function sentFiles(context: string, ignoreFile = join(context, '.dockerignore')): string[] {
  // Its types say so.
  const rules = dockerignore.default({ ignorecase: false });
  if (existsSync(ignoreFile)) rules.add(readFileSync(ignoreFile, 'utf8'));
  return readdirSync(context, { recursive: true, encoding: 'utf8' })
    .map((path) => path.split(sep).join('/'))
    .filter((path) => !statSync(join(context, path)).isDirectory() && !rules.ignores(path))
    .toSorted();
}

function copy(words: readonly string[], stage: Stage, { order, sent, stages }: Build): void {
  const flags = words.filter((word) => word.startsWith('--'));
  const paths = words.filter((word) => !word.startsWith('--'));
  const to = join(stage.root, resolve(stage.workdir, paths.at(-1) ?? ''));
  const from = flags.find((flag) => flag.startsWith('--from='))?.slice('--from='.length);
  for (const path of paths.slice(0, -1)) {
    if (from !== undefined) copyFrom(stages, { from, path, to });
    else copySent(order.context, sent, { path, to });
  }
}

interface Copied {
  readonly path: string;
  readonly to: string;
}

/** From a stage; of a base image, which is not here, a test has what it needs. */
function copyFrom(stages: readonly Stage[], { from, path, to }: Copied & { readonly from: string }): void {
  const source = stages.find(({ name }) => name === from);
  if (!source) throw new TypeError(`COPY --from=${from}: no such stage`);
  const file = join(source.root, path);
  if (existsSync(file)) cpSync(file, to, { recursive: true, verbatimSymlinks: true });
  else if (path !== '/usr/local/bin/node') throw new TypeError(`COPY --from=${from} ${path}: it is not there`);
}

function copySent(context: string, sent: readonly string[], { path, to }: Copied): void {
  const found = sent.filter((file) => path === '.' || file === path || file.startsWith(`${path}/`));
  if (found.length === 0) throw new TypeError(`COPY ${path}: nothing of it is sent`);
  for (const file of found) {
    const place = join(to, file);
    mkdirSync(dirname(place), { recursive: true });
    cpSync(join(context, file), place);
  }
}

/** A command, or the entry point, as it stands in the stage: what is absolute there lies in the folder here. */
export const inStage = (words: string, { root }: Stage): string => words.replace(/(?<![\w.])\/(?=app\b)/g, `${root}/`);
