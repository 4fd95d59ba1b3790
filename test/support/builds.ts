// A builder in a folder of its own, and code to give to it: real archives, real npm, and the entry checked as the command line checks it.

import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import type { BuildDocument } from '#builds/build';
import { type Builder, type BuilderOptions, createBuilder } from '#builds/builder';
import type { BuildOrder } from '#builds/order';
import { checkBuilt } from '#cli/check-entry';
import { checkStoredAlgorithm, type StoredAlgorithm } from '#descriptors/stored-algorithm';
import { pack } from '#archive/pack';
import { temporaryFolder, writeFile } from '#test/support/temporary';

export const START = 'export const start = ({ input }) => input;';

export interface StartedBuilder {
  readonly builder: Builder;
  /** Of all builds. */
  readonly folder: string;
  /** What was published. */
  readonly built: BuildDocument[];
  readonly warnings: string[];
  /** Begins a build of these files. */
  begin(files: Files, algorithm?: Partial<StoredAlgorithm>): Promise<BuildDocument>;
  /** … and waits for its end. */
  build(files: Files, algorithm?: Partial<StoredAlgorithm>): Promise<BuildDocument>;
}

type Files = Readonly<Record<string, string | Buffer>>;

export async function startBuilder(options: Partial<BuilderOptions> = {}): Promise<StartedBuilder> {
  const folder = options.folder ?? join(temporaryFolder(), 'builds');
  const built: BuildDocument[] = [];
  const warnings: string[] = [];
  const builder = createBuilder({
    folder,
    logger: { warn: (message) => warnings.push(message) },
    check: checkBuilt,
    onBuilt: async (build) => void built.push(build),
    ...options,
  });
  onTestFinished(builder.close);
  await builder.open();
  const begin = async (files: Files, algorithm: Partial<StoredAlgorithm> = {}): Promise<BuildDocument> =>
    builder.begin(await orderOf(files, algorithm));
  return {
    builder,
    folder,
    built,
    warnings,
    begin,
    build: async (files, algorithm) => builder.ended((await begin(files, algorithm)).buildId),
  };
}

/** An order for an archive of these files, where it was received. */
export async function orderOf(files: Files, algorithm: Partial<StoredAlgorithm> = {}): Promise<BuildOrder> {
  const path = join(temporaryFolder(), 'received.zip');
  const folder = temporaryFolder();
  for (const [name, content] of Object.entries(files)) writeFile(join(folder, name), content);
  await pack(folder, path);
  return {
    algorithm: algorithmOf(algorithm),
    source: { kind: 'archive', path, fileExt: 'zip', originalName: 'received.zip' },
  };
}

export const algorithmOf = (algorithm: Partial<StoredAlgorithm> = {}): StoredAlgorithm =>
  checkStoredAlgorithm(
    { name: 'words', env: 'nodejs', ...algorithm },
    { where: 'a test', archive: algorithm.gitRepository ? undefined : { fileExt: 'zip' } },
  );

/** The files of a build's folder. */
export const filesOf = (folder: string, buildId: string): string[] => readdirSync(join(folder, buildId)).toSorted();

/** Waits until a build has said this. */
export async function untilLogged(builder: Builder, buildId: string, words: string): Promise<void> {
  await expect.poll(async () => (await builder.status(buildId)).result?.data, { timeout: 20_000 }).toContain(words);
}

export async function untilThere(file: string): Promise<void> {
  await expect.poll(() => existsSync(file), { timeout: 20_000 }).toBe(true);
}
