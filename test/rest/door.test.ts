// The door: who is let in, over real HTTP, from this machine and from elsewhere.

import { request, type IncomingHttpHeaders } from 'node:http';
import { networkInterfaces } from 'node:os';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createHKubeApi } from '#cluster/hkube-api';
import { isToken, judge, type Caller } from '#rest/door';
import { type RestOptions, serveRest } from '#rest/server';
import { add, startHKube } from '#test/support/local-hkube';

const TOKEN = 'a-token-that-is-long-enough';

async function open(options: Partial<RestOptions> = {}) {
  const { hkube } = await startHKube({ add });
  const rest = await serveRest(hkube, { port: 0, ...options });
  onTestFinished(rest.close);
  return { ...rest, port: new URL(rest.url).port };
}

interface Heard {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** With headers that `fetch` lets nobody set. */
function ask(url: string, headers: Readonly<Record<string, string>> = {}, method = 'GET', sent = ''): Promise<Heard> {
  return new Promise((resolve, reject) => {
    const asking = request(url, { method, headers }, (response) => {
      text(response).then(
        (body) => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }),
        reject,
      );
    });
    asking.on('error', reject).end(sent);
  });
}

/** An address of this machine by which it is a stranger to itself. */
const outside = Object.values(networkInterfaces())
  .flatMap((one) => one ?? [])
  .find(({ internal, family }) => !internal && family === 'IPv4')?.address;

const SEARCH = '/api/v1/exec/search';

describe('without a token', () => {
  it.each([
    [{ host: 'evil.example' }, 403],
    [{ host: 'evil.example:3030' }, 403],
    [{ host: '127.0.0.1.evil.example' }, 403],
    [{ host: 'localhost.evil.example' }, 403],
    [{ host: '[::1]' }, 200],
    [{ host: 'localhost:3030' }, 200],
    [{ origin: 'http://evil.example' }, 403],
    [{ origin: 'http://localhost.evil.example' }, 403],
    [{ origin: 'null' }, 403],
    [{ origin: 'file://' }, 403],
    [{ origin: 'http://localhost:5173' }, 200],
    [{ 'x-forwarded-for': '10.0.0.7' }, 403],
    [{ 'x-forwarded-for': '127.0.0.1' }, 403],
    [{ forwarded: 'for=127.0.0.1;host=localhost' }, 403],
    [{ 'x-real-ip': '127.0.0.1' }, 403],
    [{ authorization: `Bearer ${TOKEN}` }, 200],
  ])('%j is answered with %i (R1, R3)', async (headers, status) => {
    const { url } = await open();
    const heard = await ask(`${url}${SEARCH}`, headers);
    expect(heard.status).toBe(status);
    if (status === 403) expect(JSON.parse(heard.body)).toMatchObject({ error: { code: 403 } });
  });

  it('there is no login, and tools see that', async () => {
    const { url } = await open();
    expect((await ask(`${url}/hkube/keycloak/realms/master/.well-known/openid-configuration`)).status).toBe(404);
    expect((await ask(`${url}/api/v1/auth/login`, {}, 'POST', '{}')).status).toBe(404);
  });
});

describe('with a token', () => {
  const elsewhere = { host: 'somewhere.example' };

  it.each([
    [{}, 401],
    [{ authorization: TOKEN.slice(0, -1) }, 401],
    [{ authorization: `Bearer ${TOKEN}x` }, 401],
    [{ authorization: 'Bearer ' }, 401],
    [{ authorization: `Basic ${TOKEN}` }, 401],
    [{ authorization: `Bearer ${TOKEN}` }, 200],
    [{ authorization: `bearer ${TOKEN}` }, 200],
  ])('%j from elsewhere is answered with %i (R2)', async (headers, status) => {
    const { url } = await open({ token: TOKEN });
    const heard = await ask(`${url}${SEARCH}`, { ...elsewhere, ...headers });
    expect(heard.status).toBe(status);
    if (status === 401) expect(JSON.parse(heard.body)).toEqual({ error: 'Unauthorized' });
  });

  it('this machine needs none', async () => {
    const { url } = await open({ token: TOKEN });
    expect((await ask(`${url}${SEARCH}`)).status).toBe(200);
  });

  it('internal calls are for this machine alone, and closed from outside', async () => {
    const { url } = await open({ token: TOKEN });
    const shown = { ...elsewhere, authorization: `Bearer ${TOKEN}` };
    expect((await ask(`${url}/internal/v1/algorithms/queue`, shown)).status).toBe(403);
    expect((await ask(`${url}/internal/v1/algorithms/queue`)).status).toBe(200);
    expect((await ask(`${url}/hkube/api-server/internal/v1/algorithms/queue`)).status).toBe(403);
  });

  it('tools of clusters find the login, and log in with the token as the password of anybody', async () => {
    const { url } = await open({ token: TOKEN });
    const login = async (body: string): Promise<Heard> =>
      ask(`${url}/hkube/api-server/api/v1/auth/login`, elsewhere, 'POST', body);
    const realm = '/hkube/keycloak/realms/master/.well-known/openid-configuration';
    expect((await ask(`${url}${realm}`, elsewhere)).status).toBe(200);
    expect(JSON.parse((await login(JSON.stringify({ username: 'me', password: TOKEN }))).body)).toEqual({
      data: {
        ...{ access_token: TOKEN, refresh_token: TOKEN, token_type: 'Bearer', scope: '' },
        ...{ expires_in: 86_400, refresh_expires_in: 86_400, 'not-before-policy': 0, session_state: 'local' },
      },
    });
    for (const body of ['{"username":"me","password":"wrong"}', '{"password":5}', '{}']) {
      const { status, body: said } = await login(body);
      expect([status, JSON.parse(said)]).toEqual([
        500,
        { error: { code: 500, message: 'Request failed with status code 401' } },
      ]);
    }
    expect((await login(`{"password":"${'x'.repeat(20_000)}"}`)).status).toBe(413);
    expect((await login('{')).status).toBe(400);
  });

  it.runIf(outside !== undefined)('the client of this package gets in from another address by it', async () => {
    const { url, port } = await open({ token: TOKEN, host: '0.0.0.0' });
    const endpoint = `http://${outside ?? ''}:${port}`;
    expect((await ask(`${endpoint}${SEARCH}`)).status).toBe(401);
    const api = createHKubeApi({ endpoint, username: 'me', password: TOKEN });
    expect(await api.exec.list()).toEqual([]);
    const wrong = createHKubeApi({ endpoint, username: 'me', password: 'not the token' });
    await expect(wrong.exec.list()).rejects.toThrow();
    expect(await createHKubeApi(url).exec.list()).toEqual([]);
  });

  it.runIf(outside !== undefined)('at one address alone, this machine comes in as it always does', async () => {
    const { url, port, token } = await open({ host: outside });
    expect(url).toBe(`http://127.0.0.1:${port}`);
    expect((await ask(`${url}${SEARCH}`)).status).toBe(200);
    const there = `http://${outside ?? ''}:${port}${SEARCH}`;
    expect((await ask(there)).status).toBe(401);
    expect((await ask(there, { authorization: `Bearer ${token ?? ''}` })).status).toBe(200);
  });

  it('that could be guessed it does not open', async () => {
    await expect(open({ token: 'short' })).rejects.toMatchObject({
      code: 'INVALID_OPTIONS',
      message: 'a token of 5 characters can be guessed: give one of at least 16, or none, and one is made.',
    });
  });

  it('is compared as a whole, whatever is wrong with it', () => {
    expect([TOKEN, TOKEN.toUpperCase(), '', undefined, `${TOKEN}é`].map((given) => isToken(given, TOKEN))).toEqual([
      ...[true, false, false, false, false],
    ]);
  });
});

