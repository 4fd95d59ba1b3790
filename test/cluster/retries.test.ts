// What is tried again, when, and how often: by the table of `retry`, and over real connections in simulated time.

import { createServer } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Answer, Broken } from '#cluster/exchange';
import { createHKubeApi, type HKubeApi } from '#cluster/hkube-api';
import { pauseAfter, retryAfterMs } from '#cluster/retry';
import { type Answering, fakeApiServer, type Respond, simulatedWorld } from '#test/support/fake-api-server';

const answered = (status: number, headers: Answer['headers'] = {}): Answer => ({
  kind: 'answered',
  status,
  headers,
  text: '',
});
const broken = (code: string, wasReached: boolean): Broken => ({
  kind: 'broken',
  cause: Object.assign(new TypeError(code), { code }),
  wasReached,
});

describe('the table (Y1 to Y5)', () => {
  const date = 'Thu, 01 Jan 2026 00:00:00 GMT';
  it.each<[string, Answer | Broken, boolean, number | undefined]>([
    ['a good answer', answered(200), true, undefined],
    ['a refusal', answered(400), true, undefined],
    ['an error of HKube', answered(500), true, undefined],
    ['429', answered(429), false, 1_000],
    ['429, with seconds', answered(429, { 'retry-after': '3' }), false, 4_000],
    ['429, with a date', answered(429, { 'retry-after': 'Thu, 01 Jan 2026 00:00:05 GMT', date }), false, 6_000],
    ['429, for longer than anybody waits', answered(429, { 'retry-after': '61' }), false, undefined],
    ['a gateway, and a call that may be repeated', answered(503), true, 200],
    ['a gateway, and one that may not', answered(503), false, undefined],
    ['a gateway with Retry-After', answered(503, { 'retry-after': '2' }), true, 2_200],
    ['a connection refused', broken('ECONNREFUSED', false), false, 200],
    ['a connection broken, and a call that may be repeated', broken('ECONNRESET', true), true, 200],
    ['a connection broken, and one that may not', broken('ECONNRESET', true), false, undefined],
    ['a certificate', broken('DEPTH_ZERO_SELF_SIGNED_CERT', false), true, undefined],
    ['a name that nobody knows', broken('ENOTFOUND', false), true, undefined],
    ['a name server that is away', broken('EAI_AGAIN', false), true, 200],
  ])('%s', (_, outcome, isRepeatable, ms) => {
    expect(pauseAfter({ outcome, number: 1, tries: 2, isRepeatable, chance: 1 })).toBe(ms);
    expect(pauseAfter({ outcome, number: 2, tries: 2, isRepeatable, chance: 1 })).toBeUndefined();
  });

  it('waits twice as long each time, up to a limit, anywhere below by chance', () => {
    const waits = (chance: number) =>
      [1, 2, 3, 4, 5, 6, 7].map((number) =>
        pauseAfter({ outcome: broken('ECONNREFUSED', false), number, tries: 9, isRepeatable: true, chance }),
      );
    expect(waits(1)).toEqual([200, 400, 800, 1_600, 3_200, 5_000, 5_000]);
    expect(waits(0)).toEqual([0, 0, 0, 0, 0, 0, 0]);
    expect(waits(0.5)[2]).toBe(400);
  });

  it.each([
    [{}, 0],
    [{ 'retry-after': '7' }, 7_000],
    [{ 'retry-after': 'soon' }, 0],
    [{ 'retry-after': '-1', date }, 0],
    [{ 'retry-after': 'Thu, 01 Jan 2026 00:00:05 GMT' }, 0],
    [{ 'retry-after': 'Wed, 31 Dec 2025 23:59:00 GMT', date }, 0],
  ])('reads %j as %i ms', (headers, ms) => {
    expect(retryAfterMs(headers)).toBe(ms);
  });
});

/** A client in simulated time; `passed` are the waits, in order. */
function clientOf(endpoint: string, options: { tries?: number } = {}) {
  const { time, world } = simulatedWorld();
  const api = createHKubeApi({ endpoint, ...options }, world);
  /** Lets the waits pass until the call has ended. */
  const through = async <Value>(call: (api: HKubeApi) => Promise<Value>): Promise<Value> => {
    let isOver = false;
    const going = call(api).finally(() => (isOver = true));
    going.catch(() => undefined);
    await expect
      .poll(async () => {
        // A try has its time-out, which is a minute off: only waits between tries are let pass.
        if (!isOver && (time.nextIn ?? Infinity) < 60_000) await time.advance(time.nextIn ?? 0);
        return isOver;
      })
      .toBe(true);
    return going;
  };
  return { time, through, api };
}

const failing =
  (times: number, how: Answering, body: unknown): Respond =>
  (_, count) =>
    count <= times ? how : { body };

