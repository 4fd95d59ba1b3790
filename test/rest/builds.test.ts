// Builds by REST, over real HTTP: HKube's paths, shapes, statuses and words; and this project's own client of them.

import { describe, expect, it, onTestFinished } from 'vitest';
import type { GitRepository } from '#builds/git';
import { isPushOf, type Push } from '#builds/push';
import { createHKubeApi } from '#cluster/hkube-api';
import { serveRest } from '#rest/server';
import { at, startApplying } from '#test/support/applied';
import { START, startBuilder, untilLogged } from '#test/support/builds';
import { gitServer } from '#test/support/git-server';
import { add, startHKube } from '#test/support/local-hkube';

const WAIT = `console.log('begun'); for (;;);`;

async function door() {
  const { hkube } = await startHKube({ add });
  const started = await startBuilder();
  const pushes: Push[] = [];
  const onPush = async (push: Push) => {
    pushes.push(push);
    return ['words-abc123'];
  };
  const rest = await serveRest(hkube, { port: 0, builds: { ...started.builder, onPush } });
  onTestFinished(rest.close);
  const ask = async (path: string, body?: unknown, type = 'application/json') => {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    const post = { method: 'POST', headers: { 'content-type': type }, body: text };
    const response = await fetch(`${rest.url}/api/v1/${path}`, body === undefined ? {} : post);
    const answer: unknown = await response.json();
    return { status: response.status, body: answer };
  };
  return { ...started, pushes, ask, url: rest.url };
}

const refused = (code: number, message: unknown) => ({ status: code, body: { error: { code, message } } });

describe('a build', () => {
  it('is told as HKube tells it, and followed to its end by the client of a cluster', async () => {
    const { ask, begin, url } = await door();
    const { buildId, imageTag } = await begin({ 'index.js': START }, { baseImage: 'node:20' });
    const api = createHKubeApi({ endpoint: url });
    const statuses: string[] = [];
    const onStatus = ({ status }: { readonly status: string }): void => void statuses.push(status);
    const ended = await api.builds.ended(buildId, { onStatus });
    expect(ended).toMatchObject({ status: 'completed', progress: 100 });
    expect(statuses.at(-1)).toBe('completed');
    const { status, body } = await ask(`builds/status/${buildId}`);
    expect({ status, body }).toEqual({
      status: 200,
      body: {
        ...{ buildId, imageTag, algorithmName: 'words', env: 'nodejs', type: 'Code', buildMode: 'local' },
        algorithm: expect.objectContaining({ name: 'words', type: 'Code' }),
        ...{ fileExt: 'zip', filePath: `${buildId}/archive.zip`, uploadPath: `${buildId}/archive.zip` },
        ...{ baseImage: 'node:20', algorithmImage: `local/words:v${imageTag}` },
        ...{ status: 'completed', progress: 100, error: null, trace: null },
        result: { data: expect.stringMatching(/^Unpacked received\.zip[^]*Built\.\n$/), warnings: [], errors: [] },
        ...{ startTime: expect.any(Number), endTime: expect.any(Number), timestamp: expect.any(Number) },
      },
    });
    expect(await ask('builds/list/words')).toEqual({ status: 200, body: [body] });
    await expect(api.builds.stop(buildId)).rejects.toMatchObject({
      code: 'INVALID_CALL',
      message: expect.stringContaining('unable to stop build because its in completed status'),
    });
    await api.builds.rerun(buildId);
    expect(await api.builds.ended(buildId)).toMatchObject({ status: 'completed' });
  });

  it('is stopped, and run again only when it is over', async () => {
    const { ask, begin, builder } = await door();
    const { buildId } = await begin({ 'index.js': WAIT });
    await untilLogged(builder, buildId, 'begun');
    expect(await ask('builds/rerun', { buildId })).toEqual(
      refused(400, 'unable to rerun build because its in active status'),
    );
    expect(await ask('builds/stop', { buildId })).toEqual({ status: 200, body: { message: 'OK' } });
    expect(await ask('builds/stop', { buildId })).toEqual(
      refused(400, 'unable to stop build because its in stopped status'),
    );
    expect(await ask('builds/rerun', { buildId })).toEqual({ status: 200, body: { message: 'OK' } });
  });

  it('is the newest one, where nobody asks for more', async () => {
    const { ask, build } = await door();
    const first = await build({ 'index.js': START });
    const second = await build({ 'main.js': START });
    const ids = async (query: string): Promise<unknown[]> => {
      const { body } = await ask(`builds/list/words${query}`);
      return Array.isArray(body) ? body.map((one: unknown) => Reflect.get(Object(one), 'buildId')) : [];
    };
    expect(await ids('')).toEqual([second.buildId]);
    expect(await ids('?limit=5')).toEqual([second.buildId, first.buildId]);
    expect(await ids('?limit=100000&sort=asc&order=startTime')).toEqual([first.buildId, second.buildId]);
  });
});

