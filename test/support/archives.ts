// What tests of archives share: folders to pack, archives that are refused, and what is left of that.

import { chmodSync, lstatSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { RuntimeError } from '#errors';
import { contentHash } from '#archive/content-hash';
import type { ArchiveOptions } from '#archive/options';
import type { RefusalReason } from '#archive/refusal';
import { unpack } from '#archive/unpack';
import { temporaryFolder } from '#test/support/temporary';

/** The files below a folder by their paths, and `*` behind those that can be executed. */
export function filesIn(folder: string): Record<string, string> {
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' }).toSorted();
  return Object.fromEntries(
    paths
      .filter((path) => lstatSync(join(folder, path)).isFile())
      .map((path) => {
        const isExecutable = (statSync(join(folder, path)).mode & 0o100) !== 0;
        return [isExecutable ? `${path}*` : path, readFileSync(join(folder, path), 'utf8')];
      }),
  );
}

export function makeExecutable(...paths: string[]): void {
  for (const path of paths) chmodSync(path, 0o755);
}

/** The error of a call that has to fail. */
export async function failureOfCall(call: Promise<unknown>): Promise<RuntimeError> {
  const outcome = await call.then(
    () => 'nothing was wrong',
    (error: unknown) => error,
  );
  expect(outcome).toBeInstanceOf(RuntimeError);
  return outcome instanceof RuntimeError ? outcome : new RuntimeError('UNPROVIDED', '');
}

interface Refused {
  readonly reason: RefusalReason;
  readonly words: string;
}

/** Tries to unpack these bytes, and sees that nothing is left of it, and that the hash is refused alike. */
export async function refusalOf(bytes: Buffer, options: ArchiveOptions = {}): Promise<Refused> {
  const folder = temporaryFolder();
  const archive = join(folder, 'code');
  writeFileSync(archive, bytes);
  const error = await failureOfCall(unpack(archive, join(folder, 'out'), options));
  expect(readdirSync(folder)).toEqual(['code']);
  expect(error.code, error.message).toBe('INVALID_ARCHIVE');
  expect(error.message).toMatch(/^code: .*[^.]\.$/);
  const again = await failureOfCall(contentHash(archive, options));
  expect([again.message, again.facts]).toEqual([error.message, error.facts]);
  return { reason: reasonOf(error), words: error.message };
}

function reasonOf({ facts }: RuntimeError): RefusalReason {
  const reasons: readonly RefusalReason[] = [
    'missing',
    'format',
    'damaged',
    'encrypted',
    'escape',
    'name',
    'link',
    'special',
    'duplicate',
    'limit',
    'empty',
    'changed',
  ];
  const reason = reasons.find((one) => one === facts.reason);
  if (reason === undefined) throw new TypeError(`no reason: ${JSON.stringify(facts)}`);
  return reason;
}

/** Unpacks these bytes into a new folder. */
export async function unpacked(bytes: Buffer, options: ArchiveOptions = {}): Promise<string> {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'code'), bytes);
  await unpack(join(folder, 'code'), join(folder, 'out'), options);
  return join(folder, 'out');
}
