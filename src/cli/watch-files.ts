// Tells when an author has changed an algorithm: once for a burst of changes, and not for what tools leave behind.

import { basename, dirname, extname, relative, resolve, sep } from 'node:path';
import { statSync } from 'node:fs';
import { say } from '#cli/print';
import { describeFailure } from '#model/failure';

/** What lies beside code and is none. */
const IGNORED = new Set(['node_modules', '__pycache__', 'dist', 'coverage', 'venv', 'env']);
/** What an algorithm is made of; what it reads and writes is its own affair, else it would start itself again and again. */
const CODE = new Set(['.ts', '.tsx', '.mts', '.cts', '.js', '.mjs', '.cjs', '.py', '.yml', '.yaml', '.env']);
const SETTLE_MS = 80;

export interface Watching {
  close(): Promise<void>;
}

export interface WatchOptions {
  /** Files or folders: a file's folder is watched with it. */
  readonly paths: readonly string[];
  /** Nothing in there counts. */
  readonly except: string;
  /** Hears the path that changed last. */
  readonly onChange: (path: string) => void;
}

export async function watchFiles({ paths, except, onChange }: WatchOptions): Promise<Watching> {
  const folders = [...new Set(paths.map((path) => (statSync(path).isDirectory() ? path : dirname(path))))];
  const closed = resolve(except);
  const { watch } = await import('chokidar');
  const watcher = watch(folders, {
    ignoreInitial: true,
    // A link may lead back to where it lies.
    followSymlinks: false,
    ignored: (path, stats) => {
      if (path === closed || path.startsWith(closed + sep)) return true;
      const inside = folders.map((folder) => relative(folder, path)).find((one) => !one.startsWith('..')) ?? '';
      if (inside.split(sep).some((part) => IGNORED.has(part) || (part.startsWith('.') && part !== '.env'))) return true;
      return stats?.isFile() === true && !CODE.has(extname(path) || basename(path));
    },
  });
  // A folder that cannot be read has no code of ours.
  watcher.on('error', (error) => say(`dev: not all files can be watched: ${describeFailure(error).message}`));
  let timer: NodeJS.Timeout | undefined;
  watcher.on('all', (_, path) => {
    clearTimeout(timer);
    timer = setTimeout(onChange, SETTLE_MS, path);
  });
  await new Promise<void>((ready) => watcher.once('ready', ready));
  return {
    close: async () => {
      clearTimeout(timer);
      await watcher.close();
    },
  };
}
