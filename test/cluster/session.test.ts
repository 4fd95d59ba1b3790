// The login at a cluster with Keycloak: when the password leaves, how long a token is used, and what is said when it goes wrong.

import { inspect } from 'node:util';
import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { createHKubeApi } from '#cluster/hkube-api';
import { compileCluster } from '#cluster/options';
import { type Asked, fakeApiServer, type Reply, simulatedWorld } from '#test/support/fake-api-server';

const unauthorized: Reply = { status: 401, body: { error: 'Unauthorized' } };

interface Guard {
  readonly expiresIn?: number;
  /** Which tokens are taken. */
  readonly isGood?: (token: number) => boolean;
  /** A login is answered no earlier. */
  readonly opened?: Promise<void>;
  /** `store/algorithms/a` is answered no earlier. */
  readonly slow?: Promise<void>;
  /** In place of a token. */
  readonly login?: Reply;
}

/** A cluster with Keycloak. Each login gives a token of its own. */
async function guarded({ expiresIn = 300, isGood = (token) => token > 0, opened, slow, login }: Guard = {}) {
  let logins = 0;
  const { url, asked } = await fakeApiServer(async ({ path, authorization }) => {
    if (path === 'auth/login') {
      logins += 1;
      const count = logins;
      await opened;
      const token = {
        access_token: `token-${count}`,
        expires_in: expiresIn,
        refresh_token: 'r',
        token_type: 'Bearer',
      };
      return login ?? { body: { data: token } };
    }
    const isTaken = isGood(Number(/^Bearer token-(\d+)$/.exec(authorization ?? '')?.[1] ?? 0));
    if (path === 'store/algorithms/a') await slow;
    return isTaken ? { body: path === 'store/pipelines' ? [] : { algorithm: { name: 'a' }, name: 'a' } } : unauthorized;
  });
  const { time, world } = simulatedWorld();
  const api = createHKubeApi({ endpoint: url, username: 'me', password: 'hunter2', tries: 1 }, world);
  return { url, asked, api, time, paths: () => asked.map(pathOf) };
}

const pathOf = ({ path, authorization }: Asked): string => (authorization ? `${path} ${authorization}` : path);

