// The inspector's door: the page, its socket, the socket of processes that dial in, and what is kept as a file.
//
//   V1. Only this machine is answered, unless a host was asked for. `Host` is checked, because a foreign name may have been made to
//       mean this machine, and `Origin`, because a page of another origin must neither read nor send.
//   V2. Whatever tells or takes anything wants the token of the link.
//   V3. The page asks nobody else for anything: its policy forbids it.

import { timingSafeEqual } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { createAdaptorServer, type ServerType } from '@hono/node-server';
import { type Context, Hono } from 'hono';
import { type WebSocket, WebSocketServer } from 'ws';
import { RuntimeError } from '#errors';
import { type Desk, servePage, serveSource } from '#inspector/desk';
import { type Exported, exportOf, testOfDesk } from '#inspector/exports';
import { describeFailure } from '#model/failure';

export interface ServerOptions {
  /** The first port that is tried; when it is taken, the next ones. 0: any. */
  readonly port: number;
  /** Default: 127.0.0.1. */
  readonly host?: string | undefined;
  readonly token: string;
  /** The folder of the built page. */
  readonly page: URL;
  readonly desk: Desk;
}

export interface InspectorServer {
  /** With its token: what a person opens. */
  readonly link: string;
  /** With its token: what other processes dial. */
  readonly dial: string;
  close(): Promise<void>;
}

const LOOPBACK = '127.0.0.1';
const PORTS_TRIED = 20;
const PULSE_MS = 30_000;
const LARGEST_MESSAGE = 64 * 1024 * 1024;
const SCRIPT = 'text/javascript; charset=utf-8';
const types: Readonly<Record<string, string>> = {
  '/': 'text/html; charset=utf-8',
  '/page.js': SCRIPT,
  '/graph-view.js': SCRIPT,
  '/curves-view.js': SCRIPT,
  '/page.css': 'text/css; charset=utf-8',
};
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Serves until it is closed. Rejects with `INVALID_OPTIONS` if no port can be opened. */
export async function serveInspector(options: ServerOptions): Promise<InspectorServer> {
  const { host = LOOPBACK, token, desk } = options;
  const app = new Hono();
  app.use(async (context, next) => {
    if (!isAtHome(context.req.header('host'), context.req.header('origin'), host)) {
      context.res = context.text(FOREIGN, 403);
      return;
    }
    await next();
    context.header('Content-Security-Policy', POLICY);
    context.header('X-Content-Type-Options', 'nosniff');
    context.header('Referrer-Policy', 'no-referrer');
    context.header('Cache-Control', 'no-store');
  });
  for (const [path, type] of Object.entries(types))
    app.get(path, async (context) =>
      file(context, new URL(path === '/' ? 'index.html' : path.slice(1), options.page), type),
    );
  const files: Readonly<Record<string, (context: Context) => Promise<Exported> | Exported>> = {
    'recording.jsonl': () => exportOf(desk, options.page, 'jsonl'),
    'recording.html': () => exportOf(desk, options.page, 'html'),
    'recording.test.ts': ({ req }) =>
      testOfDesk(desk, { actor: req.query('actor') ?? '', entry: req.query('entry') ?? './algorithm.ts' }),
  };
  for (const [name, make] of Object.entries(files)) app.get(`/${name}`, (context) => guarded(context, name, make));
  const server = createAdaptorServer({ fetch: app.fetch });
  const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false, maxPayload: LARGEST_MESSAGE });
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const refusal = refusalOf(request, host, token);
    if (refusal) return refuse(socket, refusal);
    sockets.handleUpgrade(request, socket, head, (open) => {
      open.on('error', () => undefined);
      watchPulse(open);
      const { pathname, query } = partsOf(request.url);
      if (pathname === '/source') serveSource(desk, open, query.get('process') ?? '');
      else servePage(desk, open);
    });
  });
  /** V2 */
  async function guarded(
    context: Context,
    name: string,
    make: (context: Context) => Promise<Exported> | Exported,
  ): Promise<Response> {
    const given = context.req.query('token') ?? bearer(context.req.header('authorization'));
    if (!isRight(given, token)) return context.text(NO_TOKEN, 401);
    try {
      const { text, type } = await make(context);
      const headers = { 'Content-Type': type, 'Content-Disposition': `attachment; filename="${name}"` };
      return context.body(text, 200, headers);
    } catch (error) {
      return context.text(describeFailure(error).message, 409);
    }
  }

  const port = await listen(server, options.port, host);
  const name = nameOf(host);
  return {
    link: `http://${name}:${port}/?token=${token}`,
    dial: `ws://${isWildcard(host) ? LOOPBACK : name}:${port}/source?token=${token}`,
    close: async () => {
      for (const client of sockets.clients) client.terminate();
      sockets.close();
      const closed = new Promise((resolve) => server.close(resolve));
      if ('closeAllConnections' in server) server.closeAllConnections();
      await closed;
    },
  };
}