describe('a call', () => {
  it('is made again when HKube takes no more requests, after the time that it asks for', async () => {
    const slow = { status: 429, headers: { 'retry-after': '2' }, body: 'Too Many Requests' };
    const { url, asked } = await fakeApiServer(failing(2, slow, { jobId: 'j' }));
    const { time, through } = clientOf(url);
    expect(await through((api) => api.exec.raw({ name: 'p' }))).toBe('j');
    expect(asked.map((one) => one.body)).toEqual([{ name: 'p' }, { name: 'p' }, { name: 'p' }]);
    expect(time.now).toBe(2_000 + 1_000 + 2_000 + 2_000);
  });

  it('is given up after so many tries, and says how many', async () => {
    const { url, asked } = await fakeApiServer(() => ({ status: 429, body: 'Too Many Requests' }));
    const { through } = clientOf(url, { tries: 3 });
    await expect(through((api) => api.exec.list())).rejects.toMatchObject({
      code: 'REQUEST_FAILED',
      message: expect.stringContaining(
        'takes no more requests for now (HTTP status 429), 3 times in a row: ask less often',
      ),
      facts: { status: 429 },
    });
    expect(asked).toHaveLength(3);
  });

  it('is not made again where HKube wants to be left alone for long', async () => {
    const { url, asked } = await fakeApiServer(() => ({ status: 429, headers: { 'retry-after': '3600' } }));
    await expect(createHKubeApi(url).exec.list()).rejects.toThrow(
      'takes no more requests for 3600 s (HTTP status 429): come back then',
    );
    expect(asked).toHaveLength(1);
  });

  it.each<[string, (api: HKubeApi) => Promise<unknown>, unknown]>([
    ['GET', (api) => api.pipelines.list(), []],
    ['DELETE', (api) => api.boards.delete('b'), {}],
    ['PUT', (api) => api.readme.put('green', '# Green'), {}],
  ])('by %s is made again after its connection broke', async (_, call, body) => {
    const { url, asked } = await fakeApiServer(failing(2, 'break', body));
    const { through } = clientOf(url);
    await through(call);
    expect(asked).toHaveLength(3);
    expect(asked[2]).toEqual(asked[0]);
  });

  it('by POST is not made again after its connection broke: it may have been carried out', async () => {
    const { url, asked } = await fakeApiServer(() => 'break');
    await expect(createHKubeApi(url).exec.raw({ name: 'p' })).rejects.toMatchObject({
      code: 'CANNOT_CONNECT',
      message: expect.stringContaining('It may have been carried out all the same: look before you ask again.'),
    });
    expect(asked).toHaveLength(1);
  });

  it('by POST is made again as long as nobody listens', async () => {
    const { port, close } = await reservePort();
    const { time, through } = clientOf(`http://127.0.0.1:${port}`);
    await close();
    await expect(through((api) => api.exec.raw({ name: 'p' }))).rejects.toMatchObject({
      code: 'CANNOT_CONNECT',
      message: expect.stringMatching(/connect ECONNREFUSED .*, 4 times in a row\.$/),
    });
    expect(time.now).toBe(200 + 400 + 800);
  });

  it('by POST never goes over a connection that has waited: it may be closed while it goes', async () => {
    const { url, server } = await fakeApiServer(() => ({ body: { jobId: 'j' } }));
    let connections = 0;
    server.on('connection', () => (connections += 1));
    const { exec } = createHKubeApi(url);
    for (let count = 0; count < 3; count += 1) await exec.raw({ name: 'p' });
    expect(connections).toBe(3);
  });
});

describe('a signal', () => {
  it('that has fired already asks nothing', async () => {
    const { url, asked } = await fakeApiServer(() => ({ body: [] }));
    const signal = AbortSignal.abort();
    await expect(createHKubeApi(url).pipelines.list({ signal })).rejects.toMatchObject({ code: 'ABORTED' });
    expect(asked).toEqual([]);
  });

  it('ends a call that waits for an answer, and its connection', async () => {
    const { url, asked, server } = await fakeApiServer(() => 'silence');
    const controller = new AbortController();
    const call = createHKubeApi(url).exec.raw({ name: 'p' }, { signal: controller.signal });
    const caught = call.catch((cause: unknown) => cause);
    await expect.poll(() => asked.length).toBe(1);
    controller.abort(new TypeError('Ctrl-C'));
    expect(await caught).toMatchObject({ code: 'ABORTED', cause: { message: 'Ctrl-C' } });
    await expect.poll(() => new Promise((resolve) => server.getConnections((_, count) => resolve(count)))).toBe(0);
  });

  it('ends a call that waits for its next try, and leaves no timer behind', async () => {
    const { url } = await fakeApiServer(() => ({ status: 429, headers: { 'retry-after': '50' } }));
    const { time, api } = clientOf(url);
    const controller = new AbortController();
    const caught = api.exec.list({ signal: controller.signal }).catch((cause: unknown) => cause);
    await expect.poll(() => time.nextIn).toBe(51_000);
    controller.abort();
    expect(await caught).toMatchObject({ code: 'ABORTED' });
    expect(time.nextIn).toBeNull();
  });
});

/** A port of which one knows that nobody listens there, once it is closed. */
async function reservePort() {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = () => new Promise<void>((resolve) => server.close(() => resolve()));
  onTestFinished(() => void server.close());
  const address = server.address();
  return { port: typeof address === 'object' ? (address?.port ?? 0) : 0, close };
}
