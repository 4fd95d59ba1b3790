// The login of HKube's tools (R2): the token is the password of anybody.

import type { HttpBindings } from '@hono/node-server';
import type { Hono } from 'hono';
import * as z from 'zod/mini';
import { isToken } from '#rest/door';
import { errorBody } from '#rest/errors';
import { readJson } from '#rest/json-body';

/** Where tools look whether a login is asked for. */
const REALM = '/hkube/keycloak/realms/master/.well-known/openid-configuration';
/** In seconds; the token lasts as long as the server. */
const LASTS_S = 86_400;
const LARGEST = 10_000;

const Login = z.object({ password: z.string() });

export function addLogin(app: Hono<{ Bindings: HttpBindings }>, bases: readonly string[], token: string): void {
  app.get(REALM, (context) => context.json({ issuer: 'local HKube' }));
  for (const base of bases)
    app.post(`${base}/auth/login`, async (context) => {
      const given = Login.safeParse(await readJson(context.env.incoming, LARGEST));
      // HKube's status and words for it.
      if (!given.success || !isToken(given.data.password, token))
        return context.json(errorBody(500, 'Request failed with status code 401'), 500);
      const lasting = { expires_in: LASTS_S, refresh_expires_in: LASTS_S };
      const rest = { 'not-before-policy': 0, session_state: 'local', scope: '' };
      const tokens = { access_token: token, refresh_token: token, token_type: 'Bearer' };
      return context.json({ data: { ...tokens, ...lasting, ...rest } });
    });
}
