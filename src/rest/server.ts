// The REST door of local HKube: the paths, bodies and errors of HKube's own API. Whoever talks to a cluster can talk to this machine.

import { createAdaptorServer, type ServerType } from '@hono/node-server';
import { RuntimeError } from '#errors';
import type { LocalHKube } from '#local-hkube/create-local-hkube';
import { createApp } from '#rest/app';
import type { BuildsSide } from '#rest/builds';
import { createToken, isLoopback } from '#rest/door';
import { endpointsOf, internalEndpointsOf } from '#rest/endpoints';

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
  /** For programs of this machine, such as `http://127.0.0.1:3030`. */
  readonly url: string;
  /** What whoever is not on this machine has to show; null: nobody else is answered. */
  readonly token: string | null;
  close(): Promise<void>;
}

const HERE = '127.0.0.1';
const EVERYWHERE = new Set(['0.0.0.0', '::', '[::]']);
const SHORTEST_TOKEN = 16;
/** A connection on which nothing moves is nobody's any more. Uploads may take as long as they like, as long as they come. */
const SILENT_MS = 600_000;

/** Serves. Rejects with `INVALID_OPTIONS` if the port is taken, or the token could be guessed. */
export async function serveRest(
  hkube: LocalHKube,
  { port, host = HERE, ...options }: RestOptions,
): Promise<RestServer> {
  refuseShort(options.token);
  const isPrivate = isLoopback(`http://${bracketed(host)}`);
  const token = options.token ?? (isPrivate ? null : createToken());
  const { fetch } = createApp({
    endpoints: endpointsOf(hkube, options.builds),
    internal: internalEndpointsOf(hkube),
    token,
  });
  const first = await listen(fetch, port, host);
  const servers = [first];
  try {
    // At one of its addresses alone, the programs of this machine would be strangers.
    if (!isPrivate && !EVERYWHERE.has(host)) servers.push(await listen(fetch, first.port, HERE));
  } catch (error) {
    await first.close();
    throw error;
  }
  return {
    url: `http://${isPrivate ? bracketed(host) : HERE}:${first.port}`,
    token,
    close: () => Promise.all(servers.map(({ close }) => close())).then(() => undefined),
  };
}

interface Listening {
  readonly port: number;
  close(): Promise<void>;
}

async function listen(fetch: ReturnType<typeof createApp>['fetch'], port: number, host: string): Promise<Listening> {
  const server = createAdaptorServer({ fetch, serverOptions: { requestTimeout: 0 } });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => reject(cannotOpen(cause, port, host)));
    server.listen(port, host.replace(/^\[|\]$/g, ''), resolve);
  });
  server.setTimeout(SILENT_MS);
  const address = server.address();
  return {
    port: typeof address === 'object' ? (address?.port ?? 0) : 0,
    close: () => closed(server),
  };
}

function cannotOpen(cause: NodeJS.ErrnoException, port: number, host: string): RuntimeError {
  const isTaken = cause.code === 'EADDRINUSE';
  const remedy = isTaken
    ? 'Something else listens there; end it, or give another --port.'
    : `Give another --host than ${host}, one of this machine, or another --port.`;
  return new RuntimeError('INVALID_OPTIONS', `Port ${port} cannot be opened: ${cause.message}. ${remedy}`, { cause });
}

function closed(server: ServerType): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    if ('closeAllConnections' in server) server.closeAllConnections();
  });
}

function refuseShort(token: string | undefined): void {
  if (token === undefined || token.length >= SHORTEST_TOKEN) return;
  const words = `a token of ${token.length} characters can be guessed: give one of at least ${SHORTEST_TOKEN}, or none, and one is made.`;
  throw new RuntimeError('INVALID_OPTIONS', words);
}

const bracketed = (host: string): string => (host.includes(':') && !host.startsWith('[') ? `[${host}]` : host);