describe('a request', () => {
  it.each<[path: string, body: unknown, status: number, message: string, details?: string]>([
    ['builds/status/nope', undefined, 404, 'build nope Not Found'],
    ['builds/status/..%2Fwords-abc123', undefined, 404, 'build ../words-abc123 Not Found'],
    ['builds/stop', { buildId: 'words-abc123' }, 404, 'build words-abc123 Not Found'],
    ['builds/rerun', { buildId: 'words-abc123' }, 404, 'build words-abc123 Not Found'],
    ['builds/stop', {}, 400, "data should have required property 'buildId'"],
    ['builds/rerun', { buildId: {} }, 400, 'data.buildId should be string'],
    ['builds/stop', [], 400, 'data should be object'],
    ['builds/list/words?sort=up', undefined, 400, 'data.sort should be equal to one of the allowed values (asc,desc)'],
    ['builds/list/words?limit=0', undefined, 400, 'data.limit should be >= 1'],
    ['builds/list/words?limit=100001', undefined, 400, 'data.limit should be <= 100000'],
    ['builds/list/words?limit=many', undefined, 400, 'data.limit should be integer'],
    ['builds/webhook/github', '{"payload":"{"}', 400, 'payload is no JSON: '],
  ])('%s with %j is answered %i: %s', async (path, body, status, message) => {
    const { ask } = await door();
    expect(await ask(path, body)).toMatchObject({
      status,
      body: { error: { code: status, message: expect.stringContaining(message) } },
    });
  });

  it('by another method is told which one is allowed', async () => {
    const { url } = await door();
    const response = await fetch(`${url}/api/v1/builds/stop`);
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST']);
  });

  it('is described by the document of the API', async () => {
    const { url } = await door();
    const response = await fetch(`${url}/swagger-api`);
    expect(await response.json()).toMatchObject({
      paths: {
        '/builds/list/{name}': {
          get: {
            parameters: [{ name: 'name' }, { name: 'sort' }, { name: 'order' }, { name: 'limit', required: false }],
          },
        },
        '/builds/stop': { post: { requestBody: {} } },
      },
    });
  });
});

const url = 'https://github.com/me/words';
const head = { id: 'abc1234', timestamp: '2026-01-01T00:00:00Z', message: 'words' };
const github = { ref: 'refs/heads/main', head_commit: head, repository: { html_url: url, clone_url: `${url}.git` } };
const gitlab = {
  object_kind: 'push',
  ref: 'refs/heads/main',
  checkout_sha: 'abc1234',
  commits: [{ ...head, id: 'older' }, head],
  project: { git_http_url: `${url}.git`, web_url: url },
};
const expected = { branchName: 'main', commit: head, urls: [url, `${url}.git`] };

