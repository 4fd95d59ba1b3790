// Tells when an author has changed an algorithm: once for a burst of changes, and not for what tools leave behind.

import { dirname, relative, sep } from 'node:path';
import { statSync } from 'node:fs';

/** What lies beside code and is none. */
const IGNORED = new Set(['node_modules', '__pycache__', 'dist', 'coverage', 'venv', 'env']);
const SETTLE_MS = 80;

export interface Watching {
  close(): Promise<void>;
}

/** Watches the folder of an entry, or the entry if it is one. `onChange` hears the path that changed last. */
export async function watchFiles(entry: string, onChange: (path: string) => void): Promise<Watching> {
  const folder = statSync(entry).isDirectory() ? entry : dirname(entry);
  const { watch } = await import('chokidar');
  const watcher = watch(folder, {
    ignoreInitial: true,
    ignored: (path) =>
      relative(folder, path)
        .split(sep)
        .some((part) => IGNORED.has(part) || (part.startsWith('.') && part.length > 2)),
  });
  let timer: NodeJS.Timeout | undefined;
  watcher.on('all', (_, path) => {
    clearTimeout(timer);
    timer = setTimeout(onChange, SETTLE_MS, relative(folder, path));
  });
  await new Promise<void>((resolve) => watcher.once('ready', resolve));
  return {
    close: async () => {
      clearTimeout(timer);
      await watcher.close();
    },
  };
}
