// Tells the world of a run, where its pipeline asks for it: its status while it goes, its result document at the end.
//
//   B1. Three attempts, five seconds apart, after an error of the network or of the server. What fails then is said, and harms no run.
//   B2. A status is posted if it matters at least as much as `progressVerbosityLevel`; what matters least, at most once a second.
//   B3. What is posted of one run arrives in order.

import type { RawPipeline } from '#descriptors/pipeline';
import type { RunDocument, RunStatus } from '#descriptors/run';
import { describeFailure } from '#model/failure';
import type { LocalLogger } from '#local-hkube/local-logger';

/** What is posted for one run. */
export interface RunWebhooks {
  onStatus(status: RunStatus): void;
  onEnd(status: RunStatus, document: RunDocument): void;
}

export interface Webhooks {
  /** For the run of this pipeline; undefined if it asks for none. */
  of(pipeline: RawPipeline): RunWebhooks | undefined;
  /** Resolves when nothing is being posted any more. */
  settled(): Promise<void>;
}

export interface WebhooksOptions {
  readonly logger: LocalLogger;
  readonly attempts?: number;
  readonly pauseMs?: number;
  readonly throttleMs?: number;
}

const ATTEMPT_MS = 30_000;
const LEVELS = ['critical', 'error', 'warn', 'info', 'debug', 'trace'];

export function createWebhooks({
  logger,
  attempts = 3,
  pauseMs = 5_000,
  throttleMs = 1_000,
}: WebhooksOptions): Webhooks {
  const posting = new Set<Promise<void>>();

  async function post(url: string, body: unknown): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      const failure = await postOnce(url, body);
      if (failure === null || failure.isFinal || attempt === attempts) {
        if (failure) logger.warn(`webhook ${url}: ${failure.words}, after ${attempt} of ${attempts} attempts`);
        return;
      }
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  }

  return {
    of: ({ webhooks: { progress, result } = {}, options: { progressVerbosityLevel } }) => {
      if (progress === undefined && result === undefined) return undefined;
      let last: Promise<void> = Promise.resolve();
      let postedAt = 0;
      const follow = (url: string, body: unknown): void => {
        last = last.then(() => post(url, body));
        const work = last;
        posting.add(work);
        void work.then(() => posting.delete(work));
      };
      const matters = ({ level = 'info' }: RunStatus): boolean =>
        LEVELS.indexOf(level) <= LEVELS.indexOf(progressVerbosityLevel);
      const postStatus = (status: RunStatus): void => {
        if (progress !== undefined && matters(status)) follow(progress, status);
      };
      return {
        onStatus: (status) => {
          const now = Date.now();
          if (status.level === 'debug' && now - postedAt < throttleMs) return;
          postedAt = now;
          postStatus(status);
        },
        onEnd: (status, document) => {
          postStatus(status);
          if (result !== undefined) follow(result, document);
        },
      };
    },
    settled: async () => {
      while (posting.size > 0) await Promise.all(posting);
    },
  };
}

interface PostFailure {
  readonly words: string;
  /** Another attempt would say the same. */
  readonly isFinal: boolean;
}

async function postOnce(url: string, body: unknown): Promise<PostFailure | null> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(ATTEMPT_MS),
    });
    await response.body?.cancel();
    if (response.status < 400) return null;
    return { words: `${response.status} ${response.statusText}`, isFinal: response.status < 500 };
  } catch (error) {
    const { message } = describeFailure(error instanceof Error && error.cause ? error.cause : error);
    return { words: message, isFinal: false };
  }
}
