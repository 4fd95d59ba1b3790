// Where handlers run, from what an author asked for: an entry tells its language, the language what is possible.

import { existsSync, statSync } from 'node:fs';
import { extname, join, resolve } from 'node:path';
import { RuntimeError } from '#errors';
import { FOLDER_ENTRIES } from '#model/entry-names';

export const isolations = ['inline', 'thread', 'process'] as const;
export type Isolation = (typeof isolations)[number];

export type HandlerPlace =
  | { readonly kind: 'inline' }
  | { readonly kind: 'thread'; readonly entry: string }
  | { readonly kind: 'process'; readonly entry: string }
  /** `python` is what the author said, if anything. */
  | { readonly kind: 'python'; readonly entry: string; readonly python: string | undefined };

interface Asked {
  readonly isolation?: Isolation | undefined;
  readonly entry?: string | undefined;
  readonly python?: string | undefined;
}

const java = new Set(['.java', '.jar', '.class']);

const wrong = (message: string): RuntimeError => new RuntimeError('INVALID_OPTIONS', message);

/** Throws `INVALID_OPTIONS`, `INVALID_ENTRY` or `UNSUPPORTED`, with words. */
export function placeOf({ isolation, entry, python }: Asked): HandlerPlace {
  if (entry === undefined) {
    if (isolation === undefined || isolation === 'inline') return { kind: 'inline' };
    throw wrong(
      `options.isolation: functions cannot move to a ${isolation}. Give options.entry, the module that exports them, in their place.`,
    );
  }
  const file = findEntry(entry);
  const language = extname(file);
  if (java.has(language)) {
    throw new RuntimeError('UNSUPPORTED', `${file}: Java cannot run here yet. Use nodejs or python.`, {
      facts: { file },
    });
  }
  if (language === '.py') {
    if (isolation === undefined || isolation === 'process') return { kind: 'python', entry: file, python };
    throw wrong(
      `options.isolation: Python runs in a process, not ${isolation === 'thread' ? 'in a thread' : 'inline'}.`,
    );
  }
  if (python !== undefined) throw wrong(`options.python: ${file} is not Python.`);
  if (isolation === 'inline') {
    throw wrong('options.isolation: inline handlers are functions. Import the module, and give what it exports.');
  }
  return { kind: isolation ?? 'thread', entry: file };
}

/** The file that an entry means: itself, or what its folder holds. Throws `INVALID_ENTRY`. */
export function findEntry(entry: string): string {
  const path = resolve(entry);
  if (!existsSync(path)) {
    throw new RuntimeError(
      'INVALID_ENTRY',
      `${path}: no such file. Give the path of the module that has \`start\`: JavaScript, TypeScript or Python.`,
      { facts: { file: path } },
    );
  }
  if (!statSync(path).isDirectory()) return path;
  const found = FOLDER_ENTRIES.map((name) => join(path, name)).find((file) => existsSync(file));
  if (found !== undefined) return found;
  throw new RuntimeError(
    'INVALID_ENTRY',
    `${path}: this folder has none of ${FOLDER_ENTRIES.join(', ')}. Give the path of the module that has \`start\`.`,
    { facts: { file: path } },
  );
}
