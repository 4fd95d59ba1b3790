// Webhooks: what is posted, in what order, and how often it is tried. The server is real.

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { checkPipeline } from '#descriptors/pipeline';
import type { RunDocument } from '#descriptors/run';
import { createWebhooks } from '#local-hkube/webhooks';
import { keepLog } from '#test/support/in-process';
import { add, node, startHKube } from '#test/support/local-hkube';
import { temporaryFolder } from '#test/support/temporary';

interface Posted {
  readonly path: string;
  readonly body: unknown;
}

/** A server that keeps what is posted, and answers with these codes in turn; the last one stays. */
async function listener(...codes: readonly number[]) {
  const posted: Posted[] = [];
  const server = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk: Buffer) => (text += chunk.toString()));
    request.on('end', () => {
      posted.push({ path: request.url ?? '', body: JSON.parse(text) });
      response.writeHead(codes[Math.min(posted.length, codes.length) - 1] ?? 200).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
  });
  const address: AddressInfo | string | null = server.address();
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
  return { posted, url: `http://127.0.0.1:${port}` };
}

const pipelineWith = (webhooks: object, options = {}) => ({
  name: 'p',
  nodes: [node('a', 'add', '#[1...5]')],
  webhooks,
  options,
});

const document: RunDocument = {
  jobId: 'j',
  pipeline: 'p',
  startTime: 1,
  timestamp: 2,
  timeTook: 1,
  status: 'completed',
  data: [],
};
const status = { jobId: 'j', timestamp: 2, pipeline: 'p', status: 'completed', level: 'info' };

describe('a pipeline', () => {
  it('that asks for its result gets its document posted', async () => {
    const { url, posted } = await listener();
    const { hkube } = await startHKube({ add });
    const document = await hkube.runRaw(pipelineWith({ result: `${url}/result` })).done;
    await expect.poll(() => posted).toEqual([{ path: '/result', body: document }]);
  });

  it('that asks for its progress gets what matters enough, its end as the last (B2)', async () => {
    const { url, posted } = await listener();
    const { hkube } = await startHKube({ add });
    const webhooks = { progress: `${url}/progress`, result: `${url}/result` };
    const quiet = await hkube.runRaw(pipelineWith(webhooks)).done;
    const paths = (from: number): string[] => posted.slice(from).map(({ path }) => path);
    await expect.poll(() => paths(0).toSorted()).toEqual(['/progress', '/result']);
    expect(posted.find(({ path }) => path === '/progress')?.body).toMatchObject({
      jobId: quiet.jobId,
      status: 'completed',
      level: 'info',
    });
    const loud = await hkube.runRaw(pipelineWith(webhooks, { progressVerbosityLevel: 'debug' })).done;
    await expect.poll(() => paths(2).toSorted()).toEqual(['/progress', '/progress', '/result']);
    const said = posted.slice(2).filter(({ path }) => path === '/progress');
    expect(said).toMatchObject([{ body: { jobId: loud.jobId, status: 'active' } }, { body: { status: 'completed' } }]);
  });

  it('is told before local HKube has stopped', async () => {
    const { url, posted } = await listener();
    const { hkube } = await startHKube({ add });
    await hkube.runRaw(pipelineWith({ result: url })).done;
    await hkube.stop();
    expect(posted).toHaveLength(1);
  });
});

describe('a status', () => {
  const loud = { progressVerbosityLevel: 'debug' };
  const going = (step: number) => ({
    ...status,
    status: 'active',
    level: 'debug',
    data: { progress: step, details: '', states: {} },
  });

  it('is posted at most once in a while, and the last of those is posted at its end (B2)', async () => {
    const { url, posted } = await listener();
    const webhooks = createWebhooks({ logger: keepLog(), throttleMs: 50 });
    const hooks = webhooks.of(checkPipeline(pipelineWith({ progress: url }, loud), 'test'));
    for (let step = 1; step <= 100; step++) hooks?.onStatus(going(step));
    await expect
      .poll(() => posted)
      .toMatchObject([{ body: { data: { progress: 1 } } }, { body: { data: { progress: 100 } } }]);
  });

  it('that waits is not posted when the run has ended', async () => {
    const { url, posted } = await listener();
    const webhooks = createWebhooks({ logger: keepLog(), throttleMs: 60_000 });
    const hooks = webhooks.of(checkPipeline(pipelineWith({ progress: url }, loud), 'test'));
    hooks?.onStatus(going(1));
    hooks?.onStatus(going(2));
    hooks?.onEnd(status, document);
    await webhooks.end();
    expect(posted.map(({ body }) => body)).toMatchObject([{ status: 'active' }, { status: 'completed' }]);
  });
});

