// The port through which local HKube gets its algorithms to run: a child process, an actor in this process, a container.

import { RuntimeError } from '#errors';
import { describeFailure } from '#model/failure';
import type { LocalLogger } from '#local-hkube/local-logger';

/** An algorithm that local HKube serves. */
export interface LocalAlgorithm {
  readonly name: string;
  /** The module, or whatever the launcher makes an algorithm of; null where `handlers` stand for it. */
  readonly entry: string | null;
  /** Functions, to be run in this process. */
  readonly handlers: object | null;
  /** What its process finds in its environment beside ours. */
  readonly env: Readonly<Record<string, string>>;
  /** Where its process runs. Default: where this one does. */
  readonly cwd?: string;
}

/** Where the launched algorithm has to connect. */
export interface Endpoint {
  readonly url: string;
  /** The worker's name, such as `word-count-1`. */
  readonly worker: string;
  /** The inspector by which it can be looked at; null: there is none. It goes by ALGORITHM_ACTOR_INSPECTOR, or the option `inspect`. */
  readonly inspector: string | null;
  /** Where it writes what is to be kept of each task; null: nowhere. It goes by ALGO_METRICS_DIR, or the option `metricsDir`. */
  readonly metricsDir: string | null;
}

/** How a launched algorithm ended. */
export interface LaunchEnd {
  /** How it ended, as half a sentence: "its process ended with exit code 1". */
  readonly how: string;
  /** The last it wrote to stderr, or nothing. */
  readonly tail: string;
}

export interface LaunchedAlgorithm {
  /** Resolves when it is gone; never rejects. */
  readonly ended: Promise<LaunchEnd>;
  /** Ends it, gently and then by force. Resolves when it is gone. */
  stop(): Promise<void>;
}

/** Starts an algorithm that connects to the endpoint, speaking any encoding over storage v1. `logger` gets what it writes. */
export type Launch = (algorithm: LocalAlgorithm, endpoint: Endpoint, logger?: LocalLogger) => LaunchedAlgorithm;

/** A launch that fails is one that has ended at once. */
export function launchOrEnd(launch: Launch, ...start: Parameters<Launch>): LaunchedAlgorithm {
  try {
    return launch(...start);
  } catch (error) {
    const how = `it could not be launched: ${describeFailure(error).message}`;
    return { ended: Promise.resolve({ how, tail: '' }), stop: () => Promise.resolve() };
  }
}

/** Stands for an algorithm that somebody else starts, and ends, when they like. */
export function nobody(): LaunchedAlgorithm {
  return { ended: new Promise(() => undefined), stop: () => Promise.resolve() };
}

/** What has kept an algorithm from being launched. */
export function asRuntimeError(error: unknown): RuntimeError {
  if (error instanceof RuntimeError) return error;
  return new RuntimeError('CANNOT_LAUNCH', error instanceof Error ? error.message : String(error), { cause: error });
}
