// Archives on their way: in flat memory, no faster than they are taken, anew for each try, and closed however it ends.

import { createServer } from 'node:net';
import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { createHKubeApi } from '#cluster/hkube-api';
import { fakeApiServer, serve, simulatedWorld } from '#test/support/fake-api-server';

const CHUNK = 64 * 1024;
const applied = JSON.stringify({ buildId: 'a-b', algorithm: { name: 'a' } });
const algorithm = { name: 'a' };

/** An archive of so many chunks, made while it is read; `made` counts, `open` are those that are not closed yet. */
function generated(chunks: number) {
  const seen = { made: 0, opened: 0, open: 0 };
  const chunk = Buffer.alloc(CHUNK, 'x');
  const open = (): Readable => {
    seen.opened += 1;
    seen.open += 1;
    let left = chunks;
    const stream = new Readable({
      read() {
        if (left === 0) {
          this.push(null);
          return;
        }
        left -= 1;
        seen.made += 1;
        this.push(chunk);
      },
    });
    stream.once('close', () => (seen.open -= 1));
    return stream;
  };
  return { seen, archive: { fileName: 'a.zip', open } };
}

describe('an archive', () => {
  it('of any size passes through in flat memory', async () => {
    const chunks = 3_200;
    const { seen, archive } = generated(chunks);
    let bytes = 0;
    let ahead = 0;
    const { url } = await serve((request, response) => {
      request.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        ahead = Math.max(ahead, seen.made * CHUNK - bytes);
      });
      request.on('end', () => response.end(applied));
    });
    await createHKubeApi(url).algorithms.apply({ algorithm, archive });
    expect(seen).toEqual({ made: chunks, opened: 1, open: 0 });
    expect(bytes - chunks * CHUNK).toBeLessThan(1_000);
    // 200 MB pass. What is made and has not arrived is what the sockets of both sides hold, and a chunk or two.
    expect(ahead).toBeLessThan(16 * 1024 * 1024);
  });

  it('is read no faster than it is taken', async () => {
    const { seen, archive } = generated(2_000);
    let resume = (): void => undefined;
    const { url } = await serve((request, response) => {
      request.pause();
      resume = () => {
        request.resume();
        request.on('end', () => response.end(applied));
      };
    });
    const going = createHKubeApi(url).algorithms.apply({ algorithm, archive });
    let former = -1;
    // It has come to rest when nothing more is made between two looks.
    await expect
      .poll(
        () => {
          const isAtRest = seen.made > 0 && seen.made === former;
          former = seen.made;
          return isAtRest;
        },
        { interval: 200 },
      )
      .toBe(true);
    // What the sockets of both sides hold, in chunks; the archive has 2,000.
    expect(seen.made).toBeLessThan(400);
    resume();
    await going;
    expect(seen.made).toBe(2_000);
  });

  it('is opened anew for each try, and each is closed', async () => {
    const { seen, archive } = generated(3);
    const { url, asked } = await fakeApiServer((_, count) =>
      count < 3 ? { status: 429, headers: { 'retry-after': '1' } } : { body: applied },
    );
    const { time, world } = simulatedWorld();
    const going = createHKubeApi(url, world).algorithms.apply({ algorithm, archive });
    for (const count of [1, 2]) {
      await expect.poll(() => asked.length === count && time.nextIn !== null && time.nextIn < 10_000).toBe(true);
      await time.advance(time.nextIn ?? 0);
    }
    expect(await going).toMatchObject({ buildId: 'a-b' });
    expect(seen).toEqual({ made: 9, opened: 3, open: 0 });
    expect(asked[2]?.body).toEqual(asked[0]?.body);
  });

  it('that is refused in mid-flow is sent no further, and the refusal is heard', async () => {
    const { seen, archive } = generated(100_000);
    const body = JSON.stringify({ error: { code: 400, message: 'data.name should be string' } });
    const { url } = await serve((request, response) => {
      request.once('data', () => {
        request.pause();
        response.writeHead(400).end(body);
      });
    });
    await expect(createHKubeApi(url).algorithms.apply({ algorithm, archive })).rejects.toMatchObject({
      code: 'INVALID_CALL',
      message: 'data.name should be string',
    });
    await expect.poll(() => seen.open).toBe(0);
    expect(seen.made).toBeLessThan(1_000);
  });

  it('whose connection breaks in mid-flow is not sent again, and closed', async () => {
    const { seen, archive } = generated(100_000);
    const { url } = await serve((request) => request.once('data', () => request.socket.destroy()));
    await expect(createHKubeApi(url).algorithms.apply({ algorithm, archive })).rejects.toMatchObject({
      code: 'CANNOT_CONNECT',
      message: expect.stringContaining('It may have been carried out all the same'),
    });
    await expect.poll(() => seen.open).toBe(0);
    expect(seen.opened).toBe(1);
  });

  it('that cannot be read ends the call with the reason, and leaves no half of it behind', async () => {
    let ended: boolean | undefined;
    const { url } = await serve((request) => {
      request.on('close', () => (ended = request.complete)).on('error', () => undefined);
      request.resume();
    });
    const open = () =>
      Readable.from(
        (function* () {
          yield Buffer.alloc(CHUNK);
          throw new TypeError('disk gone');
        })(),
      );
    await expect(
      createHKubeApi(url).algorithms.apply({ algorithm, archive: { fileName: 'a.zip', open } }),
    ).rejects.toMatchObject({ code: 'REQUEST_FAILED', message: 'What is sent to HKube cannot be read: disk gone' });
    await expect.poll(() => ended).toBe(false);
  });

  it('that never comes is closed when its call is aborted', async () => {
    const { url } = await serve((request) => request.resume());
    const stuck = new Readable({ read: () => undefined });
    const controller = new AbortController();
    const archive = { fileName: 'a.zip', open: () => stuck };
    const caught = createHKubeApi(url)
      .algorithms.apply({ algorithm, archive }, { signal: controller.signal })
      .catch((cause: unknown) => cause);
    await expect.poll(() => stuck.listenerCount('readable') + stuck.listenerCount('end')).toBeGreaterThan(0);
    controller.abort();
    expect(await caught).toMatchObject({ code: 'ABORTED' });
    await expect.poll(() => stuck.destroyed).toBe(true);
  });

  it('is not given up as long as it moves, and is when it stands still', async () => {
    const { time, world } = simulatedWorld();
    let take = (): void => undefined;
    const { url } = await serve((request) => {
      request.pause();
      take = () => void request.read();
    });
    const { seen, archive } = generated(100_000);
    const api = createHKubeApi({ endpoint: url, timeoutMs: 10_000 }, world);
    const caught = api.algorithms.apply({ algorithm, archive }).catch((cause: unknown) => cause);
    for (let round = 0; round < 3; round += 1) {
      const before = seen.made;
      await expect
        .poll(() => {
          take();
          return seen.made - before;
        })
        .toBeGreaterThan(0);
      await time.advance(9_000);
    }
    await time.advance(10_000);
    expect(await caught).toMatchObject({
      code: 'CANNOT_CONNECT',
      message: expect.stringContaining('nothing moved for 10 s'),
    });
    await expect.poll(() => seen.open).toBe(0);
  });

  it('has a form that names what it may be named', async () => {
    const { url, asked } = await fakeApiServer(() => ({ body: applied }));
    const archive = { fileName: 'a "b"\r\nx: y.zip', open: () => Readable.from(['text\r\n--x']) };
    await createHKubeApi(url).algorithms.apply({ algorithm, archive });
    expect(asked[0]?.body).toMatchObject({ file: { file: 'a "b"\r\nx: y.zip', content: 'text\r\n--x' } });
  });
});

describe('a broken answer', () => {
  it.each([
    ['that ends too early', 'HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{"jobId"'],
    ['that is no HTTP', 'SSH-2.0-OpenSSH_9.6\r\n'],
  ])('%s is one that has not come', async (_, bytes) => {
    const server = createServer((socket) => {
      socket.on('error', () => undefined).once('data', () => socket.end(bytes));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
    const api = createHKubeApi(`http://127.0.0.1:${port}`);
    await expect(api.exec.raw({ name: 'p' })).rejects.toMatchObject({ code: 'CANNOT_CONNECT' });
    server.close();
  });
});
