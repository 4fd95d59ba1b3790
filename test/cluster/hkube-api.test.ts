// The client of HKube's API: where it asks, what it refuses to ask, and local HKube, which answers as HKube does.

import { describe, expect, it, onTestFinished } from 'vitest';
import { createHKubeApi, type HKubeApi } from '#cluster/hkube-api';
import type { ClusterOptions } from '#cluster/options';
import { serveRest } from '#rest/server';
import { fakeApiServer } from '#test/support/fake-api-server';
import { add, gate, node, startHKube } from '#test/support/local-hkube';

describe('the client', () => {
  it('starts a run of local HKube, follows it, and lists it', async () => {
    const { hkube } = await startHKube({ add });
    const rest = await serveRest(hkube, { port: 0 });
    onTestFinished(() => rest.close());
    const { exec, algorithms } = createHKubeApi(rest.url);
    const jobId = await exec.raw({ name: 'p', nodes: [node('a', 'add', 1, 2)] });
    expect(await exec.ended(jobId)).toMatchObject({ status: 'completed', data: [{ nodeName: 'a', result: 3 }] });
    expect(await exec.status(jobId)).toMatchObject({ status: 'completed' });
    expect(await exec.graph(jobId)).toMatchObject({ nodes: [{ nodeName: 'a', status: 'succeed' }] });
    expect(await exec.list()).toMatchObject([{ jobId, pipeline: 'p', status: 'completed' }]);
    expect(await algorithms.list()).toMatchObject([{ name: 'add' }]);
    await expect(exec.stop({ jobId, reason: 'late' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('stops the runs of a pipeline of local HKube', async () => {
    const { begun, handlers } = gate();
    const { hkube } = await startHKube({ wait: handlers });
    const rest = await serveRest(hkube, { port: 0 });
    onTestFinished(() => rest.close());
    const { exec } = createHKubeApi(rest.url);
    const jobId = await exec.raw({ name: 'p', nodes: [node('a', 'wait')] });
    await begun;
    expect(await exec.stop({ pipelineName: 'p', reason: 'enough' })).toEqual([jobId]);
    expect(await exec.ended(jobId)).toMatchObject({ status: 'stopped', reason: 'enough' });
  });

  it.each([
    [undefined, '', 'pipelines'],
    ['/hkube/api-server/', '', 'pipelines'],
    ['elsewhere', '', '/elsewhere/api/v1/store/pipelines'],
    ['/', '', '/api/v1/store/pipelines'],
    [undefined, '/below/', '/below/hkube/api-server/api/v1/store/pipelines'],
  ])('with pathPrefix %s and the path %s asks below both', async (pathPrefix, below, path) => {
    const { url, asked } = await fakeApiServer(() => ({ body: [] }));
    await createHKubeApi({ endpoint: `${url}${below}`, pathPrefix }).pipelines.list();
    expect(asked.map((one) => one.path)).toEqual([path === 'pipelines' ? 'store/pipelines' : path]);
  });

  it.each<[string, (api: HKubeApi) => Promise<unknown>]>([
    ['store/algorithms/', (api) => api.algorithms.get('')],
    ['store/algorithms/..', (api) => api.algorithms.delete('..', { force: true })],
    ['versions/algorithms/green/.', (api) => api.versions.delete('green', '.')],
    ['builds/status/', (api) => api.builds.status('')],
    ['exec/status/..', (api) => api.exec.status('..')],
    ['boards/tensors/', (api) => api.boards.delete('')],
  ])('does not ask for a name of another path: %s', async (path, call) => {
    const { url, asked } = await fakeApiServer(() => ({}));
    await expect(call(createHKubeApi(url))).rejects.toMatchObject({
      code: 'INVALID_CALL',
      message: expect.stringContaining(`${path}: expected a name or an id`),
    });
    expect(asked).toEqual([]);
  });
});

describe('the options', () => {
  const endpoint = 'https://hkube.example.org';
  it.each<[ClusterOptions | string, string]>([
    ['', 'endpoint: expected the http or https URL of a cluster'],
    ['hkube.example.org', 'endpoint: expected the http or https URL'],
    ['ftp://hkube.example.org', 'endpoint: expected the http or https URL'],
    ['https://me:secret@hkube.example.org', 'a user name or password does not belong into the URL'],
    ['https://hkube.example.org/?a=b', 'without ? and #'],
    [{ endpoint, username: 'me' }, 'username without password: a login takes both'],
    [{ endpoint, password: 'secret' }, 'password without username: a login takes both'],
    [{ endpoint, username: '', password: 'secret' }, 'username: expected a user name'],
    [{ endpoint, tries: 0 }, 'tries: expected 1 or more'],
    [{ endpoint, timeoutMs: 1e12 }, 'timeoutMs: expected 2147483647 ms at most'],
  ])('%j is refused', (options, words) => {
    const create = () => createHKubeApi(options);
    expect(create).toThrow(words);
    expect(create).not.toThrow('secret');
    expect(create).toThrow(expect.objectContaining({ code: 'INVALID_OPTIONS' }));
  });
});
