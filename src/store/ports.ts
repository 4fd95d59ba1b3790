// What the store asks of others: who builds, who runs. Types only.

import type { StoredAlgorithm } from '#descriptors/stored-algorithm';

export type FileExt = 'zip' | 'gz';

/** Where the code of a build comes from. An archive is taken over: it is gone from its path. */
export type BuildSource =
  | {
      readonly kind: 'archive';
      readonly path: string;
      readonly fileExt: FileExt;
      readonly originalName?: string;
    }
  | { readonly kind: 'git' };

/** A build, as far as the store looks at it. */
export interface BuildFacts {
  readonly buildId: string;
  readonly status: string;
  /** As it was when the build began. */
  readonly algorithm: StoredAlgorithm;
  readonly algorithmName: string;
  readonly algorithmImage?: string | undefined;
  /** Milliseconds since 1970. */
  readonly startTime: number;
}

export interface Builds {
  begin(order: { readonly algorithm: StoredAlgorithm; readonly source: BuildSource }): Promise<BuildFacts>;
  /** All of them. */
  facts(algorithmName: string): Promise<readonly BuildFacts[]>;
  stop(buildId: string): Promise<void>;
  ended(buildId: string): Promise<BuildFacts>;
  /** Undefined for an image that was not built here, or is not kept any more. */
  runnable(algorithmImage: string): { readonly folder: string } | undefined;
  removeOf(algorithmName: string): Promise<number>;
  prune(algorithmName: string, isNeeded: (algorithmImage: string) => boolean): Promise<void>;
}

/** An algorithm that is there without having been applied: of a folder, or given to this process. */
export interface FoundAlgorithm {
  /** As it would be stored. */
  readonly document: StoredAlgorithm;
  /** What says so. */
  readonly file: string;
  /** It goes before one that is applied. */
  readonly goesFirst: boolean;
}

/** What has to do with an algorithm. */
export interface Surroundings {
  readonly found: ReadonlyMap<string, FoundAlgorithm>;
  /** The ids of the runs on their way that have it in a node. */
  runsWith(algorithm: string): readonly string[];
  stopRun(jobId: string): void;
  /** The names of the stored pipelines that have it in a node. */
  pipelinesWith(algorithm: string): Promise<readonly string[]>;
  /** Resolves with how many there were. */
  deletePipelines(names: readonly string[]): Promise<number>;
  /** The folders of builds that something runs in: one that was replaced may have a task in hand. */
  foldersInUse(): ReadonlySet<string>;
  /** What is current of it has changed; it may be gone. */
  onCurrent(name: string, algorithm: StoredAlgorithm | undefined): void;
}

/** An archive that was received. It is taken over, whatever becomes of it. */
export interface Upload {
  readonly path: string;
  /** What its sender calls it. */
  readonly fileName?: string | undefined;
}
