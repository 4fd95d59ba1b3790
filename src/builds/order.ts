// What a build is begun with, and its record when it begins: for the first time, or once more.

import { RuntimeError } from '#errors';
import type { BuildDocument } from '#builds/build';
import { archiveFile, type BuildRecord, owner } from '#builds/shelf';
import type { StoredAlgorithm } from '#descriptors/stored-algorithm';
import { createId } from '#model/create-id';

/** An archive that has been received. The builder takes the file over, by moving it. */
export interface ArchiveSource {
  readonly kind: 'archive';
  readonly path: string;
  readonly fileExt: 'zip' | 'gz';
  /** As whoever sent it calls it. */
  readonly originalName?: string | undefined;
}

/** What `algorithm.gitRepository` says. */
export interface GitSource {
  readonly kind: 'git';
}

export interface BuildOrder {
  readonly algorithm: StoredAlgorithm;
  readonly source: ArchiveSource | GitSource;
}

/** Throws `INVALID_DESCRIPTOR` where nobody has said in which language it is. */
export function newRecord({ algorithm, source }: BuildOrder): BuildRecord {
  const { name, env, gitRepository, baseImage, dependencyInstallCmd } = algorithm;
  if (env === undefined) {
    const hkube = "data should have required property 'env'";
    throw new RuntimeError('INVALID_DESCRIPTOR', `algorithm ${name}: ${hkube}. Set it to nodejs or python.`, {
      facts: { hkube },
    });
  }
  const buildId = `${name}-${createId(6)}`;
  return {
    build: {
      buildId,
      imageTag: createId(8),
      algorithm,
      env,
      ...(source.kind === 'archive' && fileOf(buildId, source.fileExt)),
      algorithmName: name,
      ...(source.kind === 'git' && gitRepository && { gitRepository }),
      type: source.kind === 'archive' ? 'Code' : 'Git',
      ...(baseImage && { baseImage }),
      ...(dependencyInstallCmd && { dependencyInstallCmd }),
      ...begun(),
      buildMode: 'local',
    },
    source:
      source.kind === 'git' ? source : { kind: 'archive', fileExt: source.fileExt, originalName: source.originalName },
    attempt: 1,
    runs: null,
    isBuilt: false,
    owner,
  };
}

/** The same build, of the same code. */
export function recordAgain(record: BuildRecord): BuildRecord {
  const { algorithmImage, ...build } = record.build;
  // Where something runs that was built before, it goes on meanwhile.
  const attempt = record.runs === null && algorithmImage === undefined ? 1 : record.attempt + 1;
  return { ...record, build: { ...build, ...begun() }, attempt, isBuilt: false, owner };
}

function begun(): Pick<
  BuildDocument,
  'status' | 'progress' | 'result' | 'error' | 'trace' | 'startTime' | 'endTime' | 'timestamp'
> {
  const now = Date.now();
  const nothing = { result: null, error: null, trace: null, endTime: null };
  return { status: 'pending', progress: 0, ...nothing, startTime: now, timestamp: now };
}

/** Below the folder of all builds. */
function fileOf(buildId: string, fileExt: 'zip' | 'gz'): Pick<BuildDocument, 'fileExt' | 'filePath' | 'uploadPath'> {
  const path = `${buildId}/${archiveFile(fileExt)}`;
  return { fileExt, filePath: path, uploadPath: path };
}
