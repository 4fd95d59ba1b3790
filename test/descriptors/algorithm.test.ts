// Algorithm documents as people write them: read with all that is wrong, laid under flags, flattened to what HKube's API takes.

import { describe, expect, it } from 'vitest';
import { checkAlgorithm, flattenAlgorithm, parseAlgorithm } from '#descriptors/algorithm';
import { localWarnings } from '#descriptors/local-algorithm';
import { problemsOf } from '#test/support/problems';

const YAML = `
name: my-alg
env: python
resources:
  cpu: 0.5
  gpu: 1
  mem: 512Mi
code:
  path: /home/user/my-alg.tar.gz
  entryPoint: main.py
colour: {of: [the, rest]}
`;

describe('the text of an algorithm', () => {
  it('is YAML or JSON, and keeps what nobody knows', () => {
    const parsed = parseAlgorithm(YAML, 'algorithm.yml');
    expect(parsed).toMatchObject({ name: 'my-alg', resources: { gpu: 1 }, colour: { of: ['the', 'rest'] } });
    expect(parseAlgorithm(JSON.stringify(parsed), 'algorithm.json')).toEqual(parsed);
  });

  it('with several mistakes is refused with all of them: place, rule, value, remedy and line', () => {
    const text = 'name: My_Alg\nenv: ruby\nresources:\n  cpu: -1\n  mem: 512\ncode: main.py\nminHotWorkers: 1.5\n';
    expect(problemsOf(() => parseAlgorithm(text, 'algorithm.yml')).split('; ')).toEqual([
      "algorithm.yml: name: algorithm name must contain only lower-case alphanumeric, dash or dot, got 'My_Alg' (such as count-words: 2 to 32 characters, letters and digits at both ends), line 1",
      "env: should be equal to one of the allowed values (nodejs,python,java), got 'ruby', line 2",
      'minHotWorkers: should be integer, got 1.5, line 7',
      "code: should be an object: {path, entryPoint}, got 'main.py', line 6",
      'resources.cpu: should be >= 0, got -1, line 4',
      'resources.mem: memory unit must be one of Ki,M,Mi,Gi,m,K,G,T,Ti, got 512 (such as 256Mi), line 5.',
    ]);
  });

  it('in JSON has lines, too; what is missing has none', () => {
    expect(problemsOf(() => parseAlgorithm('{\n "env":\n "ruby"}', 'a.json'))).toBe(
      'a.json: name: algorithm should have required property "name" (add one, such as count-words); env: should be equal to one of the allowed values (nodejs,python,java), got \'ruby\', line 3.',
    );
  });

  it('with more mistakes than can be listed is refused all the same', () => {
    const mounts = Array.from({ length: 150_000 }, () => ({ pvcName: 7 }));
    expect(problemsOf(() => checkAlgorithm({ name: 'tally', mounts }, 'a.yml'))).toMatch(/^a\.yml: /);
  });

  it('says nothing of a secret', () => {
    const url = 'user:hunter2@host/x.git';
    const token = { secret: 'hunter2' };
    const algorithmEnv = { PASS: { plain: 'hunter2' } };
    const said = problemsOf(() => checkAlgorithm({ name: 'x', algorithmEnv, gitRepository: { url, token } }, 'a'));
    expect(said).toContain('gitRepository.token: should be string');
    expect(said).not.toContain('hunter2');
  });
});

describe('traps of YAML', () => {
  it.each([
    ['name: !', 'no', 'country: no\nname: "no"', { name: 'no', country: 'no' }],
    ['on and off', 'are text', 'name: xx\nswitch: on', { switch: 'on' }],
    ['an anchor', 'is followed', 'name: &n xx\nbaseImage: *n', { baseImage: 'xx' }],
    [
      'a merged map',
      'is laid under',
      'd: &d {cpu: 1, mem: 1Gi}\nname: xx\nresources: {<<: *d, cpu: 2}',
      { resources: { cpu: 2, mem: '1Gi' } },
    ],
    ['a number', 'may be a name', 'name: 2024', { name: '2024' }],
    ['a comment alone', 'is null', 'name: xx\nresources: # none\ncode:', { resources: null, code: null }],
  ])('%s %s', (_, __, text, expected) => {
    expect(parseAlgorithm(text, 'a.yml')).toMatchObject(expected);
  });

  it.each([
    ['name: xx\nname: yy', 'line 2, column 1: Map keys must be unique'],
    ['name: xx\ncode:\n\tpath: .', 'line 3'],
    ['name: xx\nmem: @big', 'line 2, column 6'],
    ['name: xx\ncode: &c {path: ., again: *c}', 'code.again: a value that contains itself'],
    ['name: [', 'line 1, column 8'],
    ['just text', 'the document: expected an algorithm'],
    ['', 'the document: expected an algorithm'],
    ['- name: xx', 'the document: expected an algorithm'],
    ['name: xx\n---\nname: yy', 'a.yml: '],
    ['name: xx\nalgorithmImage: 2001-12-14 x', 'algorithm image must contain only'],
    ['name: xx\ncpu: .nan', 'cpu: should be number'],
  ])('%j is refused with its place', (text, words) => {
    expect(problemsOf(() => parseAlgorithm(text, 'a.yml'))).toContain(words);
  });

  it('a document that unfolds without bound is refused', () => {
    const level = (name: string, of: string): string => `${name}: &${name} [${Array(20).fill(`*${of}`).join(',')}]`;
    const bomb = ['a: &a [x]', level('b', 'a'), level('c', 'b'), level('d', 'c'), level('e', 'd')].join('\n');
    expect(problemsOf(() => parseAlgorithm(bomb, 'a.yml'))).toContain('a.yml: ');
  });
});

