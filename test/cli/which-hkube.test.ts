// Which HKube the commands ask: `--endpoint` before .hkuberc before the local one of the folder; and how they log in there.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { announceServer } from '#local-hkube/server-file';
import type { Asked } from '#test/support/fake-api-server';
import { built, CODE, fakeHKube, refusal, type Table } from '#test/support/fake-hkube';
import { type Project, project } from '#test/support/projects';
import { serveTls } from '#test/support/fake-api-server';
import { readFileSync } from 'node:fs';
import { root } from '#test/support/source-files';
import { temporaryFolder } from '#test/support/temporary';

const listing: Table = { 'GET store/algorithms': { body: [{ name: 'of-cluster', type: 'Code', env: 'nodejs' }] } };
const LOCAL: Table = { 'GET store/algorithms': { body: [{ name: 'of-local' }] } };

function hkuberc(folder: string, settings: object): void {
  mkdirSync(join(folder, '.hkube'), { recursive: true });
  writeFileSync(join(folder, '.hkube/.hkuberc'), JSON.stringify(settings));
}

/** As if this process served the folder. */
async function serveIn(here: Project, table: Table) {
  const server = await fakeHKube(table);
  await announceServer(here.path('.hkube/local'), server.url);
  return server;
}

const TOKEN = { access_token: 'the-token', expires_in: 300 };

/** A cluster with Keycloak. */
function keycloak(table: Table): Table {
  const guarded = Object.entries(table).map(([key, answer]) => [
    key,
    (asked: Asked, count: number) =>
      asked.authorization === 'Bearer the-token'
        ? typeof answer === 'function'
          ? answer(asked, count)
          : answer
        : { status: 401, body: { error: 'Unauthorized' } },
  ]);
  return {
    ...Object.fromEntries(guarded),
    'POST auth/login': ({ body }) =>
      JSON.stringify(body) === JSON.stringify({ username: 'ann', password: 'pass' })
        ? { body: { data: TOKEN } }
        : { status: 500, body: { error: { code: 500, message: 'Request failed with status code 401' } } },
  };
}

