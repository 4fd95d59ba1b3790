// Whether to try a call again, and when: the one table. Pure.
//
//   Y1. 429 was not carried out: any call is tried again, after what `Retry-After` asks for.
//   Y2. A connection that never stood has told nobody anything: any call is tried again.
//   Y3. After a connection that broke later, and after the answers of a gateway (502, 503, 504), nobody knows what was done: only
//       calls that may be carried out twice are tried again.
//   Y4. What will be the same next time is not tried again: certificates, names that nobody knows.
//   Y5. Waits double, with full jitter: clients that fail together do not come back together.

import type { Answer, Broken, Method } from '#cluster/exchange';
import { type Backoff, backoffDelay } from '#model/backoff';

const ofNetwork: Backoff = { minMs: 200, maxMs: 5_000 };
/** HKube counts requests by the second. */
const ofRate: Backoff = { minMs: 1_000, maxMs: 10_000 };
/** Who asks for more time than that is not waited for. */
export const LONGEST_RETRY_AFTER_MS = 60_000;

const gateway = new Set([502, 503, 504]);

export interface Try {
  readonly outcome: Answer | Broken;
  /** From 1. */
  readonly number: number;
  readonly tries: number;
  readonly isRepeatable: boolean;
  readonly chance: number;
}

/** In how many milliseconds to try again; undefined: not at all. */
export function pauseAfter({ outcome, number, tries, isRepeatable, chance }: Try): number | undefined {
  if (number >= tries) return undefined;
  const jitter = (backoff: Backoff): number => backoffDelay(backoff, number - 1, chance);
  if (outcome.kind === 'broken')
    return isLasting(outcome.cause) || (outcome.wasReached && !isRepeatable) ? undefined : jitter(ofNetwork);
  const isRate = outcome.status === 429;
  if (!isRate && !(isRepeatable && gateway.has(outcome.status))) return undefined;
  const asked = retryAfterMs(outcome.headers);
  if (asked > LONGEST_RETRY_AFTER_MS) return undefined;
  return asked + jitter(isRate ? ofRate : ofNetwork);
}

/** Calls that may be carried out twice: the second time changes nothing more. */
export const isRepeatable = (method: Method): boolean => method !== 'POST';

/** Seconds, or a date by the clock of the other side; 0 for none, and for what is neither. */
export function retryAfterMs(headers: Answer['headers']): number {
  const asked = headers['retry-after'] ?? '';
  if (/^\s*\d+\s*$/.test(asked)) return Number(asked) * 1000;
  const ms = Date.parse(asked) - Date.parse(headers.date ?? '');
  return Number.isNaN(ms) ? 0 : Math.max(0, ms);
}

/** Y4. */
function isLasting(cause: unknown): boolean {
  return isCertificateProblem(cause) || codeOf(cause) === 'ENOTFOUND';
}

const certificates =
  /^(DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_\w+|CERT_\w+|ERR_TLS_CERT_\w+|HOSTNAME_MISMATCH|INVALID_CA|ERR_SSL_WRONG_VERSION_NUMBER|EPROTO)$/;

export const isCertificateProblem = (cause: unknown): boolean => certificates.test(codeOf(cause));

export function codeOf(cause: unknown): string {
  return cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : '';
}
