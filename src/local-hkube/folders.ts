// Algorithms and stored pipelines by folder. What is broken stands beside what is not: whoever asks for it is told why.

import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, extname, join, resolve } from 'node:path';
import { RuntimeError } from '#errors';
import type { BrokenDocument } from '#descriptors/broken';
import { parsePipeline, type RawPipeline } from '#descriptors/pipeline';
import { readYaml } from '#descriptors/yaml';
import { FOLDER_ENTRIES } from '#model/entry-names';
import { describeFailure } from '#model/failure';
import { DOCUMENT_NAMES, isDocument, type NamedAlgorithm, readAlgorithm } from '#local-hkube/algorithm-file';

export interface AlgorithmsOfFolder {
  readonly algorithms: readonly NamedAlgorithm[];
  readonly broken: readonly BrokenDocument[];
}

export interface StoredPipeline {
  readonly file: string;
  readonly pipeline: RawPipeline;
}

export interface PipelinesOfFolder {
  readonly pipelines: readonly StoredPipeline[];
  readonly broken: readonly BrokenDocument[];
}

/** In bytes; what is larger is data. */
const LARGEST_DOCUMENT = 4 * 2 ** 20;
const PIPELINE_KEYS = ['flowInput', 'options', 'webhooks', 'triggers', 'edges', 'experimentName', 'priority', 'kind'];
const MODULES = new Set(['.js', '.mjs', '.cjs', '.ts', '.mts', '.cts', '.py']);
/** Folders that have an entry, and are no algorithm unless a document says so. */
const NO_ALGORITHM_FOLDER = new Set(['build', 'coverage', 'dist', 'docs', 'lib', 'src', 'test', 'tests']);
/** Beside algorithms there are things that are none. */
const NO_ALGORITHM = /^[._]|^node_modules$/;
const NO_ALGORITHM_FILE = /\.(test|spec|d|config)\.\w+$|^(test|conftest|setup)\w*\.py$/;

/**
 * The algorithms of a folder: each folder in it that has an algorithm.yml or an entry (index.ts, main.py, …), each module, each
 * document. Throws `INVALID_OPTIONS` for a folder that cannot be read.
 */
export function readAlgorithms(folder: string): AlgorithmsOfFolder {
  const algorithms = new Map<string, NamedAlgorithm>();
  const broken: BrokenDocument[] = [];
  for (const path of entriesOf(folder)) {
    try {
      if (!isAlgorithm(path)) continue;
      const algorithm = readAlgorithm(path);
      refuseTwice('algorithm', algorithm.name, algorithms.get(algorithm.name)?.file);
      algorithms.set(algorithm.name, algorithm);
    } catch (error) {
      broken.push(brokenBy(error, { kind: 'algorithm', file: path, name: nameIn(path) }));
    }
  }
  return { algorithms: [...algorithms.values()], broken };
}

/** The stored pipelines of a folder: its documents that have nodes. Throws `INVALID_OPTIONS` for a folder that cannot be read. */
export function readPipelines(folder: string): PipelinesOfFolder {
  const pipelines = new Map<string, StoredPipeline>();
  const broken: BrokenDocument[] = [];
  for (const file of entriesOf(folder)) {
    if (!isDocument(file) || DOCUMENT_NAMES.includes(basename(file)) || basename(file).startsWith('.')) continue;
    let name = basename(file, extname(file));
    try {
      const stat = statSync(file);
      if (!stat.isFile() || stat.size > LARGEST_DOCUMENT) continue;
      const source = readFileSync(file, 'utf8');
      const fields = fieldsOf(readYaml(source, file));
      if (!isPipeline(fields, file)) continue;
      if (typeof fields.name === 'string') name = fields.name;
      refuseTwice('pipeline', name, pipelines.get(name)?.file);
      pipelines.set(name, { file, pipeline: parsePipeline(source, file) });
    } catch (error) {
      broken.push(brokenBy(error, { kind: 'pipeline', file, name }));
    }
  }
  return { pipelines: [...pipelines.values()], broken };
}

/** Absolute, in the order of their names. */
function entriesOf(folder: string): string[] {
  const path = resolve(folder);
  try {
    return readdirSync(path)
      .toSorted()
      .map((name) => join(path, name));
  } catch (cause) {
    const { message } = describeFailure(cause);
    throw new RuntimeError('INVALID_OPTIONS', `${path}: the folder cannot be read: ${message}. Give another folder.`, {
      cause,
      facts: { file: path },
    });
  }
}

function isAlgorithm(path: string): boolean {
  if (NO_ALGORITHM.test(basename(path))) return false;
  const stat = statSync(path);
  if (stat.isDirectory()) {
    const has = (name: string): boolean => existsSync(join(path, name));
    return DOCUMENT_NAMES.some(has) || (!NO_ALGORITHM_FOLDER.has(basename(path)) && FOLDER_ENTRIES.some(has));
  }
  if (!stat.isFile() || NO_ALGORITHM_FILE.test(basename(path))) return false;
  if (MODULES.has(extname(path))) return true;
  if (!isDocument(path)) return false;
  if (DOCUMENT_NAMES.includes(basename(path))) return true;
  if (stat.size > LARGEST_DOCUMENT) return false;
  try {
    return extname(path) !== '.json' && looksLikeAlgorithm(fieldsOf(readYaml(readFileSync(path, 'utf8'), path)));
  } catch {
    // A document that cannot be read is a pipeline's affair, or nobody's.
    return false;
  }
}

/** Other documents lie about everywhere; one that has a name and a pipeline's keys wants to be one. */
function isPipeline(fields: Readonly<Record<string, unknown>>, file: string): boolean {
  if ('nodes' in fields) return true;
  const wantsToBe = 'name' in fields && PIPELINE_KEYS.some((key) => key in fields);
  return wantsToBe && extname(file) !== '.json' && !looksLikeAlgorithm(fields);
}

const looksLikeAlgorithm = (fields: Readonly<Record<string, unknown>>): boolean =>
  !('nodes' in fields) && ['env', 'code', 'entryPoint', 'algorithmImage', 'image'].some((key) => key in fields);

/** What a broken algorithm says of itself, where that can be read; otherwise what its file is called. */
function nameIn(path: string): string {
  const document = [path, ...DOCUMENT_NAMES.map((name) => join(path, name))].find(
    (file) => isDocument(file) && isFile(file),
  );
  try {
    const { name } = document === undefined ? {} : fieldsOf(readYaml(readFileSync(document, 'utf8'), document));
    if (typeof name === 'string' && name !== '') return name;
  } catch {
    // Its file is called something.
  }
  return basename(path, extname(path));
}

/** Below a file there is none, and what cannot be looked at is none either. */
function isFile(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

function fieldsOf(document: unknown): Readonly<Record<string, unknown>> {
  return typeof document === 'object' && document !== null ? { ...document } : {};
}

function refuseTwice(kind: BrokenDocument['kind'], name: string, other: string | undefined): void {
  if (other === undefined) return;
  throw new RuntimeError(
    'INVALID_DESCRIPTOR',
    `there is ${kind} "${name}" already, in ${other}. Give it another name.`,
  );
}

function brokenBy(error: unknown, document: Omit<BrokenDocument, 'problem'>): BrokenDocument {
  const { message } = describeFailure(error);
  return { ...document, problem: message.startsWith(document.file) ? message : `${document.file}: ${message}` };
}