describe('the HKube that is asked', () => {
  it('is that of --endpoint, else of .hkuberc, else the local one of the folder; --local leaves .hkuberc aside', async () => {
    const home = temporaryFolder();
    const here = project({}, { HOME: home });
    const [named, ofFile] = [await fakeHKube(listing), await fakeHKube(listing)];
    const local = await serveIn(here, LOCAL);
    expect((await here.run('algorithms')).stdout).toContain('of-local');

    hkuberc(home, { endpoint: ofFile.url });
    const byFile = await here.run('algorithms');
    expect(byFile).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('of-cluster'),
      stderr: expect.any(String),
    });
    expect(byFile.stderr).toBe(`HKube at ${ofFile.url}, from ~/.hkube/.hkuberc\n`);
    const byFlag = await here.run('algorithms', '--endpoint', named.url);
    expect(byFlag).toMatchObject({ code: 0, stderr: '' });
    expect((await here.run('algorithms', '--local')).stdout).toContain('of-local');
    expect([named, ofFile, local].map(({ asked }) => asked.length)).toEqual([1, 1, 2]);
  });

  it('is the same one for every command', async () => {
    const here = project(CODE);
    const { url, asked } = await fakeHKube({});
    writeFileSync(here.path('.hkuberc'), JSON.stringify({ endpoint: url }));
    const commands = [
      ['apply', '--image', 'r/i:1'],
      ['builds', 'count-words'],
      ['versions', 'count-words'],
      ['delete', 'count-words'],
      ['algorithms'],
      ['pipelines'],
      ['status', 'j1'],
      ['result', 'j1'],
      ['stop', 'j1'],
      ['list'],
      ['exec', 'stored', 'p'],
      ['board'],
    ];
    for (const command of commands) {
      const before = asked.length;
      const { code, stdout, stderr } = await here.run(...command);
      expect({ command, code, stdout }).toEqual({ command, code: 2, stdout: '' });
      expect(stderr).toContain(`HKube at ${url}, from ${here.path('.hkuberc')}\n`);
      expect(asked.length, command.join(' ')).toBeGreaterThan(before);
    }
  });

  it('is logged in to when it asks for that, once, with the password of .hkuberc or of the environment', async () => {
    const { url, asked } = await fakeHKube(keycloak(built));
    const here = project(CODE);
    writeFileSync(here.path('.hkuberc'), JSON.stringify({ endpoint: url, username: 'ann', password: 'pass' }));
    expect(await here.run('apply')).toMatchObject({ code: 0 });
    expect(asked.filter(({ path }) => path === 'auth/login')).toHaveLength(1);
    // An archive is not sent in vain.
    expect(asked.filter(({ path }) => path === 'store/algorithms/apply')).toHaveLength(1);

    const byEnv = project(CODE, { HKUBE_PASSWORD: 'pass' });
    expect(await byEnv.run('versions', 'count-words', '--endpoint', url, '--username', 'ann')).toMatchObject({
      code: 0,
    });
  });

  it('that refuses the login is said to, and no password is in the words', async () => {
    const { url } = await fakeHKube(keycloak(built));
    const wrong = project(CODE, { HKUBE_PASSWORD: 'secret-word' });
    const { code, stderr } = await wrong.run('versions', 'count-words', '--endpoint', url, '--username', 'ann');
    expect(code).toBe(2);
    expect(stderr).toContain('refuses the login of ann: check user name and password');
    expect(stderr).not.toContain('secret-word');
    const without = await project(CODE).run('versions', 'count-words', '--endpoint', url);
    expect(without).toMatchObject({ code: 2, stderr: expect.stringContaining('asks for a login (HTTP status 401)') });
  });

  it('has a path prefix and certificates as the flags say, by hkubectl’s names for them or ours', async () => {
    const identity = {
      key: readFileSync(join(root, 'test/fixtures/tls/key.pem'), 'utf8'),
      cert: readFileSync(join(root, 'test/fixtures/tls/cert.pem'), 'utf8'),
    };
    const paths: string[] = [];
    const { url } = await serveTls(identity, ({ url: path = '' }, response) => {
      paths.push(path);
      response.writeHead(200).end('[]');
    });
    const here = project({});
    const strict = await here.run('pipelines', '--endpoint', url);
    expect(strict).toMatchObject({ code: 4, stderr: expect.stringContaining('NODE_EXTRA_CA_CERTS') });
    for (const flags of [
      ['--insecure', '--path-prefix', '/other'],
      ['--reject-unauthorized', 'false', '--pathPrefix', 'other/'],
      ['--rejectUnauthorized=false', '--path-prefix', 'other'],
    ])
      expect(await here.run('pipelines', '--endpoint', url, ...flags)).toMatchObject({ code: 0 });
    expect(new Set(paths)).toEqual(new Set(['/other/api/v1/store/pipelines']));
  });

  it('is asked again as it was asked, by the commands that are advised', async () => {
    const { url } = await fakeHKube({ 'POST exec/algorithm': refusal(404, 'algorithm words Not Found') });
    const here = project({}, { HKUBE_PASSWORD: 'pass' });
    const prefix = ['--path-prefix', '/hkube/api-server/'];
    const flags = ['--endpoint', url, ...prefix, '--username', 'ann', '--insecure'];
    const { code, stderr } = await here.run('exec', 'algorithm', 'words', ...flags);
    expect(code).toBe(2);
    expect(stderr).toContain(`algorithm-actor algorithms ${flags.join(' ')}\n`);
  });

  const rc = { '.hkuberc': JSON.stringify({ endpoint: 'http://127.0.0.1:1', username: 'bob', password: 'of-bob' }) };
  it.each<[flags: string[], files: Record<string, string>, code: number, words: string]>([
    [['--endpoint', 'http://127.0.0.1:1'], {}, 4, 'algorithms/x: no HKube answers: connect ECONNREFUSED'],
    [['--endpoint', 'hkube.example.org'], {}, 2, 'endpoint: expected the http or https URL of a cluster'],
    [['--endpoint', 'http://ann:pass@127.0.0.1:1'], {}, 2, 'does not belong into the URL'],
    [['--endpoint', 'http://127.0.0.1:1', '--local'], {}, 2, '--local and --endpoint: give one of them'],
    [['--username', 'ann', '--insecure'], {}, 2, '--username, --insecure: of which cluster? Give --endpoint'],
    [['--local', '--path-prefix', 'x'], rc, 2, 'of which cluster? Leave --local away'],
    [['--endpoint', 'http://127.0.0.1:1', '--username', 'ann'], {}, 2, 'its password is missing'],
    [['--username', 'ann'], rc, 2, '--username ann: its password is missing'],
    [['--reject-unauthorized', 'no'], {}, 2, 'expected true or false, got no'],
    [[], { '.hkuberc': '{"endpoint": 5}' }, 2, '.hkuberc: endpoint: expected the http or https URL'],
  ])('with %j ends with words', async (flags, files, expected, words) => {
    const { code, stdout, stderr } = await project(files).run('versions', 'x', ...flags);
    expect(stderr).toContain(words);
    expect({ code, stdout }).toEqual({ code: expected, stdout: '' });
    expect(stderr).not.toContain('of-bob');
  });

  it('gets no password by a flag, and the flag is not repeated', async () => {
    const { code, stderr } = await project({}).run('versions', 'x', '--password', 'secret-word');
    expect(code).toBe(2);
    expect(stderr).toContain('HKUBE_PASSWORD');
    expect(stderr).not.toContain('secret-word');
  });
});
