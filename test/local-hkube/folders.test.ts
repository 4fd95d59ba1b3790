// Algorithms and pipelines by folder: what is found, what is passed over, and what is broken beside what is not.

import { execFileSync } from 'node:child_process';
import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readAlgorithm } from '#local-hkube/algorithm-file';
import { readAlgorithms, readPipelines } from '#local-hkube/folders';
import { add, node, startHKube } from '#test/support/local-hkube';
import { temporaryFolder } from '#test/support/temporary';

const module = 'export const start = () => 1;';

describe('a folder of algorithms', () => {
  it('has modules, folders with an entry, and documents; what is none is passed over', () => {
    const folder = temporaryFolder({
      'hello.ts': module,
      'hello.test.ts': module,
      'types.d.ts': '',
      'vitest.config.ts': '',
      'tally.py': 'def start(args, api): pass',
      'test_tally.py': '',
      '.hidden.js': module,
      'README.md': '',
      'package.json': '{}',
      'node_modules/x/index.js': module,
      'data/words.txt': '',
      'square/index.js': module,
      'crunch/algorithm.yml': 'name: cruncher\nenv: nodejs\ncode: {path: src, entryPoint: run}\nmaxWorkers: 3',
      'crunch/src/run.js': module,
      'other.yml': 'name: by-document\nenv: python\nentryPoint: tally.py',
      'pipeline.yml': 'name: p\nnodes: []',
    });
    const { algorithms, broken } = readAlgorithms(folder);
    expect(broken).toEqual([]);
    expect(Object.fromEntries(algorithms.map(({ name, options }) => [name, options]))).toEqual({
      hello: { entry: join(folder, 'hello.ts') },
      tally: { entry: join(folder, 'tally.py') },
      square: { entry: join(folder, 'square') },
      cruncher: { entry: join(folder, 'crunch/src/run.js'), env: {}, workers: 3 },
      'by-document': { entry: join(folder, 'tally.py'), env: {} },
    });
  });

  it('may hold anything else: it does no harm', () => {
    const folder = temporaryFolder({
      'crash.mts': module,
      'crash.mjs': module,
      'Bad_Name.mts': module,
      'folder.mjs/algorithm.yml/README.md': '',
      'pipe/index.js': module,
    });
    for (const pipe of ['waits.yml', 'waits.mjs', 'algorithm.yml', 'pipe/algorithm.yml'])
      execFileSync('mkfifo', [join(folder, pipe)]);
    symlinkSync('nowhere', join(folder, 'link.mjs'));
    symlinkSync('loop.yml', join(folder, 'loop.yml'));
    const { algorithms, broken } = readAlgorithms(folder);
    expect(algorithms.map(({ name }) => name)).toEqual(['crash']);
    expect(Object.fromEntries(broken.map(({ name, problem }) => [name, problem]))).toEqual({
      crash: expect.stringContaining('there is algorithm "crash" already'),
      Bad_Name: expect.stringContaining('Rename it'),
      folder: expect.stringContaining('algorithm.yml: it is no file'),
      pipe: expect.stringContaining('algorithm.yml: it is no file'),
      link: expect.stringContaining('ENOENT'),
      loop: expect.stringContaining('ELOOP'),
    });
    expect(readPipelines(folder)).toMatchObject({ pipelines: [] });
  });

  it('that cannot be read is an error, with its path', () => {
    expect(() => readAlgorithms('/no/such/folder')).toThrow('/no/such/folder: the folder cannot be read: ENOENT');
    expect(() => readPipelines('/no/such/folder')).toThrow('Give another folder');
  });
});

