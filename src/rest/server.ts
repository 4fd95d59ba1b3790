// The REST door of local HKube: the paths, bodies and errors of HKube's own API. Whoever talks to a cluster can talk to this machine.

import type { AddressInfo } from 'node:net';
import { createAdaptorServer, type HttpBindings } from '@hono/node-server';
import { type Context, Hono } from 'hono';
import { RuntimeError } from '#errors';
import { describeFailure } from '#model/failure';
import type { LocalHKube } from '#local-hkube/create-local-hkube';
import { algorithmEndpoints } from '#rest/algorithms';
import { createToken, isLoopback, isToken, judge } from '#rest/door';
import { boardEndpoints } from '#rest/boards';
import { buildEndpoints, type BuildsSide } from '#rest/builds';
import type { Endpoint, Incoming } from '#rest/endpoint';
import { answerTo, errorBody } from '#rest/errors';
import { execEndpoints } from '#rest/exec';
import { openApiOf } from '#rest/openapi';
import { readmeEndpoints } from '#rest/readme';
import { versionEndpoints } from '#rest/versions';

export interface RestOptions {
  /** 0 takes a free one. */
  readonly port: number;
  /** The address to listen at. Default: 127.0.0.1. Of any but this machine's own, a token is asked for (R2). */
  readonly host?: string | undefined;
  /** Default: one is made where it is needed. */
  readonly token?: string | undefined;
  /** Where algorithms are built, if not by this local HKube. */
  readonly builds?: BuildsSide | undefined;
}

export interface RestServer {
  /** Such as `http://127.0.0.1:3030`. */
  readonly url: string;
  /** What whoever is not on this machine has to show; null: nobody else is answered. */
  readonly token: string | null;
  close(): Promise<void>;
}

const PATHS = ['/api/v1', '/hkube/api-server/api/v1'];
const OPEN_API = ['/swagger-api', '/hkube/api-server/swagger-api', '/api/v1/openapi.json'];
/** Where tools look whether a login is asked for. */
const REALM = '/hkube/keycloak/realms/master/.well-known/openid-configuration';
const LOGIN = PATHS.map((path) => `${path}/auth/login`);
const HERE = '127.0.0.1';
const EVERYWHERE = new Set(['0.0.0.0', '::']);
const FOREIGN = 'only pages and programs of this machine are answered';

type App = Hono<{ Bindings: HttpBindings }>;
type AppContext = Context<{ Bindings: HttpBindings }>;

/** Serves. Rejects with `INVALID_OPTIONS` if the port is taken. */
export async function serveRest(
  hkube: LocalHKube,
  { port, host = HERE, ...options }: RestOptions,
): Promise<RestServer> {
  const named = host.includes(':') ? `[${host}]` : host;
  const isPrivate = isLoopback(`http://${named}`);
  const token = options.token ?? (isPrivate ? null : createToken());
  const endpoints = [
    ...execEndpoints(hkube),
    ...algorithmEndpoints(hkube),
    ...versionEndpoints(hkube),
    ...readmeEndpoints(hkube),
    ...buildEndpoints(options.builds ?? { ...hkube.builds, onPush: hkube.store.onPush }),
    ...boardEndpoints(hkube),
  ];
  const server = createAdaptorServer({ fetch: createApp(endpoints, token).fetch });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause: Error) => {
      const remedy = 'Something else listens there; end it, or give another --port.';
      reject(
        new RuntimeError('INVALID_OPTIONS', `Port ${port} cannot be opened: ${cause.message}. ${remedy}`, { cause }),
      );
    });
    server.listen(port, host, resolve);
  });
  const reachedBy = EVERYWHERE.has(host) ? HERE : named;
  return {
    url: `http://${reachedBy}:${portOf(server.address())}`,
    token,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        if ('closeAllConnections' in server) server.closeAllConnections();
      }),
  };
}

function createApp(endpoints: readonly Endpoint[], token: string | null): App {
  // HKube's own tools end some paths with a slash.
  const app: App = new Hono({ strict: false });
  if (token !== null) addLogin(app, token);
  app.use(async (context, next) => {
    switch (judge(callerOf(context), token)) {
      case 'welcome':
        return next();
      case 'foreign':
        return context.json(errorBody(403, FOREIGN), 403);
      case 'unknown':
        // HKube says this one in another shape than all others.
        return context.json({ error: 'Unauthorized' }, 401);
    }
  });
  for (const base of PATHS) for (const one of endpoints) addEndpoint(app, base, one);
  const document = openApiOf({ base: PATHS[0] ?? '', endpoints });
  for (const path of OPEN_API) app.get(path, (context) => context.json(document));
  app.notFound((context) => refusalOf(context, endpoints));
  app.onError((error, context) => {
    const { status, body } = answerTo(error);
    return context.json(body, status);
  });
  return app;
}

function addEndpoint(app: App, base: string, { method, path, status = 200, handle }: Endpoint): void {
  app.on(method.toUpperCase(), `${base}${path}`, async (context) => {
    const answer = await handle(incomingOf(context));
    return context.json(answer ?? null, status);
  });
}

function incomingOf({ req, env }: AppContext): Incoming {
  return {
    param: (name) => req.param(name) ?? '',
    query: (reading) => reading.read(req.query()),
    body: async (reading) => reading.read(await jsonOf(req)),
    message: env.incoming,
    signal: req.raw.signal,
  };
}

async function jsonOf(req: AppContext['req']): Promise<unknown> {
  try {
    return await req.json<unknown>();
  } catch (cause) {
    throw new RuntimeError('INVALID_DESCRIPTOR', `the body is no JSON: ${describeFailure(cause).message}`, { cause });
  }
}

/** R2 */
function addLogin(app: App, token: string): void {
  app.get(REALM, (context) => context.json({ issuer: 'local HKube' }));
  for (const path of LOGIN)
    app.post(path, async (context) => {
      const { password } = await context.req.json<{ password?: unknown }>().catch(() => ({ password: undefined }));
      // HKube's status and words for it.
      if (typeof password !== 'string' || !isToken(password, token))
        return context.json(errorBody(500, 'Request failed with status code 401'), 500);
      const lasting = { expires_in: LOGIN_LASTS_S, refresh_expires_in: LOGIN_LASTS_S };
      return context.json({ data: { access_token: token, refresh_token: token, token_type: 'Bearer', ...lasting } });
    });
}

/** In seconds; the token lasts as long as the server. */
const LOGIN_LASTS_S = 86_400;

/** A path that is there, asked by another method, or one that is not there. */
function refusalOf(context: AppContext, endpoints: readonly Endpoint[]): Response {
  const { method, path } = context.req;
  const base = PATHS.find((one) => path.startsWith(`${one}/`));
  const allowed = base === undefined ? [] : endpoints.filter((one) => isAt(one.path, path.slice(base.length)));
  if (allowed.length === 0) return context.json(errorBody(404, `${method} ${path} Not Found`), 404);
  context.header('Allow', allowed.map((one) => one.method.toUpperCase()).join(', '));
  return context.json(errorBody(405, `${method} ${path}: method not allowed`), 405);
}

const isAt = (pattern: string, path: string): boolean =>
  new RegExp(`^${pattern.replace(/:\w+/g, '[^/]+')}/?$`).test(path);

function callerOf({ req, env }: AppContext) {
  return {
    address: env.incoming.socket.remoteAddress,
    host: req.header('host'),
    origin: req.header('origin'),
    authorization: req.header('authorization'),
  };
}

function portOf(address: AddressInfo | string | null): number {
  return typeof address === 'object' ? (address?.port ?? 0) : 0;
}
