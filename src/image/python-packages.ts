// The packages of a Python algorithm: what its requirements.txt asks for, and what pip needs for it in an image.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface PythonPackages {
  readonly kind: 'python';
  readonly hasRequirements: boolean;
  /** Whether pip needs more than requirements.txt: other lists, or packages that lie in the folder. */
  readonly needsCode: boolean;
  /** Environments that lie in the folder: they are of this machine. */
  readonly environments: readonly string[];
}

const REQUIREMENTS = 'requirements.txt';
/** `-r more.txt`, `-c`, `-e .`, `--find-links`, `./wheels/a.whl`, `name @ file:…`. */
const NEEDS_CODE =
  /^\s*(?:-[rcef]|--(?:requirement|constraint|editable|find-links)\b|\.{0,2}\/|\.(?:\[|\s|$)|[^#]*file:|[^#\s]+\.(?:whl|zip|tar\.gz)\b)/m;

export const hasRequirements = (folder: string): boolean => existsSync(join(folder, REQUIREMENTS));

export function readPythonPackages(folder: string): PythonPackages {
  const isThere = hasRequirements(folder);
  return {
    kind: 'python',
    hasRequirements: isThere,
    needsCode: isThere && NEEDS_CODE.test(readFileSync(join(folder, REQUIREMENTS), 'utf8')),
    environments: readdirSync(folder).filter((name) => existsSync(join(folder, name, 'pyvenv.cfg'))),
  };
}

/** What pip will not do as somebody may expect it to. */
export function remarksOn(folder: string, { hasRequirements: isThere }: PythonPackages): string[] {
  const other = ['pyproject.toml', 'setup.py', 'Pipfile', 'environment.yml'].find((name) =>
    existsSync(join(folder, name)),
  );
  if (isThere || !other) return [];
  return [`${other} is not read: there is no requirements.txt, so no packages are installed`];
}