describe('an algorithm document', () => {
  it('gives its environment to the process, and says what is only looked up in a cluster', () => {
    const folder = temporaryFolder({
      'algorithm.yml':
        'name: a1\nenv: nodejs\nalgorithmEnv:\n  DEPTH: 3\n  SECRET: {secretKeyRef: {name: s, key: k}}\nresources: {cpu: 1}\nmounts: []',
      'index.js': module,
    });
    const { options, warnings } = readAlgorithm(folder);
    expect(options).toEqual({ entry: folder, env: { DEPTH: '3' } });
    expect(warnings).toEqual([
      expect.stringContaining('algorithm.yml: resources.cpu is recorded and not enforced here'),
      expect.stringContaining('algorithmEnv.SECRET is looked up in a cluster'),
    ]);
  });

  it.each([
    ['env: nodejs', 'name: algorithm should have required property "name"'],
    ['name: a\nenv: ruby', 'env: should be equal to one of the allowed values (nodejs,python,java)'],
    ['name: A_b', 'algorithm name must contain only lower-case alphanumeric, dash or dot'],
    [`name: ${'a'.repeat(33)}`, 'name: should NOT be longer than 32 characters'],
    ['name: work\ncode: {path: nowhere}', 'nowhere: no such folder'],
    ['name: work\ncode: {entryPoint: main.js}', 'main.js: no such file'],
    ['name: work\ncode: {path: algorithm.yml}', 'is no folder'],
    ['name: work\nalgorithmImage: hkube/x', 'images run in a cluster only'],
    ['name: [', 'line 1, column 8'],
    ['just text', 'the document: expected an algorithm'],
  ])('%j is refused with words and its file', (source, words) => {
    const folder = temporaryFolder({ 'algorithm.yml': source });
    expect(() => readAlgorithm(folder)).toThrow(words);
    expect(() => readAlgorithm(folder)).toThrow(join(folder, 'algorithm.yml'));
  });

  it('that is not there, or is called what no algorithm may be called, is an error', () => {
    const folder = temporaryFolder({ 'Word_Count.ts': module });
    expect(() => readAlgorithm(join(folder, 'nope.yml'))).toThrow('no such file; give an algorithm.yml');
    expect(() => readAlgorithm(join(folder, 'Word_Count.ts'))).toThrow('Rename it, or write an algorithm.yml');
  });
});

describe('a folder of pipelines', () => {
  const folder = () =>
    temporaryFolder({
      'good.yml': 'name: good\nnodes: [{nodeName: a, algorithmName: add, input: [1, 2]}]',
      'better.json': JSON.stringify({ name: 'better', nodes: [node('a', 'add', 4)] }),
      'twice.yml': 'name: good\nnodes: [{nodeName: a, algorithmName: add}]',
      'broken.yml': 'name: bad\nnodes: [{nodeName: a}]',
      'cut.yaml': 'name: [',
      'empty.yml': 'name: nothing\nflowInput: {}',
      'docker-compose.yml': 'name: x\nservices: {}',
      '.prettierrc.yml': 'name: [',
      'package.json': '{"name": "x"}',
      'algorithm.yml': 'name: a\nenv: nodejs',
    });

  it('has its documents; broken ones stand beside them, with their file and what is wrong', () => {
    const path = folder();
    const { pipelines, broken } = readPipelines(path);
    expect(pipelines.map(({ pipeline }) => pipeline.name)).toEqual(['better', 'good']);
    expect(broken.map(({ name, problem }) => [name, problem])).toEqual([
      ['bad', `${path}/broken.yml: nodes.0.algorithmName: please provide algorithm name, got nothing.`],
      ['cut', expect.stringContaining(`${path}/cut.yaml: line 1, column 8`)],
      ['nothing', expect.stringContaining('nodes: expected an array of nodes')],
      ['good', expect.stringContaining(`there is pipeline "good" already, in ${path}/good.yml`)],
    ]);
  });

  it('lets the good ones run, and tells whoever asks for a broken one why it does not', async () => {
    const { pipelines, broken } = readPipelines(folder());
    const { hkube } = await startHKube({ add }, { pipelines: pipelines.map(({ pipeline }) => pipeline), broken });
    expect(await hkube.runStored({ name: 'good' }).done).toMatchObject({ data: [{ result: 3 }] });
    expect(() => hkube.runStored({ name: 'bad' })).toThrow('broken.yml: nodes.0.algorithmName');
    expect(() => hkube.runStored({ name: 'nope' })).toThrow('pipeline nope Not Found (stored are better, good)');
  });

  it('tells whoever asks for a broken algorithm why it does not run', async () => {
    const path = temporaryFolder({ 'crunch/algorithm.yml': 'name: crunch\nenv: ruby' });
    const { broken } = readAlgorithms(path);
    const { hkube } = await startHKube({ add }, { broken });
    expect(() => hkube.runAlgorithm({ name: 'crunch' })).toThrow('crunch/algorithm.yml: env: should be equal to one');
    expect(() => hkube.runAlgorithm({ name: 'nope' })).toThrow('algorithm nope Not Found (known are add)');
    expect(await hkube.runAlgorithm({ name: 'add', input: [1, 2] }).done).toMatchObject({
      pipeline: 'add',
      data: [{ nodeName: 'add', algorithmName: 'add', result: 3 }],
    });
  });
});