describe('a page of this machine', () => {
  it('is told that it may read, before it asks and when it asks', async () => {
    const { url } = await open();
    const origin = 'http://localhost:5173';
    const before = await ask(`${url}/api/v1/exec/raw`, { origin, 'access-control-request-method': 'POST' }, 'OPTIONS');
    expect(before).toMatchObject({ status: 204, headers: { 'access-control-allow-origin': origin, allow: 'POST' } });
    expect(await ask(`${url}${SEARCH}`, { origin })).toMatchObject({
      headers: { 'access-control-allow-origin': origin, vary: 'Origin' },
    });
    const other = await ask(`${url}/api/v1/exec/raw`, { origin: 'http://evil.example' }, 'OPTIONS');
    expect(other.status).toBe(403);
    expect(other.headers).not.toHaveProperty('access-control-allow-origin');
  });
});

describe('a request', () => {
  it('HEAD is answered as GET, without a body; connections stay open', async () => {
    const { url } = await open();
    expect(await ask(`${url}${SEARCH}`, {}, 'HEAD')).toMatchObject({ status: 200, body: '' });
    expect((await ask(`${url}${SEARCH}`, { connection: 'keep-alive' })).headers.connection).toBe('keep-alive');
  });

  it('that says that it is too large is not read', async () => {
    const { url } = await open();
    const heard = await ask(
      `${url}/api/v1/exec/raw`,
      { 'content-type': 'application/json', 'content-length': String(101 * 2 ** 20), expect: '100-continue' },
      'POST',
    ).catch((error: unknown) => error);
    expect(heard).toMatchObject({ status: 413 });
  });

  it('that turns out to be too large is not read to its end', async () => {
    const { hkube } = await startHKube({ add });
    const rest = await serveRest(hkube, { port: 0 });
    onTestFinished(rest.close);
    const socket = connect(Number(new URL(rest.url).port), '127.0.0.1');
    onTestFinished(() => {
      socket.destroy();
    });
    let said = '';
    const ended = new Promise((resolve) => socket.on('data', (data) => (said += String(data))).on('close', resolve));
    socket.on('error', () => undefined);
    socket.write('POST /api/v1/exec/raw HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n');
    const chunk = Buffer.alloc(2 ** 20, ' ');
    // Without an end: it has to be the server that ends it.
    const pump = (): void => {
      while (!socket.destroyed && socket.writable)
        if (!socket.write(Buffer.concat([Buffer.from('100000\r\n'), chunk, Buffer.from('\r\n')]))) {
          socket.once('drain', pump);
          return;
        }
    };
    pump();
    await ended;
    expect(said).toMatch(/^HTTP\/1\.1 413 [\s\S]*request entity too large/);
  });

  it('that breaks off costs nothing: the next one is answered', async () => {
    const { url } = await open();
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    await new Promise<void>((resolve) =>
      socket.write('POST /api/v1/exec/raw HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\n{"name":', () =>
        resolve(),
      ),
    );
    socket.destroy();
    expect((await ask(`${url}${SEARCH}`)).status).toBe(200);
  });
});

it('who asks is judged by the connection, and never let in by a header', () => {
  const here: Caller = {
    ...{ address: '::ffff:127.0.0.1', host: 'localhost:3030', origin: undefined },
    ...{ authorization: undefined, isForwarded: false },
  };
  expect(judge(here, null)).toBe('welcome');
  expect(judge({ ...here, address: '10.0.0.7' }, null)).toBe('foreign');
  expect(judge({ ...here, address: '10.0.0.7' }, TOKEN)).toBe('unknown');
  expect(judge({ ...here, address: undefined }, null)).toBe('foreign');
  expect(judge({ ...here, address: '127.0.0.1.evil' }, null)).toBe('foreign');
});