describe('flags', () => {
  const document = { name: 'xx', env: 'python', image: 'a', resources: { cpu: 1, mem: '1Gi' }, code: { path: 'src' } };

  it('go before the document, and what is not given leaves it as it is', () => {
    const flags = { name: 'yy', cpu: '2', image: 'b', entryPoint: 'main.py', env: undefined };
    expect(flattenAlgorithm(checkAlgorithm(document, 'a.yml', flags))).toEqual({
      payload: { name: 'yy', env: 'python', algorithmImage: 'b', cpu: 2, mem: '1Gi', entryPoint: 'main.py' },
      codePath: 'src',
    });
  });

  it('alone make an algorithm', () => {
    const flags = { name: 'xx', env: 'jvm', codePath: '.', entryPoint: 'Main', cpu: 0.5, gpu: 0, mem: '1Gi' };
    expect(flattenAlgorithm(checkAlgorithm({}, 'flags', flags))).toEqual({
      payload: { name: 'xx', env: 'java', entryPoint: 'Main', cpu: 0.5, gpu: 0, mem: '1Gi' },
      codePath: '.',
    });
  });

  it('that are wrong are called by their names, and have no line', () => {
    const flags = { name: 'N', env: 'ruby', codePath: '', entryPoint: '', image: 'a b', cpu: 'x', gpu: '-1', mem: '1' };
    const said = problemsOf(() => parseAlgorithm('name: xx\nminHotWorkers: -1', 'a.yml', flags));
    for (const flag of ['the name given', '--env', '--codePath', '--entryPoint', '--image', '--cpu', '--gpu', '--mem'])
      expect(said).toContain(`${flag}: `);
    expect(said.match(/, line/g)).toHaveLength(1);
  });
});

describe('flattened', () => {
  const flat = (document: object) => flattenAlgorithm(checkAlgorithm({ name: 'xx', ...document }, 'a.yml'));

  it('what stands in resources and code stands at the top, the rest is passed through', () => {
    expect(flattenAlgorithm(parseAlgorithm(YAML, 'a.yml'))).toEqual({
      payload: {
        name: 'my-alg',
        env: 'python',
        cpu: 0.5,
        gpu: 1,
        mem: '512Mi',
        entryPoint: 'main.py',
        colour: { of: ['the', 'rest'] },
      },
      codePath: '/home/user/my-alg.tar.gz',
    });
  });

  it.each([
    [
      { cpu: 2, resources: { cpu: 1, gpu: 1 } },
      { cpu: 2, gpu: 1 },
    ],
    [{ cpu: null, resources: { cpu: 1 } }, { cpu: null }],
    [{ resources: null, code: null }, {}],
    [{ image: 'a', algorithmImage: 'b' }, { algorithmImage: 'a' }],
    [{ image: '', algorithmImage: 'b' }, { algorithmImage: 'b' }],
    [{ entryPoint: 'a.js', code: {} }, { entryPoint: 'a.js' }],
    [{ entryPoint: 'a.js', code: { entryPoint: 'b.js' } }, { entryPoint: 'b.js' }],
    [
      { algorithmEnv: null, options: { devMode: true } },
      { algorithmEnv: null, options: { devMode: true } },
    ],
  ])('%j becomes %j', (document, payload) => {
    expect(flat(document)).toEqual({ payload: { name: 'xx', ...payload } });
  });

  it('says nothing of who sends it', () => {
    expect(JSON.stringify(flat({ code: { path: '.' } }))).not.toMatch(/userInfo|platform|hostname|username/);
  });
});

describe('on this machine', () => {
  const warned = (document: object) => localWarnings(checkAlgorithm({ name: 'xx', ...document }, 'a.yml'));

  it('what only a cluster enforces is listed once', () => {
    expect(warned({ resources: { cpu: 1, mem: '1Gi' }, gpu: 1, mounts: [{ pvcName: 'pvc', path: '/p' }] })).toEqual([
      'resources.cpu, gpu, resources.mem and mounts are recorded and not enforced here: that takes a cluster',
    ]);
    expect(warned({ nodeSelector: { disk: 'ssd' } })).toEqual([
      'nodeSelector is recorded and not enforced here: that takes a cluster',
    ]);
    expect(
      warned({ options: { opengl: true }, sideCars: [{}], kaiObject: { queue: 'q' }, applyCpuLimits: false }),
    ).toEqual([expect.stringMatching(/^applyCpuLimits, kaiObject, sideCars and options\.opengl are/)]);
  });

  it('what asks for nothing is no matter', () => {
    expect(warned({})).toEqual([]);
    expect(warned({ gpu: 0, mounts: [], nodeSelector: {}, resources: { cpu: null }, labels: { tier: 'xx' } })).toEqual(
      [],
    );
  });
});
