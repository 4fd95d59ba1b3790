// A call, from its path to its checked answer: with the login, tried again where that does no harm (`retry` says where), and rejected
// with an error that says what to do.

import type * as z from 'zod/mini';
import { RuntimeError } from '#errors';
import { type Answer, type Broken, exchange, type Method } from '#cluster/exchange';
import { type Form, multipart } from '#cluster/multipart';
import type { Cluster } from '#cluster/options';
import { createPace } from '#cluster/pace';
import { type Asked, parsed, refusalOf, strangeAnswer, unreachable } from '#cluster/refusal';
import { isRepeatable, pauseAfter } from '#cluster/retry';
import { createSession } from '#cluster/session';
import { pause } from '#cluster/waiting';
import type { World } from '#cluster/world';

/** What every call takes. */
export interface CallOptions {
  /** Ends the call, which rejects with `ABORTED`; what HKube was asked for may be done nevertheless. */
  readonly signal?: AbortSignal | undefined;
}

export interface Call<Schema extends z.ZodMiniType> extends CallOptions {
  readonly method?: Method;
  /** Below `api/v1`, in its parts: names and ids stand in it as they are. */
  readonly path: readonly string[];
  /** What is undefined is left out. */
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  readonly json?: unknown;
  readonly form?: Form;
  readonly answer: Schema;
}

export interface Caller {
  /** A login is there, and nobody knows yet whether the cluster wants it. */
  readonly isUntried: boolean;
  /** Rejects with `CANNOT_CONNECT`, `NOT_FOUND`, `INVALID_CALL`, `REQUEST_FAILED`, `ABORTED`. */
  call<Schema extends z.ZodMiniType>(call: Call<Schema>): Promise<z.output<Schema>>;
}

/** A request without what each of its tries adds. */
interface Request extends CallOptions {
  readonly method: Method;
  readonly url: string;
  readonly contentType: string | undefined;
  readonly body: Parameters<typeof exchange>[0]['body'];
  readonly isRepeatable: boolean;
}

export function createCaller(cluster: Cluster, world: World): Caller {
  const { base, endpoint, login, rejectUnauthorized, timeoutMs, tries } = cluster;
  const { after, now, chance } = world;
  const username = login?.username;
  const pace = createPace(cluster, world);

  const session = createSession({
    endpoint,
    login,
    now,
    post: (body) =>
      send({
        method: 'POST',
        url: `${base}/auth/login`,
        contentType: JSON_TYPE,
        body,
        isRepeatable: true,
        signal: undefined,
      }),
  });

  /** Rejects if no answer comes. */
  async function send(request: Request, token?: string): Promise<Answer> {
    const headers = headersOf(request, token);
    for (let number = 1; ; number += 1) {
      await pace(request.signal);
      const outcome = await exchange({
        ...request,
        headers,
        rejectUnauthorized,
        timeoutMs,
        after,
        signal: request.signal,
      });
      const { url, isRepeatable } = request;
      const ms = pauseAfter({ outcome, number, tries, isRepeatable, chance: chance() });
      if (ms === undefined) return settled(outcome, { url, endpoint, username, tries: number, isRepeatable });
      await pause(ms, { after, signal: request.signal });
    }
  }

  async function sendAsUser(request: Request): Promise<Answer> {
    const token = await session.token(request.signal);
    const answer = await send(request, token);
    if (answer.status !== 401) return answer;
    const renewed = await session.renew(token, request.signal);
    return renewed === undefined ? answer : send(request, renewed);
  }

  return {
    get isUntried() {
      return session.isUntried;
    },
    call: async (call) => {
      const request = requestOf(call, base);
      const answer = await sendAsUser(request);
      const asked = { ...request, endpoint, username, tries };
      if (answer.status >= 300) throw refusalOf(answer, asked);
      const checked = call.answer.safeParse(parsed(answer.text));
      if (checked.success) return checked.data;
      throw strangeAnswer(answer, asked);
    },
  };
}

const JSON_TYPE = 'application/json';

function settled(outcome: Answer | Broken, asked: Asked): Answer {
  if (outcome.kind === 'broken') throw unreachable(outcome, asked);
  return outcome;
}

function headersOf({ contentType }: Request, token: string | undefined): Readonly<Record<string, string>> {
  return {
    accept: JSON_TYPE,
    ...(contentType === undefined ? {} : { 'content-type': contentType }),
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
  };
}

function requestOf(call: Call<z.ZodMiniType>, base: string): Request {
  const { path, query, signal, method = 'GET' } = call;
  const url = `${base}/${pathOf(path)}${queryOf(query)}`;
  const head = { method, url, signal, isRepeatable: isRepeatable(method) };
  if (call.form) {
    const { contentType, open } = multipart(call.form);
    return { ...head, contentType, body: open };
  }
  if (call.json === undefined) return { ...head, contentType: undefined, body: undefined };
  return { ...head, contentType: JSON_TYPE, body: JSON.stringify(call.json) };
}

function queryOf(query: Call<z.ZodMiniType>['query']): string {
  const given = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {})) if (value !== undefined) given.append(name, String(value));
  return given.size === 0 ? '' : `?${given.toString()}`;
}

/** Throws `INVALID_CALL` for a name that would lead to another path: no name would delete them all. */
function pathOf(parts: readonly string[]): string {
  const stray = parts.find((part) => part === '' || part === '.' || part === '..');
  if (stray === undefined) return parts.map(encodeURIComponent).join('/');
  throw new RuntimeError('INVALID_CALL', `${parts.join('/')}: expected a name or an id, got "${stray}".`);
}
