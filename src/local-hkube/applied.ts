// An applied algorithm as it runs here: from the folder of its build, or why it does not.

import { RuntimeError } from '#errors';
import type { Runnable } from '#builds/runnables';
import { entryIn } from '#builds/entry';
import { missingImage } from '#descriptors/algorithm-sentences';
import type { StoredAlgorithm } from '#descriptors/stored-algorithm';
import { environmentOf } from '#local-hkube/algorithm-file';
import { type Manners, type ResolvedAlgorithm, resolveApplied } from '#local-hkube/options';
import { imageCannotRun, javaCannotRun } from '#store/messages';
import { isBuiltHere } from '#store/versions';

export interface AppliedSurroundings {
  readonly runnable: (algorithmImage: string) => Runnable | undefined;
  /** How many processes serve one at most. */
  readonly workers: number;
  readonly isHot: boolean;
  readonly manners: Manners;
}

/** Not thrown: it is said when somebody wants to run it. */
export function resolveStored(
  algorithm: StoredAlgorithm,
  around: AppliedSurroundings,
): ResolvedAlgorithm | RuntimeError {
  const { name, algorithmImage: image, env } = algorithm;
  const facts = { name };
  if (!image) return env === 'java' ? new RuntimeError('UNSUPPORTED', javaCannotRun(name), { facts }) : notBuilt(name);
  const runnable = around.runnable(image);
  if (!runnable)
    return isBuiltHere(image)
      ? notKept(name, image)
      : new RuntimeError('UNSUPPORTED', imageCannotRun(name, image), { facts });
  try {
    return resolved(algorithm, runnable, around);
  } catch (error) {
    if (error instanceof RuntimeError)
      return new RuntimeError('INVALID_CALL', `algorithm ${name}: ${error.message}`, { cause: error, facts });
    throw error;
  }
}

/** Throws `BUILD_FAILED` if the entry point is not in what was built. */
function resolved(
  algorithm: StoredAlgorithm,
  { folder, env }: Runnable,
  around: AppliedSurroundings,
): ResolvedAlgorithm {
  const { name, entryPoint, maxWorkers, minHotWorkers } = algorithm;
  const language = algorithm.env === 'python' ? 'python' : 'nodejs';
  return resolveApplied(
    // As in a cluster, where it runs in the folder of its code.
    { name, entry: entryIn(folder, { env: language, entryPoint }), handlers: null, cwd: folder },
    {
      workers: maxWorkers ? Math.min(maxWorkers, around.workers) : around.workers,
      minHotWorkers: around.isHot ? (minHotWorkers ?? 0) : 0,
      env: { ...environmentOf(algorithm).env, ...env },
    },
    around.manners,
  );
}

function notBuilt(name: string): RuntimeError {
  const hkube = missingImage(name);
  return new RuntimeError(
    'INVALID_CALL',
    `${hkube}: no build of it has completed. See how it stands: algorithm-actor builds ${name}. If it has failed, mend it, and apply it again.`,
    { facts: { name, hkube } },
  );
}

function notKept(name: string, image: string): RuntimeError {
  const hkube = missingImage(name);
  return new RuntimeError(
    'INVALID_CALL',
    `${hkube}: the build that has made ${image} is not here, or not completed. Apply its code again.`,
    { facts: { name, hkube } },
  );
}
