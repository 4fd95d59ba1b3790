// What isolates are made of: the module that a thread runs, the command that starts a process. In an installed copy they stand
// beside this file's bundle; from source they are the TypeScript files themselves, loaded by tsx.

import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { ProcessProgram } from '#handlers/process-channel';
import type { ThreadProgram } from '#handlers/thread-channel';

const isSource = import.meta.url.endsWith('.ts');
const condition = '--conditions=algorithm-actor-source';

export function threadProgram(): ThreadProgram {
  if (!isSource) return { program: new URL('./handler-thread.js', import.meta.url), execArgv: process.execArgv };
  const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx/package.json'));
  const urlOf = (module: string): string => JSON.stringify(new URL(module, tsx).href);
  const program = JSON.stringify(new URL('./handler-thread.ts', import.meta.url).href);
  return {
    program: `Promise.all([import(${urlOf('dist/cjs/api/index.mjs')}), import(${urlOf('dist/esm/api/index.mjs')})])
      .then(([cjs, esm]) => { cjs.register(); esm.register(); return import(${program}); });`,
    execArgv: [condition],
  };
}

export function nodeCommand(): ProcessProgram['command'] {
  if (!isSource) return [process.execPath, fileURLToPath(new URL('./handler-process.js', import.meta.url))];
  const program = fileURLToPath(new URL('./handler-process.ts', import.meta.url));
  // Wherever the process is to be.
  const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
  return [process.execPath, '--import', tsx, condition, program];
}

/** `python` is the interpreter. Without buffering, because what is printed belongs to its moment. */
export function pythonCommand(python: string): ProcessProgram['command'] {
  const folder = isSource ? '../handlers/python' : './python';
  return [python, '-u', '-X', 'utf8', fileURLToPath(new URL(folder, import.meta.url))];
}
