// What `apply` is given: a document in a file, on stdin or in a folder, flags that are laid over it, or flags alone.

import { existsSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import {
  type AlgorithmDocument,
  type AlgorithmFlags,
  checkAlgorithm,
  type FlatAlgorithm,
  flattenAlgorithm,
  parseAlgorithm,
} from '#descriptors/algorithm';
import { RuntimeError } from '#errors';
import { DOCUMENT_NAMES, isDocument } from '#local-hkube/algorithm-file';
import { readText } from '#cli/inputs';

/** An algorithm that is about to be applied. */
export interface ApplyDocument {
  /** What messages call it. */
  readonly where: string;
  readonly payload: FlatAlgorithm['payload'];
  /** A folder or an archive. */
  readonly code: string | undefined;
}

export interface ApplySource {
  /** A name, or the document, or its folder. */
  readonly given: string | undefined;
  readonly file: string | undefined;
  readonly flags: AlgorithmFlags;
}

/** Throws `INVALID_USAGE`, and `INVALID_DESCRIPTOR` with every problem of the document. */
export async function readApplyDocument({ given, file, flags }: ApplySource): Promise<ApplyDocument> {
  const own = file === undefined ? documentOf(given, flags) : isFolder(file) ? documentAt(file) : file;
  const name = given !== undefined && !isPath(given) ? given : undefined;
  const all = { ...flags, ...(name !== undefined && { name }) };
  if (own === undefined) return flat(checkAlgorithm({}, COMMAND_LINE, all), { where: COMMAND_LINE, folder: '.' });
  // An image on the command line stands in place of the code that the document names, which would be built again.
  const isImage = flags.image !== undefined && flags.codePath === undefined;
  if (own === '-')
    return flat(parseAlgorithm(await text(process.stdin), 'stdin', all), { where: 'stdin', folder: '.', isImage });
  return flat(parseAlgorithm(readText(own), own, all), { where: own, folder: dirname(own), isImage });
}

const COMMAND_LINE = 'the command line';

interface Origin {
  readonly where: string;
  readonly folder: string;
  readonly isImage?: boolean;
}

function flat(document: AlgorithmDocument, { where, folder, isImage = false }: Origin): ApplyDocument {
  const { payload, codePath } = flattenAlgorithm(document);
  return { where, payload, code: codePath === undefined || isImage ? undefined : placeOf(codePath, folder) };
}

function placeOf(path: string, folder: string): string {
  if (path === '~' || path.startsWith('~/')) return join(homedir(), path.slice(1));
  return resolve(folder, path);
}

/** A name has no slash, and is no document that is there. */
const isPath = (given: string): boolean =>
  /[\\/]/.test(given) || given === '.' || given === '..' || (isDocument(given) && existsSync(given));

function documentOf(given: string | undefined, flags: AlgorithmFlags): string | undefined {
  if (given !== undefined && isPath(given)) return documentAt(given);
  const here = documentIn('.');
  const isTold = Object.values(flags).some((flag) => flag !== undefined);
  // A name with flags is an algorithm that is stored, or is to be: HKube’s own command line takes it so.
  if (given !== undefined && isTold) return undefined;
  if (here !== undefined) return here;
  const beside = given === undefined ? undefined : documentIn(given);
  const remedy = beside === undefined ? HOW : `Did you mean the folder? algorithm-actor apply ./${String(given)}`;
  throw new RuntimeError(
    'INVALID_USAGE',
    `apply: no ${DOCUMENT_NAMES[0]} is here, and nothing says what to apply. ${remedy}`,
  );
}

const HOW = `Give a document, -f algorithm.yml or its folder; or name and code:
  algorithm-actor apply count-words --env nodejs --code-path ./src --entry-point index.js
A document says the same:
  name: count-words
  env: nodejs        # or python
  code: { path: src, entryPoint: index.js }`;

const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;

function documentAt(path: string): string {
  if (!existsSync(path)) throw new RuntimeError('INVALID_USAGE', `${path}: no such file or folder.`);
  if (!isFolder(path)) return path;
  const found = documentIn(path);
  if (found !== undefined) return found;
  const example = `algorithm-actor apply count-words --env nodejs --code-path ${path} --entry-point index.js`;
  throw new RuntimeError(
    'INVALID_USAGE',
    `${path}: no ${DOCUMENT_NAMES[0]} is in it. Write one, or say it by flags: ${example}`,
  );
}

const documentIn = (folder: string): string | undefined =>
  DOCUMENT_NAMES.map((name) => (folder === '.' ? name : join(folder, name))).find((file) => existsSync(file));
