// Tells the world of a run, where its pipeline asks for it: its status while it goes, its result document at the end.
//
//   B1. Three attempts, five seconds apart, after an error of the network or of the server. What fails then is said, and harms no run.
//   B2. A status is posted if it matters at least as much as `progressVerbosityLevel`; what matters least, at most once a second.
//   B3. Of a status that waits the latest wins, so a listener that is slow, or hangs, costs no memory; the result waits for none.
//   B4. When local HKube ends they have END_MS more; what was not told then is said.

import { setTimeout as pause } from 'node:timers/promises';
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
  /** Resolves when nothing is being posted any more, after END_MS at the latest. */
  end(): Promise<void>;
}

export interface WebhooksOptions {
  readonly logger: LocalLogger;
  readonly attempts?: number;
  readonly pauseMs?: number;
  readonly throttleMs?: number;
  readonly endMs?: number;
}

const ATTEMPT_MS = 30_000;
const END_MS = 5_000;
const LEVELS = ['critical', 'error', 'warn', 'info', 'debug', 'trace'];

export function createWebhooks({
  logger,
  attempts = 3,
  pauseMs = 5_000,
  throttleMs = 1_000,
  endMs = END_MS,
}: WebhooksOptions): Webhooks {
  const working = new Set<Promise<void>>();
  const ending = new AbortController();

  async function post(url: string, body: unknown): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      const failure = await postOnce(url, body, ending.signal);
      if (failure === null) return;
      if (failure.isFinal || attempt === attempts || ending.signal.aborted) {
        logger.warn(`webhook ${url}: ${failure.words}, after ${attempt} of ${attempts} attempts`);
        return;
      }
      await pause(pauseMs, undefined, { signal: ending.signal }).catch(() => undefined);
    }
  }

  /** Posts one after the other to this address; of those that wait, the latest. */
  function createPoster(url: string): (body: unknown) => void {
    let waiting: { readonly body: unknown } | null = null;
    let isPosting = false;

    async function postAll(): Promise<void> {
      isPosting = true;
      for (let next = waiting; next !== null; next = waiting) {
        waiting = null;
        await post(url, next.body);
      }
      isPosting = false;
    }

    return (body) => {
      waiting = { body };
      if (isPosting) return;
      const work = postAll();
      working.add(work);
      void work.then(() => working.delete(work));
    };
  }

  return {
    of: ({ webhooks: { progress, result } = {}, options: { progressVerbosityLevel } }) => {
      if (progress === undefined && result === undefined) return undefined;
      const postProgress = progress === undefined ? undefined : createPoster(progress);
      const postResult = result === undefined ? undefined : createPoster(result);
      let postedAt = 0;
      const matters = ({ level = 'info' }: RunStatus): boolean =>
        LEVELS.indexOf(level) <= LEVELS.indexOf(progressVerbosityLevel);
      return {
        onStatus: (status) => {
          const now = Date.now();
          if (!matters(status) || now - postedAt < throttleMs) return;
          postedAt = now;
          postProgress?.(status);
        },
        onEnd: (status, document) => {
          if (matters(status)) postProgress?.(status);
          postResult?.(document);
        },
      };
    },
    end: async () => {
      const timer = setTimeout(() => ending.abort(), endMs);
      while (working.size > 0) await Promise.all(working);
      clearTimeout(timer);
    },
  };
}

interface PostFailure {
  readonly words: string;
  /** Another attempt would say the same. */
  readonly isFinal: boolean;
}

async function postOnce(url: string, body: unknown, ending: AbortSignal): Promise<PostFailure | null> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal: AbortSignal.any([AbortSignal.timeout(ATTEMPT_MS), ending]),
    });
    await response.body?.cancel();
    if (response.status < 400) return null;
    return { words: `${response.status} ${response.statusText}`, isFinal: response.status < 500 };
  } catch (error) {
    if (ending.aborted) return { words: 'not told, local HKube has ended', isFinal: true };
    const { message } = describeFailure(error instanceof Error && error.cause ? error.cause : error);
    return { words: message, isFinal: false };
  }
}
