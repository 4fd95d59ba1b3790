// What becomes of a build that is done: a version, which is current where nothing runs with the former one; and what of the older ones is
// not needed any more.
//
//   B1. It may be told twice, if this process is killed in between: one build makes one version.
//   B2. What was applied last is current, whichever build is done first: one that began before it leaves a version only.

import { RuntimeError } from '#errors';
import type { StoredAlgorithm } from '#descriptors/stored-algorithm';
import { NOT_LAST_VERSION } from '#store/messages';
import type { BuildFacts } from '#store/ports';
import { asCurrent, errorsOf, isBuiltHere, type StoreParts, type Versions } from '#store/versions';

export interface BuildsEnd {
  /** Rejects with `NOT_FOUND` where its algorithm has been deleted meanwhile. */
  onBuilt(build: BuildFacts): Promise<void>;
  /** Removes builds beyond those that are kept, versions that could not run any more (V2), archives that nobody needs. */
  tidy(name: string): Promise<void>;
}

export function createBuildsEnd({ shelf, builds, around, files }: StoreParts, versions: Versions): BuildsEnd {
  async function publish({
    buildId,
    algorithm,
    algorithmName: name,
    algorithmImage,
    startTime,
  }: BuildFacts): Promise<void> {
    const old = await shelf.read(name);
    if (!old)
      throw new RuntimeError('NOT_FOUND', `algorithm ${name} was deleted while build ${buildId} was on its way.`);
    const before = await shelf.versions(name);
    const built: StoredAlgorithm = {
      ...algorithm,
      algorithmImage,
      options: { ...algorithm.options, pending: false },
    };
    const known = before.find((one) => one.buildId === buildId);
    const { version, algorithm: made } = known ?? (await versions.create(built, buildId));
    const others = before.filter((one) => one !== known);
    const currentBuild = others.find((one) => one.version === old.version)?.buildId;
    const isLate = (await builds().facts(name)).some(
      (one) => one.buildId === currentBuild && one.startTime > startTime,
    );
    const isFree = !isLate && (others.length === 0 || around.runsWith(name).length === 0);
    const current = isFree
      ? asCurrent({ ...made, version }, old, Date.now())
      : { ...old, errors: [...new Set([...errorsOf(old), NOT_LAST_VERSION])] };
    await shelf.write(current);
    around.onCurrent(name, current);
  }

  async function tidy(name: string): Promise<void> {
    const current = await shelf.read(name);
    const kept = (await shelf.versions(name)).filter(({ pinned }) => pinned === true);
    const needed = new Set([current, ...kept.map(({ algorithm }) => algorithm)].map((one) => one?.algorithmImage));
    const inUse = around.foldersInUse();
    await builds().prune(name, (image) => needed.has(image) || inUse.has(builds().runnable(image)?.folder ?? ''));
    const all = await builds().facts(name);
    const going = new Set(all.filter((build) => !isOver(build)).map(({ buildId }) => buildId));
    for (const { version, pinned, algorithm, buildId = '' } of await shelf.versions(name)) {
      const isGone = isBuiltHere(algorithm.algorithmImage) && !builds().runnable(algorithm.algorithmImage);
      const isNeeded = pinned === true || version === current?.version || going.has(buildId);
      if (isGone && !isNeeded) await shelf.removeVersion(name, version);
    }
    const those = [...(await shelf.versions(name)), ...all].map(({ algorithm }) => algorithm);
    await shelf.keepArchives(name, new Set([current, ...those].flatMap((one) => archiveOf(one) ?? [])));
  }

  return {
    onBuilt: (build) => files.do(build.algorithmName, () => publish(build)),
    tidy: (name) => files.do(name, () => tidy(name)),
  };
}

export const isOver = ({ status }: BuildFacts): boolean => ['completed', 'failed', 'stopped'].includes(status);

/** The file in which the code of an algorithm came. */
export function archiveOf(algorithm: StoredAlgorithm | undefined): string | undefined {
  const { checksum, fileExt } = algorithm?.fileInfo ?? {};
  return typeof checksum === 'string' && typeof fileExt === 'string' ? `${checksum}.${fileExt}` : undefined;
}
