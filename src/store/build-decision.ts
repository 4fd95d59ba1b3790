// Whether an apply needs a build (HKube's rule: what a build is made of has changed). Pure.

import { isFields, valueAt } from '#descriptors/document';
import type { StoredAlgorithm } from '#descriptors/stored-algorithm';

export type BuildDecision =
  | { readonly kind: 'forced' }
  | { readonly kind: 'first' }
  | { readonly kind: 'changed'; readonly changed: readonly string[] }
  | { readonly kind: 'unchanged' }
  /** There is no code. */
  | { readonly kind: 'none' };

/** By HKube's names. `checksum` is that of the content: the bytes of an archive change with the time of a file. */
const MADE_OF: readonly (readonly [name: string, path: readonly string[]])[] = [
  ['checksum', ['fileInfo', 'checksum']],
  ['env', ['env']],
  ['commit', ['gitRepository', 'commit', 'id']],
  ['baseImage', ['baseImage']],
  ['dependencyInstallCmd', ['dependencyInstallCmd']],
];

export const hasCode = (algorithm: StoredAlgorithm): boolean =>
  isFields(algorithm.fileInfo) || isFields(algorithm.gitRepository);

export function decideBuild(
  old: StoredAlgorithm | undefined,
  merged: StoredAlgorithm,
  isForced: boolean,
): BuildDecision {
  if (!hasCode(merged)) return { kind: 'none' };
  if (isForced) return { kind: 'forced' };
  if (!old) return { kind: 'first' };
  const changed = MADE_OF.filter(([, path]) => valueAt(old, path) !== valueAt(merged, path)).map(([name]) => name);
  if (changed.length > 0) return { kind: 'changed', changed };
  // Without an image its first build has failed. HKube would not build it again before it has changed.
  return merged.algorithmImage ? { kind: 'unchanged' } : { kind: 'first' };
}