describe('what became of it', () => {
  it('is known, also when the next local HKube asks (B5)', async () => {
    const { url } = await listener(200);
    const gone = 'http://127.0.0.1:1/';
    const stateDir = temporaryFolder();
    const { hkube } = await startHKube({ add }, { stateDir });
    const { jobId } = await hkube.runRaw(pipelineWith({ progress: gone, result: `${url}/result` })).done;
    await expect
      .poll(() => hkube.jobs.webhooks(jobId).catch(() => undefined))
      .toMatchObject({
        jobId,
        progress: { jobId, url: gone, status: 'pending', pipelineStatus: 'completed' },
        result: {
          ...{ jobId, url: `${url}/result`, status: 'completed', pipelineStatus: 'completed' },
          ...{ responseStatus: 'succeed', httpResponse: { statusCode: 200, statusMessage: 'OK' } },
        },
      });
    await hkube.stop();
    const next = (await startHKube({ add }, { stateDir })).hkube;
    expect(await next.jobs.webhooks(jobId)).toMatchObject({
      progress: {
        ...{ status: 'completed', responseStatus: 'failed' },
        // It was given up between two attempts.
        httpResponse: { statusMessage: 'not told, local HKube has ended' },
      },
      result: { responseStatus: 'succeed' },
    });
    await expect(next.jobs.webhooks(`../runs/${jobId}`)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('of one that refuses is its answer', async () => {
    const { url } = await listener(404);
    const { hkube } = await startHKube({ add });
    const { jobId } = await hkube.runRaw(pipelineWith({ result: url })).done;
    await expect
      .poll(() => hkube.jobs.webhooks(jobId).catch(() => undefined))
      .toMatchObject({
        result: { responseStatus: 'failed', httpResponse: { statusCode: 404, statusMessage: 'Not Found' } },
      });
  });
});

describe('a listener that hangs', () => {
  /** Takes what is posted, and never answers. */
  async function hanging() {
    let taken = 0;
    const server = createServer(() => (taken += 1));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => {
      server.closeAllConnections();
      server.close();
    });
    const address: AddressInfo | string | null = server.address();
    return { url: `http://127.0.0.1:${typeof address === 'object' ? (address?.port ?? 0) : 0}`, taken: () => taken };
  }

  it('gets one status at a time, keeps no result waiting, and holds nobody up at the end (B3, B4)', async () => {
    const { url, taken } = await hanging();
    const { url: other, posted } = await listener();
    const logger = keepLog();
    const webhooks = createWebhooks({ logger, throttleMs: 0, endMs: 50 });
    const options = { progressVerbosityLevel: 'debug' };
    const hooks = webhooks.of(checkPipeline(pipelineWith({ progress: url, result: other }, options), 'test'));
    for (let step = 0; step < 1_000; step++) hooks?.onStatus({ ...status, level: 'debug' });
    hooks?.onEnd(status, document);
    await expect.poll(() => posted).toHaveLength(1);
    await webhooks.end();
    expect(taken()).toBe(1);
    const notTold = expect.stringContaining('not told, local HKube has ended');
    expect(logger.lines).toEqual([notTold, notTold]);
  });
});

describe('a post (B1)', () => {
  async function postTo(url: string) {
    const logger = keepLog();
    const webhooks = createWebhooks({ logger, pauseMs: 5 });
    webhooks.of(checkPipeline(pipelineWith({ result: url }), 'test'))?.onEnd(status, document);
    await webhooks.end();
    return logger.lines;
  }

  it('is tried again after an error of the server', async () => {
    const { url, posted } = await listener(500, 503, 200);
    expect(await postTo(url)).toEqual([]);
    expect(posted).toHaveLength(3);
  });

  it('is given up after three attempts, with words', async () => {
    const { url, posted } = await listener(500);
    expect((await postTo(url)).join()).toContain('500 Internal Server Error, after 3 of 3 attempts');
    expect(posted).toHaveLength(3);
  });

  it('that is refused is not tried again', async () => {
    const { url, posted } = await listener(404);
    expect((await postTo(url)).join()).toContain('404 Not Found, after 1 of 3 attempts');
    expect(posted).toHaveLength(1);
  });

  it('to nobody is given up with the words of the network', async () => {
    expect((await postTo('http://127.0.0.1:1/')).join()).toMatch(/webhook http.*after 3 of 3 attempts/);
  });
});