describe('the login (S1 to S4)', () => {
  it('is made when the cluster asks for it, and its token used from then on', async () => {
    const { api, asked, paths } = await guarded();
    await api.pipelines.list();
    await api.pipelines.list();
    expect(paths()).toEqual([
      'store/pipelines',
      'auth/login',
      'store/pipelines Bearer token-1',
      'store/pipelines Bearer token-1',
    ]);
    expect(asked[1]).toMatchObject({ method: 'POST', body: { username: 'me', password: 'hunter2' } });
  });

  it('never leaves for a cluster that does not ask', async () => {
    const { api, paths } = await guarded({ isGood: () => true });
    await api.pipelines.list();
    expect(paths()).toEqual(['store/pipelines']);
  });

  it.each([
    [300, 289_999, 290_001],
    [8, 3_999, 4_001],
  ])('with a token of %i s is made anew before its end', async (expiresIn, before, after) => {
    const { api, time, paths } = await guarded({ expiresIn });
    await api.pipelines.list();
    await time.advance(before);
    await api.pipelines.list();
    await time.advance(after - before);
    await api.pipelines.list();
    expect(paths().slice(2)).toEqual([
      'store/pipelines Bearer token-1',
      'store/pipelines Bearer token-1',
      'auth/login',
      'store/pipelines Bearer token-2',
    ]);
  });

  it('is made once more for a token that is refused before its end, and no third time', async () => {
    let newest = 1;
    const { api, paths } = await guarded({ isGood: (token) => token >= newest });
    await api.pipelines.list();
    newest = 2;
    await api.pipelines.list();
    newest = Infinity;
    await expect(api.pipelines.list()).rejects.toThrow('does not take the login of me (HTTP status 401)');
    expect(paths().slice(3)).toEqual([
      'store/pipelines Bearer token-1',
      'auth/login',
      'store/pipelines Bearer token-2',
      'store/pipelines Bearer token-2',
      'auth/login',
      'store/pipelines Bearer token-3',
    ]);
  });

  it('is shared by calls at the same time, and who is aborted ends it for nobody else', async () => {
    let open = (): void => undefined;
    const opened = new Promise<void>((resolve) => (open = resolve));
    const { api, paths } = await guarded({ opened });
    const controller = new AbortController();
    const aborted = api.pipelines.list({ signal: controller.signal }).catch((cause: unknown) => cause);
    await expect.poll(() => paths()).toContain('auth/login');
    const others = [api.pipelines.list(), api.algorithms.get('a')];
    await expect.poll(() => paths()).toHaveLength(4);
    controller.abort();
    expect(await aborted).toMatchObject({ code: 'ABORTED' });
    open();
    await Promise.all(others);
    expect(paths().filter((path) => path === 'auth/login')).toHaveLength(1);
  });

  it('is not made again by a call that hears of the old token’s end when there is a new one', async () => {
    let answer = (): void => undefined;
    let oldest = 1;
    const slow = new Promise<void>((resolve) => (answer = resolve));
    const { api, paths } = await guarded({ slow, isGood: (token) => token >= oldest });
    await api.pipelines.list();
    oldest = 2;
    const late = api.algorithms.get('a');
    await expect.poll(() => paths()).toContain('store/algorithms/a Bearer token-1');
    await api.pipelines.list();
    answer();
    await late;
    expect(paths().filter((path) => path === 'auth/login')).toHaveLength(2);
    expect(paths().at(-1)).toBe('store/algorithms/a Bearer token-2');
  });

  it('comes before an archive, which would have to be sent twice', async () => {
    const { api, paths } = await guarded();
    let opened = 0;
    const open = () => {
      opened += 1;
      return Readable.from([Buffer.from('PK')]);
    };
    await api.algorithms.apply({ algorithm: { name: 'a' }, archive: { fileName: 'a.zip', open } });
    expect(opened).toBe(1);
    expect(paths().map((path) => path.replace(/ .*/, ''))).toEqual([
      'store/algorithms/a',
      'auth/login',
      'store/algorithms/a',
      'store/algorithms/apply',
    ]);
  });

  const error = (message: string) => ({ error: { code: 500, message } });
  it.each<[string, Reply, string, string]>([
    [
      'a wrong password',
      { status: 500, body: error('Request failed with status code 401') },
      'INVALID_CALL',
      'refuses the login of me: check user name and password',
    ],
    ['a login that is no use here', { status: 404, body: '' }, 'INVALID_CALL', 'refuses the login of me'],
    [
      'a Keycloak that is away',
      { status: 500, body: error('connect ECONNREFUSED') },
      'REQUEST_FAILED',
      'could not make the login of me (HTTP status 500): Keycloak may be away',
    ],
    ['no token', { body: { data: { access_token: '' } } }, 'REQUEST_FAILED', 'has no token as HKube’s has'],
    [
      'a token that would end the header',
      { body: { data: { access_token: 'a\r\nhost: b', expires_in: 3 } } },
      'REQUEST_FAILED',
      'has no token',
    ],
  ])('that fails by %s says so, without the password', async (_, login, code, words) => {
    const { api } = await guarded({ login });
    const failed: unknown = await api.pipelines.list().catch((cause: unknown) => cause);
    expect(failed).toMatchObject({ code, message: expect.stringContaining(words) });
    expect(inspect(failed, { depth: 10 })).not.toContain('hunter2');
  });

  it('is in nothing that could be printed', () => {
    const cluster = compileCluster({ endpoint: 'http://there', username: 'me', password: 'hunter2' });
    expect(inspect(cluster, { depth: 10 }) + JSON.stringify(cluster)).not.toContain('hunter2');
  });
});
