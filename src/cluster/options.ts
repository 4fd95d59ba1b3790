// Where a cluster is and how to talk to it: what the caller may say, and what it becomes. A wrong value is an error at once.

import * as z from 'zod/mini';
import { RuntimeError } from '#errors';
import { LONGEST_TIMER_MS } from '#model/duration';
import { explainIssues } from '#model/issues';

export interface ClusterOptions {
  /** The server, such as `https://hkube.example.org`, without the path of its API. */
  readonly endpoint: string;
  /** Where the api-server is below it. Default: `/hkube/api-server/`, as hkubectl's. */
  readonly pathPrefix?: string | undefined;
  /** false: certificates are taken unseen. Default: true. */
  readonly rejectUnauthorized?: boolean | undefined;
  /** Of a cluster that has Keycloak; sent when it asks for a login, and not before. */
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  /** So long nothing may move in either direction before a try is given up. Default: 60000. */
  readonly timeoutMs?: number | undefined;
  /** How often a call is tried in all, where trying again does no harm. Default: 4. */
  readonly tries?: number | undefined;
}

/** The options after the compile step. */
export interface Cluster {
  readonly endpoint: string;
  /** It is on this machine: a local HKube. */
  readonly isHere: boolean;
  /** Of all calls; without a slash at its end. */
  readonly base: string;
  readonly rejectUnauthorized: boolean;
  readonly login: Login | undefined;
  readonly timeoutMs: number;
  readonly tries: number;
}

export interface Login {
  readonly username: string;
  /** A function, so that whoever prints an object does not print it. */
  readonly password: () => string;
}

export const DEFAULT_PATH_PREFIX = '/hkube/api-server/';

const URL_RULE = 'expected the http or https URL of a cluster, such as https://hkube.example.org';
const text = (rule: string) => z.string(rule).check(z.minLength(1, rule));

/** A user name in it would be in every message. */
export const Endpoint = z.url({ protocol: /^https?$/, error: URL_RULE }).check(
  z.refine(isWithoutLogin, 'a user name or password does not belong into the URL: give them as username and password'),
  z.refine((url) => !/[?#]/.test(url), 'expected a URL without ? and #'),
);
export const PathPrefix = z.string('expected a path, such as /hkube/api-server/');
const positive = z.int('expected a whole number').check(z.minimum(1, 'expected 1 or more'));

const Options = z.strictObject({
  endpoint: Endpoint,
  pathPrefix: z._default(PathPrefix, DEFAULT_PATH_PREFIX),
  rejectUnauthorized: z._default(z.boolean('expected true or false'), true),
  username: z.optional(text('expected a user name')),
  password: z.optional(text('expected a password')),
  timeoutMs: z._default(positive.check(z.maximum(LONGEST_TIMER_MS, `expected ${LONGEST_TIMER_MS} ms at most`)), 60_000),
  tries: z._default(positive, 4),
});

/** An endpoint alone will do. Throws `INVALID_OPTIONS`. */
export function compileCluster(options: string | ClusterOptions): Cluster {
  const parsed = Options.safeParse(typeof options === 'string' ? { endpoint: options } : options);
  if (!parsed.success) throw new RuntimeError('INVALID_OPTIONS', `cluster: ${explainIssues(parsed.error.issues)}.`);
  const { pathPrefix, username, password, ...rest } = parsed.data;
  if ((username === undefined) !== (password === undefined)) {
    const [given, missing] = username === undefined ? ['password', 'username'] : ['username', 'password'];
    throw new RuntimeError('INVALID_OPTIONS', `cluster: ${given} without ${missing}: a login takes both.`);
  }
  const login = username !== undefined && password !== undefined ? { username, password: () => password } : undefined;
  const parts = [trimmed(rest.endpoint), trimmed(pathPrefix), 'api/v1'].filter((part) => part !== '');
  const endpoint = trimmed(rest.endpoint);
  return { ...rest, endpoint, isHere: isLoopback(endpoint), base: parts.join('/'), login };
}

const trimmed = (path: string): string => path.replace(/^\/+|\/+$/g, '');

function isLoopback(url: string): boolean {
  const { hostname } = new URL(url);
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.[\d.]+$/.test(hostname);
}

function isWithoutLogin(url: string): boolean {
  if (!URL.canParse(url)) return true;
  const { username, password } = new URL(url);
  return username === '' && password === '';
}
