// Makes a folder from a template. Each template is a project that runs as it lies there; only its name is not its own. It is
// whole or not there at all: it is written beside, and renamed when it is complete.

import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { RuntimeError } from '#errors';
import { describeFailure } from '#model/failure';
import { packageVersion } from '#model/package-version';

export type Template = 'typescript' | 'javascript' | 'python';

export interface ProjectOrder {
  /** Of the algorithm, and of its folder. */
  readonly name: string;
  readonly template: Template;
  /** Where the folder is made. */
  readonly dir: string;
}

export interface WrittenProject {
  /** Absolute. */
  readonly folder: string;
  /** As paths in the folder. */
  readonly files: readonly string[];
}

const templates = fileURLToPath(new URL('./templates', import.meta.url));
/** What the name is in a template: one that HKube would take, too. */
const NAME = 'algorithm-name';
const VERSION = 'algorithm-actor-version';

/** Throws `INVALID_USAGE` where something is in the way, and leaves nothing behind then. */
export function writeProject({ name, template, dir }: ProjectOrder): WrittenProject {
  const folder = resolve(dir, name);
  // The name last: it may be anything.
  const values = { [VERSION]: packageVersion(), [NAME]: name };
  let made: string | undefined;
  try {
    refuseTaken(folder);
    made = mkdirSync(dirname(folder), { recursive: true });
    return { folder, files: writeBeside(folder, filesOf(join(templates, template), values)) };
  } catch (cause) {
    if (made !== undefined) rmSync(made, { recursive: true, force: true });
    if (cause instanceof RuntimeError) throw cause;
    const { message } = describeFailure(cause);
    throw new RuntimeError('INVALID_USAGE', `${folder}: cannot be written: ${message}. Give another --dir.`, { cause });
  }
}

/** An empty folder is nobody's. */
function refuseTaken(folder: string): void {
  const found = statSync(folder, { throwIfNoEntry: false });
  if (!found) return;
  const [first] = found.isDirectory() ? readdirSync(folder) : ['it is a file'];
  if (first === undefined) return;
  throw new RuntimeError(
    'INVALID_USAGE',
    `${folder} is there already, and not empty (${first}). Give another name, or another --dir.`,
  );
}

function filesOf(template: string, values: Readonly<Record<string, string>>): Map<string, string> {
  const files = new Map<string, string>();
  for (const entry of readdirSync(template, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    let content = readFileSync(path, 'utf8');
    for (const [placeholder, value] of Object.entries(values)) content = content.replaceAll(placeholder, value);
    files.set(realName(relative(template, path)), content);
  }
  return new Map([...files].toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** `package.template.json`, `.gitignore.template`: npm, git and compilers would obey these where they lie. */
const realName = (path: string): string => path.replace('.template', '').replaceAll('\\', '/');

function writeBeside(folder: string, files: ReadonlyMap<string, string>): string[] {
  const beside = mkdtempSync(join(dirname(folder), '.new-'));
  try {
    // Inside, because a folder that is temporary is for its owner's eyes only.
    const whole = join(beside, 'whole');
    for (const [path, content] of files) {
      mkdirSync(dirname(join(whole, path)), { recursive: true });
      writeFileSync(join(whole, path), content);
    }
    // Not every system renames onto an empty folder. Fails where something has come into it meanwhile.
    if (existsSync(folder)) rmdirSync(folder);
    renameSync(whole, folder);
  } finally {
    rmSync(beside, { recursive: true, force: true });
  }
  return [...files.keys()];
}
