// What an apply asks of the builder: a build, where what it is made of has changed; and the archive of it is kept, for those to come.

import { join, dirname } from 'node:path';
import { copyFile, link } from 'node:fs/promises';
import { RuntimeError } from '#errors';
import type { StoredAlgorithm } from '#descriptors/stored-algorithm';
import { createId } from '#model/create-id';
import { decideBuild } from '#store/build-decision';
import { archiveOf, isOver } from '#store/builds-end';
import { ApplyCode, type ApplyNotes } from '#store/messages';
import * as words from '#store/messages';
import type { BuildSource } from '#store/ports';
import { isFileExt, type LookedAt } from '#store/upload';
import { isSameAlgorithm } from '#store/version';
import type { StoreParts } from '#store/versions';

/** What was ordered. */
export type Ordered =
  | { readonly kind: 'build'; readonly buildId: string }
  /** Another apply has ordered the same. */
  | { readonly kind: 'same'; readonly buildId: string }
  | { readonly kind: 'java' }
  | { readonly kind: 'none' };

export interface BuildRequest {
  readonly old: StoredAlgorithm | undefined;
  readonly merged: StoredAlgorithm;
  readonly archive: LookedAt | undefined;
  readonly isForced: boolean;
  readonly notes: ApplyNotes;
}

export interface BuildOrders {
  order(request: BuildRequest): Promise<Ordered>;
}

export function createBuildOrders({ shelf, builds }: StoreParts): BuildOrders {
  async function order(request: BuildRequest): Promise<Ordered> {
    const { old, merged, archive, isForced, notes } = request;
    const { name } = merged;
    const decision = decideBuild(old, merged, isForced);
    if (decision.kind === 'none') return { kind: 'none' };
    const file = archiveOf(merged);
    if (archive && file !== undefined) await shelf.keepArchive(name, file, archive.path);
    if (merged.env === 'java') {
      notes.remark(words.javaCannotRun(name));
      return { kind: 'java' };
    }
    if (decision.kind === 'unchanged') {
      notes.say(ApplyCode.noTrigger, words.noTrigger(name));
      return { kind: 'none' };
    }
    const same = isForced ? undefined : await sameOnItsWay(merged);
    if (same !== undefined) {
      notes.say(ApplyCode.noTrigger, words.sameBuild(name, same));
      return { kind: 'same', buildId: same };
    }
    const { buildId } = await builds().begin({ algorithm: merged, source: await sourceOf(request) });
    switch (decision.kind) {
      case 'forced':
        notes.say(ApplyCode.forceBuild, words.forcedBuild(name));
        break;
      case 'first':
        notes.say(ApplyCode.firstBuild, words.firstBuild(name));
        break;
      case 'changed':
        notes.say(ApplyCode.triggerBuild, words.triggeredBuild(name, decision.changed));
        break;
    }
    return { kind: 'build', buildId };
  }

  async function sameOnItsWay(merged: StoredAlgorithm): Promise<string | undefined> {
    const all = await builds().facts(merged.name);
    // Behind one that began later it would not become current (B2).
    const newest = all.toSorted((one, other) => other.startTime - one.startTime).at(0);
    return newest && !isOver(newest) && isSameAlgorithm(newest.algorithm, merged) ? newest.buildId : undefined;
  }

  async function sourceOf({ merged, archive }: BuildRequest): Promise<BuildSource> {
    if (!merged.fileInfo) return { kind: 'git' };
    const file = archiveOf(merged);
    const kept = file === undefined ? undefined : await shelf.archive(merged.name, file);
    const fileExt = merged.fileInfo['fileExt'];
    if (kept === undefined || !isFileExt(fileExt)) throw notKept(merged.name);
    const originalName = archive?.fileName;
    // The builder takes it over.
    const path = join(dirname(kept), `.${createId(8)}`);
    await link(kept, path).catch(() => copyFile(kept, path));
    return { kind: 'archive', path, fileExt, ...(originalName !== undefined && { originalName }) };
  }

  return { order };
}

const notKept = (name: string): RuntimeError =>
  new RuntimeError(
    'INVALID_CALL',
    `algorithm ${name}: its archive is not kept any more. Apply it with its code (the part \`file\`).`,
    { facts: { name } },
  );
