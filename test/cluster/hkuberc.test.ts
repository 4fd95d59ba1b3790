// The file in which hkubectl keeps where its cluster is: where it is searched, what of it counts, and what is said of a broken one.

import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findCluster, findHkuberc, parseHkuberc } from '#cluster/hkuberc';
import { temporaryFolder } from '#test/support/temporary';

const rc = (endpoint: string, more: object = {}): string => JSON.stringify({ endpoint, ...more });

/** The endpoint that is found from `home/work/here`. */
function found(files: Readonly<Record<string, string>>) {
  const root = temporaryFolder({ 'home/work/here/x': '', ...files });
  const home = join(root, 'home');
  const hkuberc = findHkuberc({ cwd: join(home, 'work/here'), home });
  return hkuberc && [hkuberc.file.slice(root.length + 1), hkuberc.settings.endpoint];
}

describe('it is searched', () => {
  const [one, other] = [rc('http://one'), rc('http://other')];
  it.each([
    ['in the folder', { 'home/work/here/.hkuberc': one, 'home/work/.hkuberc': other }, 'home/work/here/.hkuberc'],
    ['by its other name', { 'home/work/here/.hkuberc.json': one }, 'home/work/here/.hkuberc.json'],
    [
      'by the first name first',
      { 'home/work/here/.hkuberc': one, 'home/work/here/.hkuberc.json': other },
      'home/work/here/.hkuberc',
    ],
    ['upward', { 'home/.hkuberc.json': one, 'home/work/here/.hkube/.hkuberc': other }, 'home/.hkuberc.json'],
    [
      'in .hkube',
      { 'home/work/here/.hkube/.hkuberc': one, 'home/.hkube/.hkuberc': other },
      'home/work/here/.hkube/.hkuberc',
    ],
    ['at home', { 'home/.hkube/.hkuberc': one }, 'home/.hkube/.hkuberc'],
    ['past a folder of its name', { 'home/work/here/.hkuberc/x': '', 'home/work/.hkuberc': one }, 'home/work/.hkuberc'],
  ])('%s', (_, files, file) => {
    expect(found(files)).toEqual([file, 'http://one']);
  });

  it('and may be nowhere', () => {
    expect(found({})).toBeUndefined();
  });
});

describe('what stands in it', () => {
  it('is read as hkubectl writes it, and what else there is is kept', () => {
    const text = `\uFEFF${rc('https://h', { rejectUnauthorized: 'false', username: '', password: null, dataSourcePathPrefix: '/d/' })}`;
    expect(parseHkuberc(text, 'f')).toEqual({
      endpoint: 'https://h',
      rejectUnauthorized: false,
      username: undefined,
      password: undefined,
      dataSourcePathPrefix: '/d/',
    });
    expect(parseHkuberc('{}', 'f')).toEqual({});
  });

  it.each([
    ['', 'f: it is no JSON'],
    ['{\n "password": "hunter2" "a"}', 'f: it is no JSON, at position 25'],
    ['password=hunter2', 'f: it is no JSON'],
    ['"hunter2"', 'f: the file: expected an object with endpoint'],
    ['[]', 'f: the file: expected an object with endpoint'],
    ['{"endpoint":"there"}', 'f: endpoint: expected the http or https URL of a cluster'],
    ['{"endpoint":"https://me:hunter2@there"}', 'endpoint: a user name or password does not belong into the URL'],
    [
      '{"rejectUnauthorized":"no","password":["hunter2"]}',
      'rejectUnauthorized: expected true or false; password: expected a password. Mend it, or delete it.',
    ],
  ])('that is broken, %s, is explained, and nothing of it quoted (F3)', (text, words) => {
    const parse = () => parseHkuberc(text, 'f');
    expect(parse).toThrow(words);
    expect(parse).toThrow(expect.objectContaining({ code: 'INVALID_OPTIONS' }));
    expect(parse).not.toThrow(/hunter2|hunt/);
  });
});

describe('the cluster that is meant', () => {
  const settings = { pathPrefix: '/x/', rejectUnauthorized: false, username: 'me', password: 'hunter2' };
  const surroundings = (env: Readonly<Record<string, string>> = {}) => {
    const cwd = temporaryFolder({ '.hkuberc': rc('https://mine.example.org', settings) });
    return { cwd, home: cwd, env };
  };

  it('is that of the file, with all that it says', () => {
    expect(findCluster({}, surroundings())).toEqual({ endpoint: 'https://mine.example.org', ...settings });
  });

  it('is the caller’s, before the environment, before the file', () => {
    const env = { HKUBE_USERNAME: 'you', HKUBE_PASSWORD: 'p' };
    expect(findCluster({}, surroundings(env))).toMatchObject({ username: 'you', password: 'p' });
    const wishes = { username: 'he', password: 'q', rejectUnauthorized: true, pathPrefix: '/y/', tries: 2 };
    expect(findCluster(wishes, surroundings(env))).toMatchObject(wishes);
  });

  it('of the caller gets nothing of a file that is about another one (F2)', () => {
    const endpoint = 'https://yours.example.org';
    expect(findCluster({ endpoint }, surroundings())).toEqual({ endpoint });
  });

  it.each(['https://mine.example.org/', 'https://MINE.example.org:443'])('is the same one as %s', (endpoint) => {
    expect(findCluster({ endpoint }, surroundings())).toEqual({ endpoint, ...settings });
  });

  it('is none where nobody names one', () => {
    const cwd = temporaryFolder({ '.hkuberc': '{"username":"me"}' });
    expect(findCluster({}, { cwd, home: cwd, env: {} })).toBeUndefined();
  });
});
