// What an apply does: HKube's way from what is sent to what is stored, built, and made a version.
//
//   A1. What is wrong with it is said before anything has changed. What was uploaded is gone afterwards, whatever has become of it.
//   A2. Who sends it is nobody's affair: HKube's tools tell their host and user, and that is not kept.
//   A3. The stored algorithm is replaced by the first apply, or where that is asked for; all others leave a version, or a build that
//       leaves one.

import { rm } from 'node:fs/promises';
import { capacityProblem, type NodeCapacity } from '#descriptors/algorithm-capacity';
import { invalidAlgorithm } from '#descriptors/algorithm-problems';
import { type Fields, isFields } from '#descriptors/document';
import { localWarnings } from '#descriptors/local-algorithm';
import { type ArchiveInfo, mergeAlgorithm, type StoredAlgorithm } from '#descriptors/stored-algorithm';
import { createBuildOrders, type Ordered } from '#store/build-orders';
import { ApplyCode, type ApplyNotes, createNotes } from '#store/messages';
import * as words from '#store/messages';
import { type OneAtATime } from '#store/one-at-a-time';
import type { Upload } from '#store/ports';
import { isFileExt, lookAtUpload, type LookedAt, measureUpload } from '#store/upload';
import { isSameAlgorithm } from '#store/version';
import { asCurrent, type StoreParts, type Versions } from '#store/versions';

export interface ApplyOptions {
  readonly archive?: Upload | undefined;
  readonly forceUpdate?: boolean | undefined;
  readonly forceBuild?: boolean | undefined;
}

/** What has come of it. */
export interface Applied {
  readonly buildId?: string;
  readonly messages: readonly string[];
  readonly messagesCode: readonly number[];
  readonly algorithm: StoredAlgorithm;
}

export type Apply = (payload: unknown, options?: ApplyOptions) => Promise<Applied>;

export interface ApplyParts extends StoreParts {
  readonly versions: Versions;
  /** What changes an algorithm from outside, one after the other. */
  readonly deeds: OneAtATime;
  /** What the machines of a cluster have; undefined: resources are recorded, and nobody enforces them. */
  readonly capacity: readonly NodeCapacity[] | undefined;
  /** The commit that a Git algorithm stands at. */
  readonly findCommit: (gitRepository: { readonly url: string }) => Promise<object>;
}

/** An archive that is sound, or as good as one. */
interface Measured extends LookedAt {
  readonly info: ArchiveInfo;
}

const WHERE = 'algorithm';
/** A2; and what the store says itself. */
const NOT_TAKEN = ['userInfo', 'auditTrail', 'buildStats', 'errors'];

