// The inspector's door: who is answered, who is not, and what they get.

import { request } from 'node:http';
import { connect } from 'node:net';
import { WebSocket } from 'ws';
import { describe, expect, it, onTestFinished } from 'vitest';
import { FORMAT, FORMAT_NAME, type Header } from '#inspector/frames';
import { createHub } from '#inspector/hub';
import { serveInspector } from '#inspector/server';
import { readRecording } from '#inspector/recording';
import { algorithm, ALGORITHM, begun, framesOf, opened } from '#test/support/recordings';

const token = 'a-token-of-a-test';
const header: Header = { format: FORMAT_NAME, version: FORMAT, at: 1, title: 'a test', versions: {}, charts: {} };
const page = new URL('../../.test-build/inspector/', import.meta.url);

async function serve(host?: string) {
  const hub = createHub();
  const desk = { mode: 'live', header, acts: false, hub } as const;
  const server = await serveInspector({ port: 0, host, token, page, desk });
  onTestFinished(server.close);
  const { port } = new URL(server.link);
  return { hub, server, port: Number(port) };
}

interface Answer {
  readonly status: number;
  readonly body: string;
  readonly headers: Readonly<Record<string, unknown>>;
}

/** By node:http, because `fetch` does not let anybody say what `Host` is. */
const get = (port: number, path: string, headers: Record<string, string> = {}): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', port, path, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        const body = Buffer.concat(chunks).toString();
        resolve({ status: response.statusCode ?? 0, body, headers: response.headers });
      });
    });
    asked.on('error', reject).end();
  });

/** `open`, or the status of the refusal. */
const dial = (port: number, path: string, headers: Record<string, string> = {}): Promise<string> =>
  new Promise((resolve) => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, { headers });
    onTestFinished(() => socket.terminate());
    socket.once('open', () => resolve('open'));
    socket.once('unexpected-response', (_, response) => resolve(String(response.statusCode)));
    socket.once('error', () => undefined);
  });

describe('the page', () => {
  it('is served with a policy that lets nothing in or out', async () => {
    const { port } = await serve();
    const { status, headers, body } = await get(port, '/');
    expect(status).toBe(200);
    expect(body).toContain('page.js');
    expect(headers['content-security-policy']).toContain("default-src 'none'");
    expect(headers['content-security-policy']).toContain("frame-ancestors 'none'");
    for (const script of ['/page.js', '/curves-view.js', '/graph-view.js']) {
      const { status: found, headers: policy } = await get(port, script);
      expect([found, policy['content-type']]).toEqual([200, 'text/javascript; charset=utf-8']);
      expect(policy['content-security-policy']).toContain("script-src 'self'");
    }
    expect((await get(port, '/page.css')).headers['content-type']).toContain('text/css');
  });

  it('is all that there is: no other file of this machine', async () => {
    const { port } = await serve();
    for (const path of ['/../package.json', '/%2e%2e/package.json', '/charts.json', '/index.html', '/ws'])
      expect((await get(port, path)).status, path).toBe(404);
  });
});

describe('whoever comes by a foreign name, or from a foreign page (V1)', () => {
  const names = ['evil.example', 'evil.example:80', '127.0.0.1.evil.example', 'localhost.evil.example'];
  it.each(names)('by the name "%s" is refused', async (host) => {
    const { port } = await serve();
    expect((await get(port, '/', { host })).status).toBeGreaterThanOrEqual(400);
    expect((await get(port, `/recording.jsonl?token=${token}`, { host })).status).toBeGreaterThanOrEqual(400);
    expect(await dial(port, `/ws?token=${token}`, { host })).toBe('403');
  });

  it('from another origin is refused, with the right token too', async () => {
    const { port } = await serve();
    for (const origin of ['http://evil.example', 'null', `http://127.0.0.1:${port + 1}`, `https://127.0.0.1:${port}`]) {
      expect((await get(port, `/recording.jsonl?token=${token}`, { origin })).status, origin).toBe(403);
      expect(await dial(port, `/ws?token=${token}`, { origin }), origin).toBe('403');
      expect(await dial(port, `/source?token=${token}&process=x`, { origin }), origin).toBe('403');
    }
  });

  it('by any of this machine’s own names is answered', async () => {
    const { port } = await serve();
    for (const host of [`127.0.0.1:${port}`, `localhost:${port}`, `[::1]:${port}`])
      expect((await get(port, '/', { host })).status, host).toBe(200);
    const origin = `http://127.0.0.1:${port}`;
    expect(await dial(port, `/ws?token=${token}`, { origin })).toBe('open');
  });

  it('by an address of a machine that serves on all of them is answered, by a name is not', async () => {
    const { port } = await serve('0.0.0.0');
    expect((await get(port, '/', { host: `192.168.1.20:${port}` })).status).toBe(200);
    expect((await get(port, '/', { host: `evil.example:${port}` })).status).toBe(403);
  });
});

describe('the token (V2)', () => {
  it.each(['', '?token=', '?token=wrong', `?token=${token}x`])('as "%s" opens nothing', async (query) => {
    const { port, hub } = await serve();
    expect(await dial(port, `/ws${query}`)).toBe('401');
    expect(await dial(port, `/source${query}${query ? '&' : '?'}process=x`)).toBe('401');
    expect((await get(port, `/recording.jsonl${query}`)).status).toBe(401);
    expect((await get(port, `/recording.html${query}`)).status).toBe(401);
    expect(hub.history.frames).toEqual([]);
  });

  it('in the query, or as a bearer, opens', async () => {
    const { port } = await serve();
    expect(await dial(port, `/ws?token=${token}`)).toBe('open');
    expect(await dial(port, '/ws', { authorization: `Bearer ${token}` })).toBe('open');
    expect((await get(port, '/recording.jsonl', { authorization: `Bearer ${token}` })).status).toBe(200);
  });
});

