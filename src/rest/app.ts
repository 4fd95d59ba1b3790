// The endpoints behind the door, and what is answered where there is none.

import type { HttpBindings } from '@hono/node-server';
import { type Context, Hono, type MiddlewareHandler } from 'hono';
import { type Caller, isHere, isLoopback, judge } from '#rest/door';
import type { Endpoint, Incoming } from '#rest/endpoint';
import { answerTo, errorBody } from '#rest/errors';
import { readJson } from '#rest/json-body';
import { addLogin } from '#rest/login';
import { openApiOf } from '#rest/openapi';

type App = Hono<{ Bindings: HttpBindings }>;
type AppContext = Context<{ Bindings: HttpBindings }>;

/** Where tools look for HKube's API: in a cluster, and by its gateway. */
const PUBLIC = ['/api/v1', '/hkube/api-server/api/v1'];
/** What HKube's own parts ask; from outside it is closed. */
const INTERNAL = '/internal/v1';
const INTERNAL_FROM_OUTSIDE = '/hkube/api-server/internal';
const OPEN_API = ['/swagger-api', '/hkube/api-server/swagger-api', '/api/v1/openapi.json'];

const FOREIGN = 'only pages and programs of this machine are answered';
const FORWARDED = ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip', 'via'];

export interface AppOptions {
  readonly endpoints: readonly Endpoint[];
  /** By whom they are asked that are HKube's own. */
  readonly internal: readonly Endpoint[];
  /** Null: only this machine is answered. */
  readonly token: string | null;
}

export function createApp({ endpoints, internal, token }: AppOptions): App {
  // HKube's own tools end some paths with a slash.
  const app: App = new Hono({ strict: false });
  if (token !== null) addLogin(app, PUBLIC, token);
  app.use(doorman(token));
  app.all(`${INTERNAL_FROM_OUTSIDE}/*`, (context) => context.json(errorBody(403, 'Forbidden'), 403));
  app.use(`${INTERNAL}/*`, fromHere);
  const served = [...PUBLIC.map((base) => ({ base, all: endpoints })), { base: INTERNAL, all: internal }];
  for (const { base, all } of served) for (const one of all) addEndpoint(app, base, one);
  const document = openApiOf({
    ...{ base: PUBLIC[0] ?? '', endpoints },
    internal: { base: INTERNAL, endpoints: internal },
  });
  for (const path of OPEN_API) app.get(path, (context) => context.json(document));
  app.notFound((context) => {
    const { path } = context.req;
    const at = served.find(({ base }) => path.startsWith(`${base}/`));
    return refusal(context, at ? at.all.filter((one) => isAt(one.path, path.slice(at.base.length))) : []);
  });
  app.onError((error, context) => {
    const { status, body } = answerTo(error);
    return context.json(body, status);
  });
  return app;
}

type Guard = MiddlewareHandler<{ Bindings: HttpBindings }>;

/** R1, R2 */
function doorman(token: string | null): Guard {
  return async (context, next) => {
    const caller = callerOf(context);
    switch (judge(caller, token)) {
      case 'welcome':
        if (caller.origin !== undefined) allowPage(context, caller.origin);
        return next();
      case 'foreign':
        return context.json(errorBody(403, FOREIGN), 403);
      case 'unknown':
        // HKube says this one in another shape than all others.
        return context.json({ error: 'Unauthorized' }, 401);
    }
  };
}

/** Also with a token nobody else is answered. */
const fromHere: Guard = async (context, next) =>
  isHere(callerOf(context)) ? next() : context.json(errorBody(403, FOREIGN), 403);

/** A page of this machine may read what it is answered. */
function allowPage(context: AppContext, origin: string): void {
  context.header('Vary', 'Origin');
  if (!isLoopback(origin)) return;
  context.header('Access-Control-Allow-Origin', origin);
  context.header('Access-Control-Allow-Headers', 'content-type, authorization');
  context.header('Access-Control-Allow-Methods', 'GET, POST, PUT, DELETE');
}

function addEndpoint(app: App, base: string, { method, path, status = 200, handle }: Endpoint): void {
  app.on(method.toUpperCase(), `${base}${path}`, async (context) => {
    const answer = await handle(incomingOf(context));
    return context.json(answer ?? null, status);
  });
}

function incomingOf(context: AppContext): Incoming {
  const { req, env } = context;
  return {
    param: (name) => req.param(name) ?? '',
    query: (reading) => reading.read(req.query()),
    body: async (reading) => reading.read(await readJson(env.incoming)),
    say: (header, value) => context.header(header, value),
    message: env.incoming,
    signal: req.raw.signal,
  };
}

/** A path that is there, asked by another method, or one that is not there. */
function refusal(context: AppContext, there: readonly Endpoint[]): Response {
  const { method, path } = context.req;
  if (there.length === 0) return context.json(errorBody(404, `${method} ${path} Not Found`), 404);
  const allowed = new Set(there.map((one) => one.method.toUpperCase()));
  context.header('Allow', [...allowed].join(', '));
  if (method === 'OPTIONS') return context.body(null, 204);
  return context.json(errorBody(405, `${method} ${path}: method not allowed`), 405);
}

const isAt = (pattern: string, path: string): boolean =>
  new RegExp(`^${pattern.replace(/:\w+/g, '[^/]+')}/?$`).test(path);

function callerOf({ req, env }: AppContext): Caller {
  return {
    address: env.incoming.socket.remoteAddress,
    host: req.header('host'),
    origin: req.header('origin'),
    authorization: req.header('authorization'),
    isForwarded: FORWARDED.some((name) => req.header(name) !== undefined),
  };
}