/** A page whose machine has gone says nothing: everything would be told to it for ever. */
function watchPulse(socket: WebSocket): void {
  let isThere = true;
  socket.on('pong', () => (isThere = true));
  const timer = setInterval(() => {
    if (!isThere) return socket.terminate();
    isThere = false;
    socket.ping();
  }, PULSE_MS).unref();
  socket.once('close', () => clearInterval(timer));
}

async function file(context: Context, url: URL, type: string): Promise<Response> {
  const body = await readFile(url).catch(() => undefined);
  if (!body) return context.text('The page has not been built: npm run build.', 404);
  return context.body(new Uint8Array(body), 200, { 'Content-Type': type });
}

/** By hand: what somebody sends need not be an address. */
function partsOf(url = '/'): { readonly pathname: string; readonly query: URLSearchParams } {
  const [pathname = '/', query = ''] = url.split('?', 2);
  return { pathname, query: new URLSearchParams(query) };
}

interface Refusal {
  readonly status: string;
  readonly words: string;
}

const FOREIGN = 'Only pages and programs of this machine are answered.';
const NO_TOKEN = 'The token is missing or wrong: take the link that the process has printed.';

function refusalOf({ url = '/', headers }: IncomingMessage, host: string, token: string): Refusal | undefined {
  if (!isAtHome(headers.host, headers.origin, host)) return { status: '403 Forbidden', words: FOREIGN };
  const { pathname, query } = partsOf(url);
  if (pathname !== '/ws' && pathname !== '/source')
    return { status: '404 Not Found', words: 'There is /ws, and /source.' };
  const given = query.get('token') ?? bearer(headers.authorization);
  return isRight(given, token) ? undefined : { status: '401 Unauthorized', words: NO_TOKEN };
}

function refuse(socket: Duplex, { status, words }: Refusal): void {
  socket.on('error', () => undefined);
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Type: text/plain\r\n\r\n${words}\n`);
}

/** V1: no program but a browser sends an origin, and a browser always does where it matters. */
function isAtHome(host: string | undefined, origin: string | undefined, served: string): boolean {
  if (host === undefined || !URL.canParse(`http://${host}`)) return false;
  const { hostname } = new URL(`http://${host}`);
  const isOurs =
    ['localhost', LOOPBACK, '[::1]'].includes(hostname) || (served !== LOOPBACK && isServed(hostname, served));
  return isOurs && (origin === undefined || origin === `http://${host}`);
}

/** Who serves on all addresses is called by any of them, but by no name that somebody else has given. */
function isServed(hostname: string, served: string): boolean {
  if (!isWildcard(served)) return hostname === nameOf(served);
  return /^(\d+\.){3}\d+$|^\[/.test(hostname);
}

const isWildcard = (host: string): boolean => host === '0.0.0.0' || host === '::';

/** As an address has it. */
function nameOf(host: string): string {
  const written = host.includes(':') ? `[${host}]` : host;
  return URL.canParse(`http://${written}`) ? new URL(`http://${written}`).hostname : written;
}

const bearer = (header: string | undefined): string => /^Bearer (.+)$/.exec(header ?? '')?.[1] ?? '';

function isRight(given: string, token: string): boolean {
  const [one, other] = [Buffer.from(given), Buffer.from(token)];
  return one.length === other.length && timingSafeEqual(one, other);
}

async function listen(server: ServerType, first: number, host: string): Promise<number> {
  const last = first === 0 ? 0 : Math.min(first + PORTS_TRIED - 1, 65_535);
  for (let port = first; ; port++) {
    try {
      return await tryPort(server, port, host);
    } catch (cause) {
      if (port < last && cause instanceof Error && 'code' in cause && cause.code === 'EADDRINUSE') continue;
      const words = cause instanceof Error ? cause.message : String(cause);
      throw new RuntimeError('INVALID_OPTIONS', `the inspector cannot listen: ${words}. Give another port.`, { cause });
    }
  }
}

function tryPort(server: ServerType, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve(portOf(server.address()));
    });
  });
}

const portOf = (address: AddressInfo | string | null): number =>
  typeof address === 'object' ? (address?.port ?? 0) : 0;