describe('a push', () => {
  it.each<[how: string, path: string, body: unknown, type?: string]>([
    ['from GitHub', 'github', github],
    [
      'from GitHub as a form',
      'github',
      `payload=${encodeURIComponent(JSON.stringify(github))}`,
      'application/x-www-form-urlencoded',
    ],
    ['from GitHub, JSON in JSON', 'github', { payload: JSON.stringify(github) }],
    ['from GitLab', 'gitlab', gitlab],
  ])('%s begins builds', async (_, kind, body, type) => {
    const { ask, pushes } = await door();
    expect(await ask(`builds/webhook/${kind}`, body, type)).toEqual({
      status: 200,
      body: { message: 'OK', builds: ['words-abc123'] },
    });
    expect(pushes).toEqual([{ ...expected, urls: expect.arrayContaining(expected.urls) }]);
  });

  it.each<[what: string, kind: string, body: unknown]>([
    ['a ping', 'github', { zen: 'Keep it logically awesome.', hook_id: 1 }],
    ['a tag', 'github', { ...github, ref: 'refs/tags/v1' }],
    ['a branch that was deleted', 'github', { ...github, head_commit: null }],
    ['an issue', 'gitlab', { ...gitlab, object_kind: 'issue' }],
    ['a branch that was deleted', 'gitlab', { ...gitlab, checkout_sha: null }],
    ['nothing', 'gitlab', null],
  ])('that is none, %s, begins nothing', async (_, kind, body) => {
    const { ask, pushes } = await door();
    expect(await ask(`builds/webhook/${kind}`, body)).toEqual({ status: 200, body: { message: 'OK', builds: [] } });
    expect(pushes).toEqual([]);
  });

  it('that an algorithm follows becomes a build of what was pushed, by its token', async () => {
    const token = 'tok-1234567890';
    const { url: repository, commit } = await gitServer({ login: `x-access-token:${token}` });
    commit({ 'index.mjs': START }, 'main');
    const { applied, ask, hkube } = await startApplying();
    const gitRepository = { url: repository, branchName: 'main', token };
    const first = await applied({ payload: { name: 'words', env: 'nodejs', gitRepository } });
    expect(first.body).toMatchObject({ algorithm: { type: 'Git' }, messagesCode: [1021, 1023] });
    const id = commit({ 'index.mjs': `${START}// more` }, 'main');
    const event = { ...github, head_commit: { ...head, id }, repository: { clone_url: repository } };
    const { status, body } = await ask('POST builds/webhook/github', event);
    expect({ status, body }).toEqual({
      status: 200,
      body: { message: 'OK', builds: [expect.stringMatching(/^words-\w{6}$/)] },
    });
    const build = await hkube.builds.ended(String(at(body, 'builds', 0)));
    expect(build).toMatchObject({ status: 'completed', gitRepository: { commit: { id }, token: '***' } });
    expect(await ask('GET versions/algorithms/words')).toMatchObject({
      body: [{ semver: '1.0.1' }, { semver: '1.0.0' }],
    });
    const other = { ...event, ref: 'refs/heads/other' };
    expect(await ask('POST builds/webhook/github', other)).toEqual({
      status: 200,
      body: { message: 'OK', builds: [] },
    });
  });

  it('too large to be one is refused', async () => {
    const { ask } = await door();
    const form = `payload=${'x'.repeat(26 * 2 ** 20)}`;
    expect(await ask('builds/webhook/github', form, 'application/x-www-form-urlencoded')).toMatchObject({
      status: 413,
    });
  });

  it.each<[repository: GitRepository, isMeant: boolean]>([
    [{ url, branchName: 'main' }, true],
    [{ url: `${url}.git/`, branchName: 'main' }, true],
    [{ url: 'https://me:token@GitHub.com/me/words.git', branchName: 'main' }, true],
    [{ url }, false],
    [{ url, branchName: 'main', tag: 'v1' }, false],
    [{ url: `${url}-2`, branchName: 'main' }, false],
    [{ url: 'https://gitlab.com/me/words', branchName: 'main' }, false],
  ])('means the algorithm of %j: %s', (repository, isMeant) => {
    expect(isPushOf(expected, repository)).toBe(isMeant);
  });
});
