// The version that an apply or a build has made: found, told, and made the current one where that is wanted.

import type { BuildStatus } from '#cluster/builds';
import type { HKubeApi } from '#cluster/hkube-api';
import type { Version } from '#cluster/versions';
import { RuntimeError } from '#errors';
import type { OpenHKube } from '#cli/open-api';
import { say } from '#cli/print';

export interface MadeVersion {
  readonly version: string;
  readonly semver?: string | undefined;
  readonly algorithmImage?: string | undefined;
  readonly isCurrent: boolean;
}

/** A cluster makes the version when it hears of the build’s end: a moment later. */
const LOOKS = 20;
const LOOK_MS = 500;

export interface Made {
  readonly name: string;
  /** undefined: the newest one, of an apply that needed no build. */
  readonly build?: BuildStatus | undefined;
  /** One that was there already, by its id. */
  readonly version?: string | undefined;
  readonly setCurrent?: boolean | undefined;
  readonly force?: boolean | undefined;
  readonly signal: AbortSignal;
}

/** undefined, with words: it is not listed. Rejects with `INVALID_CALL` where it may not become the current one. */
export async function settleVersion(hkube: OpenHKube, made: Made): Promise<MadeVersion | undefined> {
  const { api, command } = hkube;
  const { name, signal } = made;
  const found = await look(api, made);
  if (!found) {
    say(`its version is not listed yet: ${command(`versions ${name}`)}`);
    return undefined;
  }
  const { version, semver } = found;
  const isCurrent = (await api.algorithms.get(name, { signal })).version === version;
  if (!isCurrent && made.setCurrent) await setCurrent(hkube, found, made);
  return {
    version,
    semver: semver ?? undefined,
    algorithmImage: found.algorithm?.algorithmImage ?? undefined,
    isCurrent: isCurrent || made.setCurrent === true,
  };
}

async function look({ versions }: HKubeApi, { name, build, version, signal }: Made): Promise<Version | undefined> {
  const image = build?.algorithmImage;
  if (build && !image) return undefined;
  for (let number = 1; ; number += 1) {
    const all = newestFirst(await versions.list(name, { signal }));
    const known = version === undefined ? all[0] : all.find((one) => one.version === version);
    const found = build ? all.find(({ algorithm }) => algorithm?.algorithmImage === image) : known;
    if (found ?? (number === LOOKS || !build)) return found;
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}

export const newestFirst = (versions: readonly Version[]): readonly Version[] =>
  versions.toSorted((a, b) => (b.created ?? 0) - (a.created ?? 0));

interface Wanted {
  readonly name: string;
  readonly force?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Rejects with HKube’s words, and what to type. */
export async function setCurrent(hkube: OpenHKube, { version }: Version, wanted: Wanted): Promise<void> {
  const { name, force, signal } = wanted;
  try {
    await hkube.api.versions.apply(name, version, { signal, ...(force && { force }) });
  } catch (cause) {
    if (!(cause instanceof RuntimeError) || !/running pipeline/.test(cause.message)) throw cause;
    const remedy = `Wait for it, or do it all the same: ${hkube.command(`versions set ${name} ${version} --force`)}`;
    throw new RuntimeError(cause.code, `${cause.message}. ${remedy}`, { cause, facts: cause.facts });
  }
}

/** For people: which one it is, and how it becomes the current one. */
export function printVersion({ command }: OpenHKube, name: string, made: MadeVersion): void {
  const { version, semver, algorithmImage: image, isCurrent } = made;
  const called = semver === undefined ? `version ${version}` : `${semver} (version ${version})`;
  process.stdout.write(
    `${name} ${called}${image === undefined ? '' : `, ${image}`}: ${isCurrent ? 'the current one' : 'not the current one'}\n`,
  );
  if (!isCurrent) say(`To make it the current one: ${command(`versions set ${name} ${semver ?? version}`)}`);
}
