// What an image of an algorithm is made of: the folder that is sent to the builder, the entry in it, its packages.

import { existsSync, realpathSync } from 'node:fs';
import { dirname, extname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { RuntimeError } from '#errors';
import { hasManifest, type NodePackages, readNodePackages, remarksOn as nodeRemarks } from '#image/node-packages';
import {
  hasRequirements,
  type PythonPackages,
  readPythonPackages,
  remarksOn as pythonRemarks,
} from '#image/python-packages';
import { packageVersion } from '#model/package-version';

/** An algorithm as it lies on the disk; all paths are absolute. */
export interface AlgorithmPlace {
  readonly name: string;
  /** The module that has `start`. */
  readonly entry: string;
  /** Its folder of code. */
  readonly code: string;
  /** The highest folder that may be sent to the builder: its packages may be listed above its code. */
  readonly top: string;
}

export interface ImageSource {
  readonly name: string;
  /** The folder that is sent to the builder. */
  readonly context: string;
  /** In the context, with slashes. */
  readonly entry: string;
  readonly packages: NodePackages | PythonPackages;
  /** The version of this package, which a project that does not list it gets. */
  readonly version: string;
  /** … from a file in the context, if there is one, in place of a registry. */
  readonly tarball: string | undefined;
  /** What somebody may expect otherwise. */
  readonly remarks: readonly string[];
}

/** Throws `INVALID_USAGE` for what cannot be put into an image as it lies there. */
export function readImageSource({ name, entry, code, top }: AlgorithmPlace): ImageSource {
  const isPython = extname(entry) === '.py';
  const context = foldersUpwards(code, top).find(isPython ? hasRequirements : hasManifest) ?? code;
  const version = packageVersion();
  const tarball = `algorithm-actor-${version}.tgz`;
  const common = {
    name,
    context,
    entry: entryIn(context, entry),
    version,
    tarball: existsSync(join(context, tarball)) ? tarball : undefined,
  };
  if (isPython) {
    const packages = readPythonPackages(context);
    return { ...common, packages, remarks: pythonRemarks(context, packages) };
  }
  const packages = readNodePackages(context);
  return { ...common, packages, remarks: nodeRemarks(context, packages) };
}

/** The first one, and those above it up to the last; where that is not above it, itself alone. */
function foldersUpwards(first: string, last: string): string[] {
  if (!isWithin(last, first)) return [first];
  const folders = [first];
  for (let folder = first; relative(folder, last) !== ''; folders.push(folder)) folder = dirname(folder);
  return folders;
}

function entryIn(context: string, entry: string): string {
  // A link that leads out of the folder leads nowhere in the image.
  if (isWithin(context, entry) && isWithin(realpathSync(context), realpathSync(entry)))
    return relative(context, entry).split(sep).join('/');
  throw new RuntimeError(
    'INVALID_USAGE',
    `${entry}: it is outside of ${context}, and nothing from there goes into an image. Give an entry, or a \`code.path\`, that holds it.`,
  );
}

function isWithin(folder: string, path: string): boolean {
  const way = relative(resolve(folder), resolve(path));
  return way !== '..' && !/^\.\.[\\/]/.test(way) && !isAbsolute(way);
}
