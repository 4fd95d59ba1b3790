// The login of a client at a cluster with Keycloak.
//
//   S1. The password leaves when the cluster has asked for a login (401), and from then on when the token comes to its end: a cluster
//       without Keycloak never sees it.
//   S2. Calls that need a token at the same time share one login; who of them is aborted ends it for nobody else.
//   S3. A token is renewed before it expires; one that is refused nevertheless, once for each call.
//   S4. Neither password nor token is in any message.

import * as z from 'zod/mini';
import { RuntimeError } from '#errors';
import type { Answer } from '#cluster/exchange';
import type { Login } from '#cluster/options';
import { parsed } from '#cluster/refusal';
import { unlessAborted } from '#cluster/waiting';

const LoggedIn = z.object({
  data: z.object({
    // What may stand in a header.
    access_token: z.string().check(z.regex(/^[\x21-\x7e]+$/)),
    /** In seconds. */
    expires_in: z.number(),
  }),
});

/** So long before its end a token is not used any more; one that lives shorter than twice that is used for half of its life. */
const MARGIN_MS = 10_000;

export interface Session {
  /** Whether there is a login to be made, and none was yet. */
  readonly isUntried: boolean;
  /** Undefined: none was asked for yet. */
  token(signal: AbortSignal | undefined): Promise<string | undefined>;
  /** A token other than the one that was refused; undefined if there is no login. */
  renew(refused: string | undefined, signal: AbortSignal | undefined): Promise<string | undefined>;
}

interface SessionOptions {
  readonly endpoint: string;
  readonly login: Login | undefined;
  readonly now: () => number;
  /** Sends to `auth/login`, tries again where that helps, and rejects if nobody answers. */
  readonly post: (body: string) => Promise<Answer>;
}

interface Token {
  readonly value: string;
  readonly goodUntil: number;
}

export function createSession({ endpoint, login, now, post }: SessionOptions): Session {
  let current: Token | undefined;
  let going: Promise<Token> | undefined;

  async function logIn({ username, password }: Login): Promise<Token> {
    const askedAt = now();
    const answer = await post(JSON.stringify({ username, password: password() }));
    if (answer.status >= 300) throw refusedLogin(answer, { endpoint, username });
    const checked = LoggedIn.safeParse(parsed(answer.text));
    if (!checked.success)
      throw new RuntimeError('REQUEST_FAILED', `${endpoint}: what it answers to a login has no token as HKube’s has.`);
    const { access_token: value, expires_in: seconds } = checked.data.data;
    const lifeMs = seconds * 1000;
    return { value, goodUntil: askedAt + Math.max(lifeMs - MARGIN_MS, lifeMs / 2) };
  }

  /** S2. */
  async function shared(one: Login, signal: AbortSignal | undefined): Promise<string> {
    going ??= logIn(one)
      .then((token) => (current = token))
      .finally(() => (going = undefined));
    return (await unlessAborted(going, signal)).value;
  }

  return {
    get isUntried() {
      return login !== undefined && !current;
    },
    token: async (signal) => {
      if (!login || !current || now() < current.goodUntil) return current?.value;
      return shared(login, signal);
    },
    renew: async (refused, signal) => {
      if (!login) return undefined;
      return current && current.value !== refused ? current.value : shared(login, signal);
    },
  };
}

/** A wrong password comes as 500, with Keycloak's status in its words. */
function refusedLogin({ status, text }: Answer, who: { endpoint: string; username: string }): RuntimeError {
  const facts = { status };
  const { endpoint, username } = who;
  if (status < 500 || /status code 4\d\d/.test(text)) {
    const message = `${endpoint} refuses the login of ${username}: check user name and password, in .hkuberc or in HKUBE_USERNAME and HKUBE_PASSWORD.`;
    return new RuntimeError('INVALID_CALL', message, { facts });
  }
  const message = `${endpoint} could not make the login of ${username} (HTTP status ${status}): Keycloak may be away. Try again later.`;
  return new RuntimeError('REQUEST_FAILED', message, { facts });
}
