// What HKube, or what stands before it, says instead of an answer, as an error that says what to do.

import * as z from 'zod/mini';
import { RuntimeError } from '#errors';
import { describeFailure } from '#model/failure';
import { maskSecrets } from '#model/mask';
import type { Answer, Broken } from '#cluster/exchange';
import { codeOf, isCertificateProblem, LONGEST_RETRY_AFTER_MS, retryAfterMs } from '#cluster/retry';

/** HKube's shape; `details` is anything. */
const Refusal = z.object({ error: z.object({ message: z.string(), details: z.optional(z.unknown()) }) });

const DETAILS_SHOWN = 2_000;
const TEXT_SHOWN = 200;

/** Of which call an error tells. */
export interface Asked {
  readonly url: string;
  readonly endpoint: string;
  /** How often it was tried. */
  readonly tries: number;
  readonly username: string | undefined;
  /** Whether it may be carried out twice. */
  readonly isRepeatable: boolean;
}

/** `CANNOT_CONNECT`. */
export function unreachable({ cause, wasReached }: Broken, { url, tries, isRepeatable }: Asked): RuntimeError {
  const { message } = describeFailure(rootOf(cause));
  const doubt =
    wasReached && !isRepeatable ? ' It may have been carried out all the same: look before you ask again.' : '';
  const words = `${url}: no HKube answers: ${message}${repeated(tries)}.${remedyFor(cause)}${doubt}`;
  return new RuntimeError('CANNOT_CONNECT', words, { cause });
}

/** `NOT_FOUND`, `INVALID_CALL` for what is asked wrongly, `REQUEST_FAILED` for what is not the caller's fault. */
export function refusalOf(answer: Answer, asked: Asked): RuntimeError {
  const { status } = answer;
  const said = Refusal.safeParse(parsed(answer.text));
  const facts = { status, ...(said.success ? detailsOf(said.data.error.details) : {}) };
  const words = said.success && said.data.error.message !== '' ? said.data.error.message : undefined;
  if (status === 429) return new RuntimeError('REQUEST_FAILED', tooMany(answer, asked), { facts });
  if (status >= 500) return new RuntimeError('REQUEST_FAILED', words ?? unexplained(answer, asked), { facts });
  const message = words ?? explained(answer, asked);
  return new RuntimeError(status === 404 ? 'NOT_FOUND' : 'INVALID_CALL', message, { facts });
}

/** An answer that says that all is well, and is none of HKube's. */
export function strangeAnswer({ text }: Answer, { url }: Asked): RuntimeError {
  return new RuntimeError('REQUEST_FAILED', `${url}: the answer is not HKube’s: ${excerpt(text)}`);
}

export function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** What is meant where HKube says little: 401 comes as one word, 403 and the rest from what stands before it. */
function explained(answer: Answer, asked: Asked): string {
  const { status, headers } = answer;
  const { url, endpoint, username } = asked;
  if (status >= 300 && status < 400)
    return `${url}: it is elsewhere (HTTP status ${status}): ${headers.location ?? 'nobody says where'}. Give the endpoint of that place.`;
  switch (status) {
    case 401:
      return username === undefined
        ? `${endpoint} asks for a login (HTTP status 401): give username and password, in .hkuberc or as HKUBE_USERNAME and HKUBE_PASSWORD.`
        : `${endpoint} does not take the login of ${username} (HTTP status 401), although it has just made it.`;
    case 403:
      return `${url}: ${username ?? 'whoever has no login'} may not do this (HTTP status 403). HKube’s roles are hkube_api_view, hkube_api_edit, hkube_api_delete, hkube_api_execute: ask for the one that is missing.`;
    case 404:
      return `${url}: nothing is there (HTTP status 404), and it is not HKube that says so: check the endpoint and its pathPrefix.`;
    case 413:
      return `${url}: it is too large (HTTP status 413) for what stands before HKube: send less, or have its limit raised.`;
    default:
      return unexplained(answer, asked);
  }
}

function unexplained({ status, text }: Answer, { url }: Asked): string {
  return `${url}: HTTP status ${status}${text.trim() === '' ? '' : `: ${excerpt(text)}`}`;
}

function tooMany({ headers }: Answer, { url, tries }: Asked): string {
  const asked = retryAfterMs(headers);
  if (asked > LONGEST_RETRY_AFTER_MS)
    return `${url}: HKube takes no more requests for ${Math.ceil(asked / 1000)} s (HTTP status 429): come back then.`;
  return `${url}: HKube takes no more requests for now (HTTP status 429)${repeated(tries)}: ask less often.`;
}

function remedyFor(cause: unknown): string {
  if (/WRONG_VERSION|EPROTO/.test(codeOf(cause))) return ' It may not speak TLS: try http in place of https.';
  if (isCertificateProblem(cause))
    return ' Name its authority by NODE_EXTRA_CA_CERTS, or take certificates unseen: rejectUnauthorized false.';
  return codeOf(cause) === 'ENOTFOUND' ? ' Check the name in the endpoint.' : '';
}

/** `localhost` has several addresses: each has its error, and the whole has no words. */
function rootOf(cause: unknown): unknown {
  return cause instanceof AggregateError && cause.message === '' ? cause.errors[0] : cause;
}

function detailsOf(details: unknown): { readonly details?: string } {
  if (details === undefined || details === null) return {};
  const text = typeof details === 'string' ? details : JSON.stringify(details);
  return { details: maskSecrets(text.slice(0, DETAILS_SHOWN)) };
}

const excerpt = (text: string): string => maskSecrets(text.trim().slice(0, TEXT_SHOWN));

const repeated = (tries: number): string => (tries > 1 ? `, ${tries} times in a row` : '');
