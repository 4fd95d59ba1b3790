// What each step of a build does; the chart says when. A step that comes to nothing throws, with words.

import { basename } from 'node:path';
import type { BuildDocument } from '#builds/build';
import type { BuildLog } from '#builds/build-log';
import { entryIn } from '#builds/entry';
import { clone } from '#builds/git';
import { type BuildCommands, environmentIn, install } from '#builds/install';
import { problem } from '#builds/problem';
import { archiveFile, type BuildRecord } from '#builds/shelf';
import { contentHash } from '#archive/content-hash';
import { unpack } from '#archive/unpack';
import type { BuildStep } from '#machines/build.machine';

/** How an entry is looked at. */
export interface CheckOrder {
  readonly env: 'nodejs' | 'python';
  /** The folder of the code. */
  readonly cwd: string;
  /** What its process has to find in its environment. */
  readonly variables: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  /** Hears what the entry writes while it is loaded. */
  readonly onLine: (line: string) => void;
}

/** Loads an entry as it is loaded to be run; what is wrong with it is one sentence. */
export type CheckEntry = (entry: string, order: CheckOrder) => Promise<{ readonly problem: string } | null>;

export interface StepOptions {
  readonly record: BuildRecord;
  /** The folder that the code is put into. */
  readonly code: string;
  /** Of this build, by the name of a file. */
  readonly place: (file: string) => string;
  readonly commands: BuildCommands;
  readonly check: CheckEntry;
  readonly log: BuildLog;
  readonly signal: AbortSignal;
}

export type Steps = Readonly<Record<Exclude<BuildStep, 'publish'>, () => Promise<void>>>;

export function createSteps(options: StepOptions): Steps {
  const { record, code, commands, log, signal } = options;
  const { env, algorithm, dependencyInstallCmd } = record.build;
  return {
    fetch: () => fetchCode(options),
    install: () => install({ code, env, dependencyInstallCmd, commands, signal, onLine: log.add }),
    check: () => checkEntry(entryIn(code, { env, entryPoint: algorithm.entryPoint }), options),
  };
}

async function fetchCode({ record, code, place, commands, log, signal }: StepOptions): Promise<void> {
  const { source, build } = record;
  // What is stored is not lost: somebody may send it to a cluster.
  if (build.env === 'java')
    throw problem('java is stored, and cannot be built here yet. Apply it to a cluster, or use nodejs or python.');
  if (source.kind === 'archive') {
    const { files, bytes } = await unpack(place(archiveFile(source.fileExt)), code, { signal });
    log.add(`Unpacked ${basename(source.originalName ?? archiveFile(source.fileExt))}: ${countOf(files, bytes)}.`);
    return;
  }
  const { gitRepository } = build.algorithm;
  if (!gitRepository) throw problem('there is no gitRepository to clone. Add one, or send code.');
  log.add(`Cloning ${gitRepository.url}, ${revisionOf(build)}.`);
  await clone(gitRepository, code, { git: commands.git, signal, onLine: log.add });
  // By the rules of archives: no link leads out of it, and there is not too much.
  await contentHash(code, { signal });
  log.add('Cloned.');
}

const countOf = (files: number, bytes: number): string => `${files} ${files === 1 ? 'file' : 'files'}, ${bytes} bytes`;

function revisionOf({ algorithm: { gitRepository } }: BuildDocument): string {
  const { commit, tag, branchName } = gitRepository ?? {};
  if (commit) return `commit ${commit.id}`;
  return tag === undefined ? `branch ${branchName ?? 'master'}` : `tag ${tag}`;
}

async function checkEntry(entry: string, { record, code, check, log, signal }: StepOptions): Promise<void> {
  const { env } = record.build;
  if (env === 'java') return;
  const found = await check(entry, { env, cwd: code, variables: environmentIn(code), signal, onLine: log.add });
  if (found) throw problem(found.problem);
  log.add('The entry loads, and has `start`.');
}
