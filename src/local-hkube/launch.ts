// The port through which local HKube gets its algorithms to run: a child process, an actor in this process, a container. Types only.

/** An algorithm that local HKube serves. */
export interface LocalAlgorithm {
  readonly name: string;
  /** The module, or whatever the launcher makes an algorithm of. */
  readonly entry: string;
}

/** Where the launched algorithm has to connect. */
export interface Endpoint {
  readonly url: string;
  /** The worker's name, such as `word-count-1`. */
  readonly worker: string;
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

/** Starts an algorithm that connects to the endpoint, speaking any encoding over storage v1. */
export type Launch = (algorithm: LocalAlgorithm, endpoint: Endpoint) => LaunchedAlgorithm;
