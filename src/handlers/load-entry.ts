// An entry is a module that exports handlers: an ES module, CommonJS, or TypeScript. Loaded here, with words for what can be
// wrong with one.

import { extname } from 'node:path';
import { pathToFileURL } from 'node:url';
import { RuntimeError } from '#errors';
import { type CheckedHandlers, checkHandlers } from '#handlers/algorithm-handlers';
import { findEntry } from '#handlers/place';
import { describeFailure } from '#model/failure';

const typeScript = new Set(['.ts', '.mts', '.cts', '.tsx']);

/** Loads and checks an entry. Throws `INVALID_ENTRY` or `INVALID_HANDLERS`, naming the file, and the line where it is known. */
export async function loadEntry(entry: string): Promise<CheckedHandlers> {
  const file = findEntry(entry);
  // tsx takes long to load, so only TypeScript pays for it.
  if (typeScript.has(extname(file))) await registerTypeScript();
  const exports = await importEntry(file);
  return checkHandlers(exports, file);
}

async function registerTypeScript(): Promise<void> {
  const [esm, cjs] = await Promise.all([import('tsx/esm/api'), import('tsx/cjs/api')]);
  cjs.register();
  esm.register();
}

async function importEntry(file: string): Promise<unknown> {
  let module: unknown;
  try {
    module = await import(pathToFileURL(file).href);
  } catch (cause) {
    const { message, details } = describeFailure(cause);
    const place = cause instanceof SyntaxError ? await placeOfSyntaxError(file) : file;
    throw new RuntimeError('INVALID_ENTRY', `${place}: the module could not be loaded: ${message}\n${details}`, {
      cause,
      facts: { file },
    });
  }
  return unwrapDefault(module);
}

/** `file:line`. A syntax error does not know where it is; Node says it when it checks a file, and runs nothing. */
async function placeOfSyntaxError(file: string): Promise<string> {
  const { spawnSync } = await import('node:child_process');
  const { stderr } = spawnSync(process.execPath, ['--check', file], { encoding: 'utf8' });
  const [first = ''] = stderr.split('\n');
  const line = /:(\d+)$/.exec(first)?.[1];
  return line === undefined ? file : `${file}:${line}`;
}

/** CommonJS arrives under `default`; an ES module may export its handlers there too. Named exports win. */
function unwrapDefault(module: unknown): unknown {
  if (typeof module !== 'object' || module === null || 'start' in module || !('default' in module)) return module;
  const { default: inner } = module;
  if (typeof inner === 'object' && inner !== null && !('start' in inner) && 'default' in inner) return inner.default;
  return inner;
}
