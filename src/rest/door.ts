// Who is answered.
//
//   R1. Who is on this machine, and comes from no page of elsewhere: a browser must not be talked into running things.
//   R2. Everybody else has to show the token, and where there is none, is refused. By `POST auth/login` it is the password, so that
//       tools which log in to a cluster log in here: what they get for it is the token.
//   R3. What a header says of where somebody is counts against it only: who comes by a proxy of this machine is elsewhere, whatever the proxy
//       says of it.

import { randomBytes, timingSafeEqual } from 'node:crypto';

/** What of a request tells who asks. */
export interface Caller {
  /** The address at the other end of its connection. */
  readonly address: string | undefined;
  readonly host: string | undefined;
  readonly origin: string | undefined;
  readonly authorization: string | undefined;
  /** A proxy has handed it on. */
  readonly isForwarded: boolean;
}

export type Verdict = 'welcome' | 'foreign' | 'unknown';

const LOOPBACK_NAMES = new Set(['localhost', '127.0.0.1', '[::1]']);
const LOOPBACK_ADDRESS = /^(::1|(::ffff:)?127\.\d+\.\d+\.\d+)$/;
const TOKEN_BYTES = 24;

export const createToken = (): string => randomBytes(TOKEN_BYTES).toString('base64url');

/** `token` null: only this machine is answered. */
export function judge(caller: Caller, token: string | null): Verdict {
  if (isHere(caller)) return 'welcome';
  if (token === null) return 'foreign';
  // A page has the token only where a person has given it to that page.
  return isToken(caller.authorization?.replace(/^bearer /i, ''), token) ? 'welcome' : 'unknown';
}

/** R1, R3 */
export function isHere({ address = '', host, origin, isForwarded }: Caller): boolean {
  const isLocal = LOOPBACK_ADDRESS.test(address) && isLoopback(`http://${host ?? ''}`);
  return isLocal && !isForwarded && (origin === undefined || isLoopback(origin));
}

/** It takes the same time whatever is wrong. */
export function isToken(given: string | undefined, token: string): boolean {
  const [one, other] = [Buffer.from(given ?? ''), Buffer.from(token)];
  return one.length === other.length && timingSafeEqual(one, other);
}

/** `Host` too, because a foreign name may have been made to mean this machine. */
export function isLoopback(origin: string): boolean {
  return URL.canParse(origin) && LOOPBACK_NAMES.has(new URL(origin).hostname);
}
