// The client of HKube's API: against a server that answers wrongly, and against local HKube, which answers as HKube does.

import { createServer } from 'node:http';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createHKubeApi } from '#cluster/hkube-api';
import { serveRest } from '#local-hkube/rest';
import { add, node, startHKube } from '#test/support/local-hkube';

/** A server that always answers so; `asked` has the paths. */
async function server(status: number, body: string) {
  const asked: string[] = [];
  const http = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    response.writeHead(status, { 'content-type': 'application/json' }).end(body);
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    http.close();
  });
  const address = http.address();
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
  return { asked, url: `http://127.0.0.1:${port}/` };
}

describe('the client', () => {
  it('starts a run of local HKube, follows it, and lists it', async () => {
    const { hkube } = await startHKube({ add });
    const rest = await serveRest(hkube, 0);
    onTestFinished(() => rest.close());
    const api = createHKubeApi(rest.url);
    const jobId = await api.execRaw({ name: 'p', nodes: [node('a', 'add', 1, 2)] });
    await expect.poll(() => api.status(jobId)).toMatchObject({ status: 'completed' });
    expect(await api.result(jobId)).toMatchObject({ status: 'completed', data: [{ nodeName: 'a', result: 3 }] });
    expect(await api.graph(jobId)).toMatchObject({ nodes: [{ nodeName: 'a', status: 'succeed' }] });
    expect(await api.runs()).toMatchObject([{ jobId, pipeline: 'p', status: 'completed' }]);
    expect(await api.algorithms()).toMatchObject([{ name: 'add' }]);
    await expect(api.stop(jobId, 'late')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('asks below the path of HKube’s API, and takes ids as they are', async () => {
    const { url, asked } = await server(404, '{}');
    await expect(createHKubeApi(url).status('a/b')).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(asked).toEqual(['GET /hkube/api-server/api/v1/exec/status/a%2Fb']);
  });

  it.each([
    [
      400,
      '{"error":{"code":400,"message":"data.name should be string"}}',
      'INVALID_CALL',
      'data.name should be string',
    ],
    [404, '{"error":{"code":404,"message":"pipeline x Not Found"}}', 'NOT_FOUND', 'pipeline x Not Found'],
    [401, '{"error":"Unauthorized"}', 'INVALID_CALL', 'HTTP status 401'],
    [500, '{"error":{"code":500,"message":"etcd is away"}}', 'REQUEST_FAILED', 'etcd is away'],
    [502, '<html>Bad Gateway</html>', 'REQUEST_FAILED', 'HTTP status 502'],
    [200, '<html>Log in</html>', 'REQUEST_FAILED', 'the answer is not HKube’s: <html>Log in'],
    [200, '{"jobId":5}', 'REQUEST_FAILED', 'the answer is not HKube’s'],
  ])('answered %i %s rejects with %s', async (status, body, code, words) => {
    const { url } = await server(status, body);
    await expect(createHKubeApi(url).execStored({ name: 'x' })).rejects.toMatchObject({
      code,
      message: expect.stringContaining(words),
    });
  });

  it('that nobody answers says whom it asked', async () => {
    await expect(createHKubeApi('http://127.0.0.1:1').runs()).rejects.toMatchObject({
      code: 'CANNOT_CONNECT',
      message: expect.stringMatching(/^http:\/\/127\.0\.0\.1:1\/.*: no HKube answers/),
    });
  });
});