/** What a program says that is no client of HTTP; resolves with the first line of the answer. */
const say = (port: number, text: string): Promise<string> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(text));
    let answer = '';
    socket.on('data', (chunk: Buffer) => (answer += chunk.toString()));
    socket.on('error', () => undefined);
    socket.once('close', () => resolve(answer.split('\r\n')[0] ?? ''));
  });

describe('a request that is no address', () => {
  it.each(['//', '/\\', '///ws', '/ws?%', '*', 'http://[', '/ws?token=%FF'])(
    'such as %s ends nothing',
    async (path) => {
      const { port } = await serve();
      const upgrade =
        'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==';
      const answer = await say(port, `GET ${path} HTTP/1.1\r\nHost: localhost:${port}\r\n${upgrade}\r\n\r\n`);
      expect(answer).toMatch(/^HTTP\/1\.1 4\d\d/);
      expect((await get(port, '/')).status).toBe(200);
    },
  );
});

describe('what is kept', () => {
  it('can be had as a recording, and as a page that opens from disk', async () => {
    const { port, hub } = await serve();
    const line = hub.join({ process: 'p', watch: () => undefined, deeds: null });
    hub.view({ send: () => undefined, caughtUp: () => undefined, slowWords: 'slow', waiting: 0 });
    line.tell([{ at: 5, process: 'p', kind: 'log', level: 'info', text: 'hello </script>' }], 10);
    const { body, headers } = await get(port, `/recording.jsonl?token=${token}`);
    expect(headers['content-disposition']).toContain('attachment');
    const recording = readRecording(body);
    expect(recording).toMatchObject({
      problems: [],
      header: { title: 'a test' },
      frames: [{ text: 'hello </script>' }],
    });
    const html = await get(port, `/recording.html?token=${token}`);
    expect(html.body).toContain('id="recording"');
    expect(html.body).not.toContain('hello </script>');
  });
});

describe('a conversation', () => {
  it('can be had as a test, and the words say why not where it cannot', async () => {
    const { port, hub } = await serve();
    const line = hub.join({ process: 'p1', watch: () => undefined, deeds: null });
    hub.view({ send: () => undefined, caughtUp: () => undefined, slowWords: 'slow', waiting: 0 });
    line.tell(framesOf([opened(), ...begun(['a']), algorithm('done', 1)]), 10);
    const made = await get(port, `/recording.test.ts?token=${token}&actor=${ALGORITHM}&entry=./mine.ts`);
    expect(made).toMatchObject({ status: 200, body: expect.stringContaining('./mine.ts') });
    const none = await get(port, `/recording.test.ts?token=${token}&actor=nobody`);
    expect(none.status).toBe(409);
    expect(none.body).toMatch(/\w+ \w+/);
    expect((await get(port, `/recording.test.ts?actor=${ALGORITHM}`)).status).toBe(401);
  });
});

describe('a port', () => {
  it('that is taken is passed over', async () => {
    const { port } = await serve();
    const desk = { mode: 'live', header, acts: false, hub: createHub() } as const;
    const other = await serveInspector({ port, token, page, desk });
    onTestFinished(other.close);
    expect(Number(new URL(other.link).port)).toBeGreaterThan(port);
  });
});

describe('a process that dials in', () => {
  it('has a name of its own, which nobody else has', async () => {
    const { port } = await serve();
    const closed = async (name: string): Promise<number> => {
      const socket = new WebSocket(`ws://127.0.0.1:${port}/source?token=${token}&process=${encodeURIComponent(name)}`);
      onTestFinished(() => socket.terminate());
      return new Promise((resolve) => {
        socket.once('close', resolve);
        socket.once('message', () => resolve(0));
      });
    };
    expect(await closed('mine')).toBe(0);
    for (const name of ['mine', '*', '', 'a/b', '__proto__ x', 'x'.repeat(101)])
      expect(await closed(name), name).toBe(1008);
  });

  it('that is asked and does not answer is not waited for', async () => {
    const { port, hub } = await serve();
    const socket = new WebSocket(`ws://127.0.0.1:${port}/source?token=${token}&process=mute`);
    onTestFinished(() => socket.terminate());
    await new Promise((resolve) => socket.once('message', resolve));
    const asked = hub.offers('mute/x:1');
    socket.close();
    await expect(asked).rejects.toThrow('has gone');
  });

  it('speaks for itself alone', async () => {
    const { port, hub } = await serve();
    const told: string[] = [];
    hub.view({
      send: (frames) => told.push(...frames.map((frame) => frame.process)),
      caughtUp: () => undefined,
      slowWords: 'slow',
      waiting: 0,
    });
    const socket = new WebSocket(`ws://127.0.0.1:${port}/source?token=${token}&process=mine`);
    onTestFinished(() => socket.terminate());
    await new Promise((resolve) => socket.once('open', resolve));
    const log = (process: string) => ({ at: 1, process, kind: 'log', level: 'info', text: 'x' });
    socket.send('no json');
    socket.send(JSON.stringify({ kind: 'news', news: [{ at: 'never' }] }));
    const closed = { at: 1, process: 'mine', kind: 'actor.closed', actor: 'yours/x:1' };
    socket.send(JSON.stringify({ kind: 'news', news: [log('mine'), log('yours'), closed] }));
    await expect.poll(() => told).toEqual(['mine']);
    socket.close();
    await expect.poll(() => told).toEqual(['mine', 'mine']);
  });
});
