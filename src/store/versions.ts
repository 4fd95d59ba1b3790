// The versions of an algorithm, and which of them is current.
//
//   V1. The current algorithm is replaced whole, and runs that are on their way go on with what they have in hand.
//   V2. A version whose image was built here goes when that build has gone: nothing could run it any more.

import { RuntimeError } from '#errors';
import { notFound } from '#descriptors/algorithm-sentences';
import type { StoredAlgorithm } from '#descriptors/stored-algorithm';
import { createId } from '#model/create-id';
import { NOT_LAST_VERSION } from '#store/messages';
import type { OneAtATime } from '#store/one-at-a-time';
import type { Builds, Surroundings } from '#store/ports';
import type { Shelf } from '#store/shelf';
import { type AlgorithmVersion, nextSemver } from '#store/version';

export interface VersionTag {
  readonly name: string;
  readonly version: string;
  readonly pinned?: boolean | undefined;
  readonly tags?: readonly string[] | undefined;
}

export interface Versions {
  list(name: string): Promise<AlgorithmVersion[]>;
  get(name: string, version: string): Promise<AlgorithmVersion>;
  apply(request: {
    readonly name: string;
    readonly version: string;
    readonly force: boolean;
  }): Promise<AlgorithmVersion>;
  tag(tag: VersionTag): Promise<AlgorithmVersion>;
  alias(request: { readonly version: string; readonly alias: string }): Promise<AlgorithmVersion>;
  delete(name: string, version: string): Promise<{ deleted: number }>;
  /** A new one; whoever calls has the files of this algorithm to itself. */
  create(algorithm: StoredAlgorithm, buildId?: string): Promise<AlgorithmVersion>;
}

/** What the parts of the store share. */
export interface StoreParts {
  readonly shelf: Shelf;
  /** Not open before the store is. */
  readonly builds: () => Builds;
  readonly around: Surroundings;
  /** Who writes files of an algorithm. */
  readonly files: OneAtATime;
}

const TRAIL = 100;

/** A document as it is stored: since when, and what was current before it. Nothing is said of who has done it. */
export function asCurrent(algorithm: StoredAlgorithm, old: StoredAlgorithm | undefined, now: number): StoredAlgorithm {
  const trail: unknown[] = Array.isArray(old?.auditTrail) ? old.auditTrail : [];
  const { version } = algorithm;
  const entry = version !== undefined && version !== old?.version ? [{ timestamp: now, version }] : [];
  const created = old?.created ?? algorithm.created ?? now;
  return { ...algorithm, created, modified: now, auditTrail: [...entry, ...trail].slice(0, TRAIL) };
}

export function createVersions({ shelf, builds, around, files }: StoreParts): Versions {
  async function get(name: string, version: string): Promise<AlgorithmVersion> {
    if (!(await shelf.read(name))) throw new RuntimeError('NOT_FOUND', notFound(name), { facts: { name } });
    const found = await shelf.version(name, version);
    if (found) return found;
    throw new RuntimeError('NOT_FOUND', `version ${version} Not Found`, { facts: { name, version } });
  }

  async function change(name: string, version: string, more: Partial<AlgorithmVersion>): Promise<AlgorithmVersion> {
    return files.do(name, async () => {
      const changed = { ...(await get(name, version)), ...more };
      await shelf.writeVersion(changed);
      return changed;
    });
  }

  function refuseWhileRunning(name: string): void {
    const jobs = around.runsWith(name);
    if (jobs.length === 0) return;
    const hkube =
      jobs.length === 1
        ? `there is a running pipeline which depends on "${name}" algorithm`
        : `there are ${jobs.length} running pipelines which depend on "${name}" algorithm`;
    const remedy = 'Wait for its end, stop it, or force it: what it has in hand is finished by the former version.';
    throw new RuntimeError('INVALID_CALL', `${hkube}: ${jobs.join(', ')}. ${remedy}`, { facts: { name, hkube } });
  }

  function refuseUnlessKept({ name, algorithm: { algorithmImage }, semver }: AlgorithmVersion): void {
    if (!isBuiltHere(algorithmImage) || builds().runnable(algorithmImage)) return;
    throw new RuntimeError(
      'INVALID_CALL',
      `version ${semver} of algorithm ${name} cannot run any more: its build (${algorithmImage}) is not kept. Apply the code again.`,
      { facts: { name } },
    );
  }

  return {
    list: shelf.versions,
    get,
    apply: ({ name, version, force }) =>
      files.do(name, async () => {
        const found = await get(name, version);
        if (!force) refuseWhileRunning(name);
        refuseUnlessKept(found);
        const old = await shelf.read(name);
        const errors = errorsOf(found.algorithm).filter((code) => code !== NOT_LAST_VERSION);
        const current = asCurrent({ ...found.algorithm, errors }, old, Date.now());
        await shelf.write(current);
        around.onCurrent(name, current);
        return found;
      }),
    tag: ({ name, version, pinned, tags }) =>
      change(name, version, { ...(pinned !== undefined && { pinned }), ...(tags && { tags: [...tags] }) }),
    alias: async ({ version, alias }) => {
      for (const name of await shelf.names())
        if (await shelf.version(name, version)) return change(name, version, { versionAlias: alias });
      throw new RuntimeError('NOT_FOUND', `version ${version} Not Found`, { facts: { version } });
    },
    delete: (name, version) =>
      files.do(name, async () => {
        await get(name, version);
        if ((await shelf.read(name))?.version === version)
          throw new RuntimeError('INVALID_CALL', 'unable to remove the currently used version', {
            facts: { name, version },
          });
        await shelf.removeVersion(name, version);
        return { deleted: 1 };
      }),
    create: async (algorithm, buildId) => {
      const [latest] = await shelf.versions(algorithm.name);
      const [version, semver] = [createId(10), nextSemver(latest?.semver)];
      const created: AlgorithmVersion = {
        ...{ version, semver, versionAlias: `v${semver}`, name: algorithm.name, created: Date.now() },
        ...(buildId !== undefined && { buildId }),
        // What was current before is told of the current one.
        algorithm: { ...algorithm, auditTrail: undefined, version },
      };
      await shelf.writeVersion(created);
      return created;
    },
  };
}

export const errorsOf = ({ errors }: StoredAlgorithm): unknown[] => (Array.isArray(errors) ? errors : []);

/** Images of local builds are called so. */
export const isBuiltHere = (image: string | null | undefined): image is string => image?.startsWith('local/') === true;
