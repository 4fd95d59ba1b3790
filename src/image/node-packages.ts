// The packages of a nodejs algorithm: what its package.json asks for, and how npm has to be called for it in an image.

import { existsSync, readFileSync } from 'node:fs';
import { isAbsolute, join, relative, resolve } from 'node:path';
import * as z from 'zod/mini';
import { RuntimeError } from '#errors';
import { describeFailure } from '#model/failure';
import { explainIssues } from '#model/issues';

export interface NodePackages {
  readonly kind: 'nodejs';
  /** Whether there is a package.json. */
  readonly hasManifest: boolean;
  /** What says which versions are installed. */
  readonly lock: 'package-lock.json' | 'npm-shrinkwrap.json' | undefined;
  /** Whether this package is one of those that are installed. */
  readonly hasRuntime: boolean;
  /** Whether npm needs more than package.json: it has scripts that run when it is installed, or packages that lie in the folder. */
  readonly needsCode: boolean;
  /** Whether there is an .npmrc: it may hold a token, so it is lent to the build and never copied. */
  readonly hasSettings: boolean;
}

const MANIFEST = 'package.json';
const LOCKS = ['npm-shrinkwrap.json', 'package-lock.json'] as const;
const OTHER_LOCKS = ['pnpm-lock.yaml', 'yarn.lock', 'bun.lock', 'bun.lockb'];
/** What npm runs of the package that it is called in. */
const INSTALL_SCRIPTS = ['preinstall', 'install', 'postinstall', 'prepublish', 'preprepare', 'prepare', 'postprepare'];
const LOCAL = /^(?:file:|link:|\.{0,2}\/|~\/)/;

const texts = z.optional(z.record(z.string(), z.string('expected a text'), 'expected an object'));
const Manifest = z.looseObject(
  {
    dependencies: texts,
    optionalDependencies: texts,
    devDependencies: texts,
    scripts: texts,
    workspaces: z.optional(z.unknown()),
  },
  'expected an object',
);
type Manifest = z.output<typeof Manifest>;

export const hasManifest = (folder: string): boolean => existsSync(join(folder, MANIFEST));

/** Throws `INVALID_USAGE` for a package.json that cannot be read, and for packages that no image of this folder can have. */
export function readNodePackages(folder: string): NodePackages {
  const has = (name: string): boolean => existsSync(join(folder, name));
  if (!has(MANIFEST))
    return {
      kind: 'nodejs',
      hasManifest: false,
      lock: undefined,
      hasRuntime: false,
      needsCode: false,
      hasSettings: has('.npmrc'),
    };
  const manifest = readManifest(join(folder, MANIFEST));
  const own = { ...manifest.optionalDependencies, ...manifest.dependencies };
  refuseOutside(folder, own);
  return {
    kind: 'nodejs',
    hasManifest: true,
    lock: LOCKS.find(has),
    hasRuntime: 'algorithm-actor' in own,
    needsCode:
      INSTALL_SCRIPTS.some((name) => manifest.scripts?.[name] !== undefined) ||
      manifest.workspaces !== undefined ||
      Object.values({ ...manifest.devDependencies, ...own }).some((spec) => LOCAL.test(spec)),
    hasSettings: has('.npmrc'),
  };
}

/** What npm will not do as somebody may expect it to. */
export function remarksOn(folder: string, { hasManifest: isThere, lock }: NodePackages): string[] {
  const other = OTHER_LOCKS.find((name) => existsSync(join(folder, name)));
  if (!isThere || lock || !other) return [];
  return [
    `${other} is not read: npm installs the newest versions that package.json allows. \`npm install\` writes a lock`,
  ];
}

function readManifest(file: string): Manifest {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    throw new RuntimeError('INVALID_USAGE', `${file}: cannot be read: ${describeFailure(cause).message}.`, { cause });
  }
  const parsed = Manifest.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new RuntimeError('INVALID_USAGE', `${file}: ${explainIssues(parsed.error.issues)}.`);
}

function refuseOutside(folder: string, dependencies: Readonly<Record<string, string>>): void {
  for (const [name, spec] of Object.entries(dependencies)) {
    if (!LOCAL.test(spec)) continue;
    const path = spec.replace(/^(?:file|link):(?:\/\/(?=\/))?/, '');
    const inside = relative(folder, resolve(folder, path));
    if (!path.startsWith('~') && inside !== '..' && !/^\.\.[\\/]/.test(inside) && !isAbsolute(inside)) continue;
    throw new RuntimeError(
      'INVALID_USAGE',
      `${join(folder, MANIFEST)}: ${name} is "${spec}", outside of ${folder}, and nothing from there goes into an image. ` +
        'Pack it (`npm pack`) into this folder, and install that file.',
    );
  }
}
