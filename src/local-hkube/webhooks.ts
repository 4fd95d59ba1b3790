// Tells the world of a run, where its pipeline asks for it: its status while it goes, its result document at the end.
//
//   B1. Three attempts, five seconds apart, after an error of the network or of the server. What fails then is said, and harms no run.
//   B2. A status is posted if it matters at least as much as `progressVerbosityLevel`, and at most once a second; the last one of a
//       second is posted at its end, unless the run has ended then.
//   B3. Of a status that waits the latest wins, so a listener that is slow, or hangs, costs no memory; the result waits for none.
//   B4. When local HKube ends they have END_MS more; what was not told then is said.
//   B5. Whoever asks is told what became of it: `onRecord` hears of the first attempt, and of the end.

import { setTimeout as pause } from 'node:timers/promises';
import type { RawPipeline } from '#descriptors/pipeline';
import type { RunDocument, RunStatus } from '#descriptors/run';
import type { WebhookKind, WebhookRecord } from '#descriptors/webhook';
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
  readonly onRecord?: (kind: WebhookKind, record: WebhookRecord) => void;
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
  onRecord,
  attempts = 3,
  pauseMs = 5_000,
  throttleMs = 1_000,
  endMs = END_MS,
}: WebhooksOptions): Webhooks {
  const working = new Set<Promise<void>>();
  const ending = new AbortController();

  /** B1 */
  async function post(url: string, body: Told): Promise<PostEnd> {
    for (let attempt = 1; ; attempt++) {
      const end = await postOnce(url, body, ending.signal);
      if (end.failure === null) return end;
      if (end.isFinal || attempt === attempts || ending.signal.aborted) {
        logger.warn(`webhook ${url}: ${end.failure}, after ${attempt} of ${attempts} attempts`);
        return end;
      }
      await pause(pauseMs, undefined, { signal: ending.signal }).catch(() => undefined);
    }
  }

  /** B5 */
  async function postAndRecord(kind: WebhookKind, url: string, body: Told): Promise<void> {
    const { jobId, status: pipelineStatus } = body;
    const record = (rest: Omit<WebhookRecord, 'jobId' | 'url' | 'pipelineStatus' | 'timestamp'>): void =>
      onRecord?.(kind, { jobId, url, pipelineStatus, ...rest, timestamp: Date.now() });
    record({ status: 'pending' });
    const { failure, httpResponse } = await post(url, body);
    record({ status: 'completed', responseStatus: failure === null ? 'succeed' : 'failed', httpResponse });
  }

  /** Posts one after the other to this address; of those that wait, the latest. */
  function createPoster(kind: WebhookKind, url: string): (body: Told) => void {
    let waiting: Told | null = null;
    let isPosting = false;

    async function postAll(): Promise<void> {
      isPosting = true;
      for (let next = waiting; next !== null; next = waiting) {
        waiting = null;
        await postAndRecord(kind, url, next);
      }
      isPosting = false;
    }

    return (body) => {
      waiting = body;
      if (isPosting) return;
      const work = postAll();
      working.add(work);
      void work.then(() => working.delete(work));
    };
  }

  return {
    of: ({ webhooks: { progress, result } = {}, options: { progressVerbosityLevel } }) => {
      if (progress === undefined && result === undefined) return undefined;
      const postProgress = progress === undefined ? undefined : createPoster('progress', progress);
      const postResult = result === undefined ? undefined : createPoster('result', result);
      const throttled = postProgress && throttle(postProgress, throttleMs);
      const matters = ({ level = 'info' }: RunStatus): boolean =>
        LEVELS.indexOf(level) <= LEVELS.indexOf(progressVerbosityLevel);
      return {
        onStatus: (status) => {
          if (matters(status)) throttled?.post(status);
        },
        onEnd: (status, document) => {
          throttled?.end();
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

/** A status, or a result document. */
type Told = RunStatus | RunDocument;

/** B2 */
function throttle(post: (status: RunStatus) => void, ms: number): { post(status: RunStatus): void; end(): void } {
  let postedAt = 0;
  let latest: RunStatus | null = null;
  let timer: NodeJS.Timeout | undefined;

  const postLatest = (): void => {
    timer = undefined;
    if (latest === null) return;
    postedAt = Date.now();
    post(latest);
    latest = null;
  };

  return {
    post: (status) => {
      latest = status;
      const wait = postedAt + ms - Date.now();
      if (wait <= 0) postLatest();
      else timer ??= setTimeout(postLatest, wait).unref();
    },
    end: () => {
      clearTimeout(timer);
      latest = null;
    },
  };
}

/** How one attempt went, or all of them. */
interface PostEnd {
  /** Null: it was taken. */
  readonly failure: string | null;
  /** Another attempt would say the same. */
  readonly isFinal: boolean;
  readonly httpResponse: NonNullable<WebhookRecord['httpResponse']>;
}

async function postOnce(url: string, body: Told, ending: AbortSignal): Promise<PostEnd> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal: AbortSignal.any([AbortSignal.timeout(ATTEMPT_MS), ending]),
    });
    await response.body?.cancel();
    const { status: statusCode, statusText: statusMessage } = response;
    const failure = statusCode < 400 ? null : `${statusCode} ${statusMessage}`;
    return { failure, isFinal: statusCode < 500, httpResponse: { statusCode, statusMessage } };
  } catch (error) {
    const words = ending.aborted
      ? 'not told, local HKube has ended'
      : describeFailure(error instanceof Error && error.cause ? error.cause : error).message;
    return { failure: words, isFinal: ending.aborted, httpResponse: { statusMessage: words } };
  }
}
