// The other side of the client: an api-server over real HTTP that keeps what it was asked, and answers what a test says.

import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { HonoRequest } from 'hono/request';
import { onTestFinished } from 'vitest';
import { keeperOf, simulateTime } from '#testing/simulated-time';
import type { World } from '#cluster/world';

/** A request, as it has come. */
export interface Asked {
  readonly method: string;
  /** Without HKube's prefix. */
  readonly path: string;
  readonly authorization: string | undefined;
  /** JSON, or the parts of a form: texts, and files as `{ file, content }`. */
  readonly body: unknown;
}

/** The same, byte by byte. */
export interface Sent {
  /** Headers and body, a character a byte. */
  readonly all: string;
  /** Of a form, by their names in it. */
  readonly files: Readonly<Record<string, Buffer>>;
}

export interface Reply {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** What a server does with a request: answers it, or breaks the connection. */
export type Answering = Reply | 'break' | 'silence';
export type Respond = (asked: Asked, count: number) => Answering | Promise<Answering>;

const PREFIX = '/hkube/api-server/api/v1/';

/** Serves until the test is over. */
export async function fakeApiServer(respond: Respond) {
  const asked: Asked[] = [];
  const sent: Sent[] = [];
  const server = createServer((request, response) => {
    void readRequest(request).then(async ({ bytes, ...one }) => {
      asked.push(one);
      sent.push(bytes);
      reply(response, await respond(one, asked.length));
    });
  });
  return { asked, sent, ...(await listen(server, 'http')) };
}

/** Any listener, until the test is over. */
export async function serve(listener: RequestListener) {
  return listen(createServer(listener), 'http');
}

/** Its certificate is nobody's. */
export async function serveTls(identity: { key: string; cert: string }, listener: RequestListener) {
  return listen(createTlsServer(identity, listener), 'https');
}

async function listen(server: Server, protocol: string) {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const address = server.address();
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
  return { url: `${protocol}://127.0.0.1:${port}`, port, server };
}

async function readRequest(request: IncomingMessage): Promise<Asked & { readonly bytes: Sent }> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) if (chunk instanceof Buffer) chunks.push(chunk);
  const { method = '', url = '', headers, rawHeaders } = request;
  const bytes = Buffer.concat(chunks);
  return {
    method,
    path: url.startsWith(PREFIX) ? url.slice(PREFIX.length) : url,
    authorization: headers.authorization,
    ...(await readBody(bytes, { type: headers['content-type'] ?? '', head: rawHeaders.join('\n') })),
  };
}

interface Head {
  readonly type: string;
  readonly head: string;
}

/** Forms by a parser that is not ours. */
async function readBody(bytes: Buffer, { type, head }: Head): Promise<{ body: unknown; bytes: Sent }> {
  const all = `${head}\n${bytes.toString('latin1')}`;
  if (bytes.length === 0) return { body: undefined, bytes: { all, files: {} } };
  if (!type.startsWith('multipart/')) return { body: JSON.parse(bytes.toString()), bytes: { all, files: {} } };
  const request = new Request('http://here', { method: 'POST', body: bytes, headers: { 'content-type': type } });
  const form = await new HonoRequest(request).parseBody();
  const body: Record<string, unknown> = {};
  const files: Record<string, Buffer> = {};
  for (const [name, part] of Object.entries(form)) {
    body[name] = part instanceof File ? { file: part.name, content: await part.text() } : part;
    if (part instanceof File) files[name] = Buffer.from(await part.arrayBuffer());
  }
  return { body, bytes: { all, files } };
}

function reply(response: ServerResponse, answer: Answering): void {
  if (answer === 'silence') return;
  if (answer === 'break') {
    response.destroy();
    return;
  }
  const { status = 200, headers, body = {} } = answer;
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(typeof body === 'string' ? body : JSON.stringify(body));
}

/** A world whose time passes when a test says so; `chance` 1: every wait is as long as it can be. */
export function simulatedWorld() {
  const time = simulateTime();
  const after = keeperOf(time)?.after ?? (() => () => undefined);
  const world: World = { after, now: () => time.now, chance: () => 1 };
  return { time, world };
}