export function createApply(parts: ApplyParts): Apply {
  const { shelf, deeds, files, around, capacity, versions } = parts;
  const orders = createBuildOrders(parts);

  async function measured(payload: Fields, archive: Upload | undefined): Promise<Measured | undefined> {
    const looked = archive && (await lookAtUpload(archive));
    const old = await shelf.read(nameOf(payload));
    // What is wrong with the rest is said before much is read (A1).
    mergeAlgorithm(old, payload, { where: WHERE, archive: looked && { fileExt: looked.fileExt } });
    if (!looked || !isFileExt(looked.fileExt)) return undefined;
    const sums = await measureUpload(looked, {});
    return { ...looked, info: { fileExt: looked.fileExt, ...sums } };
  }

  async function change(payload: Fields, options: ApplyOptions, archive: Measured | undefined): Promise<Applied> {
    const name = nameOf(payload);
    const commit = await commitOf(mergedWith(await shelf.read(name), payload, archive), archive);
    const notes = createNotes();
    const { forceUpdate = false, forceBuild = false } = options;
    return files.do(name, async () => {
      // Read here: a build may have become current, or another version, while the commit was looked up or the files were waited for.
      const old = await shelf.read(name);
      const merged = withCommit(mergedWith(old, payload, archive), commit);
      refuseOverCapacity(merged, payload, capacity);
      const ordered = await orders.order({ old, merged, archive, isForced: forceBuild, notes });
      const made = await versioned({ old, merged, ordered, notes });
      const isStored = !old || ordered.kind === 'java' || (forceUpdate && (made.isVersion || ordered.kind === 'build'));
      if (isStored) await store(made.algorithm, old, notes);
      else if (made.isVersion) notes.remark(words.notCurrent(name, made.semver));
      remark(made.algorithm, payload, notes);
      const buildId = ordered.kind === 'none' || ordered.kind === 'java' ? {} : { buildId: ordered.buildId };
      return {
        ...buildId,
        ...told(notes),
        algorithm: isStored ? ((await shelf.read(name)) ?? merged) : made.algorithm,
      };
    });
  }

  /** Looked up before the files are anybody's: a server may take its time. */
  async function commitOf(
    { fileInfo, gitRepository }: StoredAlgorithm,
    archive: Measured | undefined,
  ): Promise<object | undefined> {
    return archive || fileInfo || !gitRepository ? undefined : { ...(await parts.findCommit(gitRepository)) };
  }

  async function versioned({ old, merged, ordered, notes }: Versioning): Promise<Versioned> {
    const isPending = !old && ordered.kind === 'build' && !merged.algorithmImage;
    const algorithm = isPending ? { ...merged, options: { ...merged.options, pending: true } } : merged;
    const hasChanged = !old || !isSameAlgorithm(old, merged);
    if (!hasChanged || !merged.algorithmImage || ordered.kind !== 'none')
      return { algorithm, isVersion: false, semver: '' };
    const [latest] = await versions.list(merged.name);
    // Sent again as it was: it is there already, and not current.
    const isKnown = latest !== undefined && isSameAlgorithm(latest.algorithm, merged);
    const { version, semver } = isKnown ? latest : await versions.create(merged);
    if (!isKnown) notes.say(ApplyCode.versionCreated, words.versionCreated(merged.name, semver));
    return { algorithm: { ...algorithm, version }, isVersion: true, semver };
  }

  /** A3 */
  async function store(algorithm: StoredAlgorithm, old: StoredAlgorithm | undefined, notes: ApplyNotes): Promise<void> {
    const { name } = algorithm;
    const current = asCurrent(algorithm, old, Date.now());
    await shelf.write(current);
    around.onCurrent(name, current);
    notes.say(ApplyCode.pushed, words.pushed(name));
    const found = old ? undefined : around.found.get(name);
    if (found)
      notes.remark(found.goesFirst ? words.givenGoesFirst(name, found.file) : words.restsBehind(name, found.file));
  }

  return async (given, options = {}) => {
    const { archive } = options;
    try {
      const payload = taken(given);
      const received = await measured(payload, archive);
      return await deeds.do(nameOf(payload), () => change(payload, options, received));
    } finally {
      if (archive) await rm(archive.path, { force: true });
    }
  };
}

function withCommit(merged: StoredAlgorithm, commit: object | undefined): StoredAlgorithm {
  const { name, gitRepository } = merged;
  if (!commit || !gitRepository) return merged;
  return mergeAlgorithm(merged, { name, gitRepository: { ...gitRepository, commit } }, { where: WHERE });
}

interface Versioning {
  readonly old: StoredAlgorithm | undefined;
  readonly merged: StoredAlgorithm;
  readonly ordered: Ordered;
  readonly notes: ApplyNotes;
}

interface Versioned {
  readonly algorithm: StoredAlgorithm;
  readonly isVersion: boolean;
  readonly semver: string;
}

/** What is no object has no name, and is refused for that. */
const taken = (given: unknown): Fields =>
  isFields(given) ? Object.fromEntries(Object.entries(given).filter(([key]) => !NOT_TAKEN.includes(key))) : {};

/** One that is none is refused when the rest is looked at. */
function nameOf({ name }: Fields): string {
  return typeof name === 'string' || typeof name === 'number' ? String(name) : '';
}

/** The same content in another archive is no change. */
function mergedWith(old: StoredAlgorithm | undefined, payload: Fields, archive: Measured | undefined): StoredAlgorithm {
  const before = old?.fileInfo;
  const isSame = archive !== undefined && before?.['checksum'] === archive.info.checksum;
  return mergeAlgorithm(old, payload, {
    where: WHERE,
    archive: isSame ? { ...archive.info, ...before } : archive?.info,
  });
}

function refuseOverCapacity(
  merged: StoredAlgorithm,
  document: Fields,
  capacity: readonly NodeCapacity[] | undefined,
): void {
  const rule = capacityProblem({ cpu: merged.cpu ?? 0, mem: merged.mem, gpu: merged.gpu }, capacity ?? []);
  if (rule !== undefined) throw invalidAlgorithm([{ path: [], rule }], { where: WHERE, document });
}

/** What counts in a cluster only. */
function remark(algorithm: StoredAlgorithm, payload: Fields, notes: ApplyNotes): void {
  for (const warning of localWarnings({ ...payload, name: algorithm.name })) notes.remark(warning);
}

const told = ({ messages, messagesCode }: ApplyNotes): Pick<Applied, 'messages' | 'messagesCode'> => ({
  messages,
  messagesCode,
});
