// The entry of an algorithm in the folder of its code: what `entryPoint` means there, or HKube's default for its language.

import { existsSync, readdirSync, statSync } from 'node:fs';
import { extname, isAbsolute, join, relative, resolve } from 'node:path';
import type { RuntimeError } from '#errors';
import { problem } from '#builds/problem';
import { defaultEntries, type Language, namesOfEntry } from '#model/entry-names';

export interface EntryOptions {
  readonly env: Language;
  readonly entryPoint?: string | null | undefined;
}

const MOST_SHOWN = 10;
const python = '.py';

/** The file. Throws `BUILD_FAILED`, naming what there is. */
export function entryIn(folder: string, { env, entryPoint }: EntryOptions): string {
  const asked = resolve(folder, entryPoint ?? '.');
  if (leaves(folder, asked))
    throw problem(`entryPoint: ${entryPoint ?? ''} leads out of the code. Give a path in its folder.`);
  const names = asked === resolve(folder) ? [] : namesOfEntry(asked, env);
  const found = [...names, ...defaultEntries(env).map((name) => join(asked, name))].find(isFile);
  if (found === undefined) throw nothingFound(folder, { env, entryPoint });
  if ((extname(found) === python) !== (env === 'python'))
    throw problem(
      `entryPoint: ${relative(folder, found)} is not ${env === 'python' ? 'Python' : 'JavaScript or TypeScript'}, and env is ${env}. Set the env of its language.`,
    );
  return found;
}

/** Whether a path leads out of a folder. */
export function leaves(folder: string, path: string): boolean {
  const way = relative(resolve(folder), path);
  return way.split(/[\\/]/)[0] === '..' || isAbsolute(way);
}

const isFile = (path: string): boolean => existsSync(path) && statSync(path).isFile();

function nothingFound(folder: string, { env, entryPoint }: EntryOptions): RuntimeError {
  const wanted = entryPoint ? `entryPoint: ${entryPoint}: no such file` : `no ${defaultEntries(env).join(', ')}`;
  const entries = readdirSync(folder, { withFileTypes: true }).filter(({ name }) => name !== 'node_modules');
  const shown = entries.slice(0, MOST_SHOWN).map((one) => (one.isDirectory() ? `${one.name}/` : one.name));
  const more = entries.length > MOST_SHOWN ? `, and ${entries.length - MOST_SHOWN} more` : '';
  return problem(
    `${wanted} in the code, which has ${shown.join(', ')}${more}. ${remedy(entries[0], entries.length === 1, entryPoint)}`,
  );
}

/** The archive's root is the code's: a folder around it belongs to the path. */
function remedy(
  first: { name: string; isDirectory(): boolean } | undefined,
  isAlone: boolean,
  entryPoint: string | null | undefined,
): string {
  if (isAlone && first?.isDirectory() === true)
    return `All of it lies in a folder: pack what is inside, or set entryPoint to ${first.name}/${entryPoint ?? '…'}.`;
  return 'Set entryPoint to the file that has `start`.';
}
