// The REST door of local HKube over real HTTP: who is answered, with what, and in HKube's words.

import { request as httpRequest } from 'node:http';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { LocalHKube } from '#local-hkube/create-local-hkube';
import { serveRest } from '#rest/server';
import { add, gate, node, startHKube } from '#test/support/local-hkube';

async function door(hkube: LocalHKube): Promise<string> {
  const rest = await serveRest(hkube, { port: 0 });
  onTestFinished(() => rest.close());
  return rest.url;
}

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

async function ask(url: string, body?: unknown): Promise<Answer> {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(url, body === undefined ? {} : { method: 'POST', headers, body: text });
  return { status: response.status, body: await response.json() };
}

/** With headers that `fetch` does not let anybody set. */
function askAs(url: string, headers: Readonly<Record<string, string>>): Promise<number> {
  return new Promise((resolve, reject) => {
    const asking = httpRequest(url, { headers }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    asking.on('error', reject).end();
  });
}

const sum = { name: 'sum', nodes: [node('a', 'add', '@flowInput.x', 1)], flowInput: { x: 2 } };

describe('a run', () => {
  it('is started in each of three ways, followed, and read', async () => {
    const { hkube } = await startHKube({ add }, { pipelines: [sum] });
    const url = await door(hkube);
    const started = await Promise.all([
      ask(`${url}/api/v1/exec/raw`, sum),
      ask(`${url}/api/v1/exec/stored`, { name: 'sum', flowInput: { x: 5 } }),
      ask(`${url}/hkube/api-server/api/v1/exec/algorithm`, { name: 'add', input: [1, 1] }),
    ]);
    const results: unknown[] = [];
    for (const { status, body } of started) {
      expect({ status, body }).toMatchObject({ status: 200, body: { jobId: expect.stringMatching(/^\w{12}$/) } });
      const jobId = String(Reflect.get(Object(body), 'jobId'));
      await expect
        .poll(() => ask(`${url}/api/v1/exec/status/${jobId}`))
        .toMatchObject({
          status: 200,
          body: { jobId, status: 'completed', data: { details: '100% completed, 1 succeed' } },
        });
      expect(await ask(`${url}/api/v1/graph/parsed/${jobId}`)).toMatchObject({
        body: { nodes: [{ status: 'succeed' }] },
      });
      const { body: document } = await ask(`${url}/api/v1/exec/results/${jobId}`);
      results.push(Reflect.get(Object(document), 'data'));
    }
    expect(results).toMatchObject([[{ result: 3 }], [{ result: 6 }], [{ result: 2 }]]);
    expect(await ask(`${url}/api/v1/exec/search`)).toMatchObject({
      body: { hits: [{ status: { status: 'completed' } }, {}, {}], cursor: null },
    });
    expect(await ask(`${url}/api/v1/store/algorithms`)).toMatchObject({ body: [{ name: 'add' }] });
    expect(await ask(`${url}/api/v1/store/pipelines`)).toMatchObject({ body: [{ name: 'sum' }] });
  });

  it('is stopped by its id, or by the name of its pipeline', async () => {
    const { handlers } = gate();
    const { hkube } = await startHKube({ wait: handlers });
    const url = await door(hkube);
    const waiting = { name: 'w', nodes: [node('a', 'wait')] };
    const [one, other] = [hkube.runRaw(waiting), hkube.runRaw(waiting)];
    expect(await ask(`${url}/api/v1/exec/stop`, { jobId: one.jobId, reason: 'enough' })).toEqual({
      status: 200,
      body: { stoppedJobIds: [one.jobId] },
    });
    expect(await one.done).toMatchObject({ status: 'stopped', reason: 'enough' });
    await ask(`${url}/api/v1/exec/stop`, { pipelineName: 'w' });
    expect(await other.done).toMatchObject({ status: 'stopped', reason: 'stopped due to request' });
  });
});

describe('a request', () => {
  it.each<[path: string, body: unknown, status: number, words: string]>([
    ['exec/status/nope', undefined, 404, 'status nope Not Found'],
    ['exec/results/..%2F..%2Fx', undefined, 404, 'Not Found'],
    ['graph/parsed/nope', undefined, 404, 'graph nope Not Found'],
    ['exec/stored', { name: 'nope' }, 404, 'pipeline nope Not Found'],
    ['exec/stored', {}, 400, 'name: expected text'],
    ['exec/stored', null, 400, 'expected an object with the name of a stored pipeline'],
    ['exec/raw', { name: 'p' }, 400, 'nodes: expected an array of nodes'],
    ['exec/raw', [], 400, 'expected a pipeline'],
    ['exec/raw', '{"name":', 400, 'the body is no JSON'],
    ['exec/raw', '', 400, 'the body is no JSON'],
    ['exec/algorithm', { name: 'add', imput: [] }, 400, 'imput: not known; known are name, input, debug'],
    ['exec/algorithm', 5, 400, 'expected an object with name and input'],
    ['exec/stop', {}, 404, 'No jobs found matching criteria'],
    ['exec/stop', null, 400, 'expected an object with jobId or pipelineName'],
    ['exec/stop', { jobId: 5 }, 400, 'jobId: expected text'],
    ['exec/dance', undefined, 404, 'GET /api/v1/exec/dance Not Found'],
  ])('%s with %j is answered %i in the shape of HKube’s errors', async (path, body, status, words) => {
    const { hkube } = await startHKube({ add });
    const url = await door(hkube);
    expect(await ask(`${url}/api/v1/${path}`, body)).toEqual({
      status,
      body: expect.objectContaining({
        error: expect.objectContaining({ code: status, message: expect.stringContaining(words) }),
      }),
    });
  });

  it.each([
    [{ host: 'evil.example' }, 403],
    [{ origin: 'http://evil.example' }, 403],
    [{ origin: 'null' }, 403],
    [{ host: 'localhost:3030' }, 200],
    [{ origin: 'http://localhost:5173' }, 200],
    [{ origin: 'http://127.0.0.1' }, 200],
  ])('from %j is answered with %i (R1)', async (headers, status) => {
    const { hkube } = await startHKube({ add });
    expect(await askAs(`${await door(hkube)}/api/v1/exec/search`, headers)).toBe(status);
  });
});
