// A build as HKube's API tells it, and what HKube says of one that cannot be had, stopped or run again.

import * as z from 'zod/mini';
import { isFields } from '#descriptors/document';
import type { StoredAlgorithm } from '#descriptors/stored-algorithm';
import { maskSecrets } from '#model/mask';

/** HKube's; the last three are ends. */
export const buildStatuses = ['pending', 'creating', 'active', 'completed', 'failed', 'stopped'] as const;
export type BuildStatus = (typeof buildStatuses)[number];

const text = z.string();
const lines = z.array(text);

export const BuildDocument = z.object({
  /** The algorithm's name, a dash, and six characters. */
  buildId: text,
  imageTag: text,
  /** As it was when the build began. */
  algorithm: z.custom<StoredAlgorithm>((value) => isFields(value) && typeof value['name'] === 'string'),
  env: z.enum(['nodejs', 'python', 'java']),
  /** What kind of archive the code came in; of `Code` only, as the two paths. */
  fileExt: z.exactOptional(z.enum(['zip', 'gz'])),
  filePath: z.exactOptional(text),
  uploadPath: z.exactOptional(text),
  algorithmName: text,
  gitRepository: z.exactOptional(z.looseObject({ url: text })),
  type: z.enum(['Code', 'Git']),
  baseImage: z.exactOptional(text),
  dependencyInstallCmd: z.exactOptional(text),
  status: z.enum(buildStatuses),
  /** In percent. */
  progress: z.number(),
  /** `data` is the log, as far as it has come. Null as long as it is pending. */
  result: z.nullable(z.object({ data: text, warnings: lines, errors: lines })),
  error: z.nullable(text),
  trace: z.nullable(text),
  /** Milliseconds since 1970. */
  startTime: z.number(),
  endTime: z.nullable(z.number()),
  timestamp: z.number(),
  /** Of one that is completed. */
  algorithmImage: z.exactOptional(text),
  buildMode: text,
});
export type BuildDocument = Readonly<z.output<typeof BuildDocument>>;

export const isOver = (status: BuildStatus): boolean =>
  status === 'completed' || status === 'failed' || status === 'stopped';

export const imageOf = ({ algorithmName, imageTag }: Pick<BuildDocument, 'algorithmName' | 'imageTag'>): string =>
  `local/${algorithmName}:v${imageTag}`;

export const buildNotFound = (buildId: string): string => `build ${buildId} Not Found`;
export const unableTo = (deed: 'stop' | 'rerun', status: BuildStatus): string =>
  `unable to ${deed} build because its in ${status} status`;

/** Without what opens the repository: whoever asks for a build need not be who has begun it. */
export function withoutSecrets(build: BuildDocument): BuildDocument {
  const { gitRepository, algorithm } = build;
  return {
    ...build,
    ...(gitRepository && { gitRepository: masked(gitRepository) }),
    algorithm: algorithm.gitRepository ? { ...algorithm, gitRepository: masked(algorithm.gitRepository) } : algorithm,
  };
}

function masked<Repository extends { url: string; token?: unknown }>(repository: Repository): Repository {
  const { url, token } = repository;
  return { ...repository, url: maskSecrets(url), ...(token !== undefined && { token: '***' }) };
}
