// Which Python runs an entry: the one that was asked for, the virtual environment of the algorithm, or the system's.

import { existsSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';

const names = ['.venv', 'venv', 'env'];
const inside = process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python';

/**
 * The interpreter: `asked`, a program or the folder of a virtual environment; else an environment in the entry's folder or above it,
 * up to the one with its requirements.txt; else `VIRTUAL_ENV`; else python3.
 */
export function findPython(entry: string, asked: string | undefined, env: NodeJS.ProcessEnv): string {
  if (asked !== undefined) return isFolder(asked) ? join(asked, inside) : asked;
  for (const folder of foldersOf(entry)) {
    const found = names.map((name) => join(folder, name, inside)).find((file) => existsSync(file));
    if (found !== undefined) return found;
  }
  return env.VIRTUAL_ENV ? join(env.VIRTUAL_ENV, inside) : 'python3';
}

const isFolder = (path: string): boolean => existsSync(path) && statSync(path).isDirectory();

/** The entry's folder, and those above it up to the one that says what the algorithm requires. */
function foldersOf(entry: string): string[] {
  const folders: string[] = [];
  for (let folder = dirname(entry); !folders.includes(folder); folder = dirname(folder)) {
    folders.push(folder);
    if (existsSync(join(folder, 'requirements.txt'))) return folders;
  }
  return folders.slice(0, 1);
}
