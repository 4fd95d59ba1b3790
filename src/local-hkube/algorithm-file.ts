// An algorithm as its author has it on the disk, made into what local HKube serves: a module, a folder, or an `algorithm.yml`.

import { existsSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, extname, join, resolve } from 'node:path';
import { type AlgorithmDocument, LocalAlgorithmName, parseAlgorithm } from '#descriptors/algorithm';
import { isFields } from '#descriptors/document';
import { localWarnings } from '#descriptors/local-algorithm';
import { invalidDescriptor } from '#descriptors/yaml';
import { namesOfEntry } from '#model/entry-names';
import type { LocalAlgorithmOptions } from '#local-hkube/options';

/** An algorithm, ready to be one of `options.algorithms`. */
export interface NamedAlgorithm {
  readonly name: string;
  /** The file that says so. */
  readonly file: string;
  readonly options: LocalAlgorithmOptions;
  /** What of its document does not count here. */
  readonly warnings: readonly string[];
}

export const DOCUMENT_NAMES = ['algorithm.yml', 'algorithm.yaml', 'algorithm.json'];

/**
 * Reads an algorithm: a document (`algorithm.yml`), a folder that has one, a folder that holds an entry, or an entry. Throws
 * `INVALID_DESCRIPTOR`, naming the file.
 */
export function readAlgorithm(given: string): NamedAlgorithm {
  const path = resolve(given);
  if (!existsSync(path))
    throw invalidDescriptor(path, [
      'no such file; give an algorithm.yml, a module that has `start`, or the folder of one',
    ]);
  if (!statSync(path).isDirectory()) return isDocument(path) ? readDocument(path) : ofEntry(path);
  const document = DOCUMENT_NAMES.map((name) => join(path, name)).find((file) => existsSync(file));
  return document === undefined ? ofEntry(path) : readDocument(document);
}

export const isDocument = (file: string): boolean => ['.yml', '.yaml', '.json'].includes(extname(file));

/** A module, or a folder, is called what its file is called. */
function ofEntry(path: string): NamedAlgorithm {
  const named = basename(path, statSync(path).isDirectory() ? '' : extname(path));
  const name = LocalAlgorithmName.safeParse(named);
  if (name.success) return { name: named, file: path, options: { entry: path }, warnings: [] };
  const problem = name.error.issues.map(({ message }) => message).join('; ');
  throw invalidDescriptor(path, [`"${named}": ${problem}. Rename it, or write an algorithm.yml with another name`]);
}

function readDocument(file: string): NamedAlgorithm {
  // A pipe of this name would be waited for.
  if (!statSync(file).isFile()) throw invalidDescriptor(file, ['it is no file']);
  const document = parseAlgorithm(readFileSync(file, 'utf8'), file);
  const { minHotWorkers, maxWorkers } = document;
  const { env, warnings } = environmentOf(document);
  return {
    name: document.name,
    file,
    options: {
      entry: entryOf(document, file),
      env,
      ...(minHotWorkers && { minHotWorkers }),
      ...(maxWorkers && { workers: maxWorkers }),
    },
    warnings: [...localWarnings(document), ...warnings].map((warning) => `${file}: ${warning}`),
  };
}

/** Code beside the document, or where `code.path` says; its entry by name, or what its folder holds. */
function entryOf({ name, env, code, entryPoint, algorithmImage, image }: AlgorithmDocument, file: string): string {
  if (!code && !entryPoint && (algorithmImage ?? image))
    throw invalidDescriptor(file, [`algorithm "${name}" is an image, and images run in a cluster only: add code.path`]);
  const folder = resolve(dirname(file), code?.path ?? '.');
  if (!existsSync(folder)) throw invalidDescriptor(file, [`code.path: ${folder}: no such folder`]);
  if (!statSync(folder).isDirectory())
    throw invalidDescriptor(file, [`code.path: ${folder} is no folder: give the one that it was packed from`]);
  const entry = code?.entryPoint ?? entryPoint;
  if (!entry) return folder;
  const path = resolve(folder, entry);
  const found = namesOfEntry(path, env).find((one) => existsSync(one));
  if (found !== undefined) return found;
  throw invalidDescriptor(file, [`code.entryPoint: ${path}: no such file`]);
}

/** What of an algorithm's environment can be set here. */
export function environmentOf({ algorithmEnv }: Pick<AlgorithmDocument, 'algorithmEnv'>): {
  env: Record<string, string>;
  warnings: string[];
} {
  const env: Record<string, string> = {};
  const warnings: string[] = [];
  for (const [key, value] of Object.entries(algorithmEnv ?? {})) {
    if (isScalar(value)) env[key] = String(value);
    else if (isFields(value)) warnings.push(`algorithmEnv.${key} is looked up in a cluster; it is not set here`);
    else warnings.push(`algorithmEnv.${key} is no text, number or flag; it is not set here`);
  }
  return { env, warnings };
}

const isScalar = (value: unknown): value is string | number | boolean =>
  ['string', 'number', 'boolean'].includes(typeof value);
