// Builds that come to nothing: each says why, and what to do; none leaves code, nor takes the former one along.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { RuntimeError } from '#errors';
import type { StoredAlgorithm } from '#descriptors/stored-algorithm';
import { algorithmOf, filesOf, START, startBuilder } from '#test/support/builds';
import { temporaryFolder } from '#test/support/temporary';
import { zipBytes } from '#test/support/archive-bytes';

interface Case {
  readonly why: string;
  readonly files: Readonly<Record<string, string>>;
  readonly algorithm?: Partial<StoredAlgorithm>;
  readonly error: RegExp;
  readonly log?: RegExp;
}

const cases: readonly Case[] = [
  {
    why: 'a dependency that is not there',
    files: { 'index.js': START, 'package.json': '{"dependencies":{"gone":"file:./gone.tgz"}}' },
    error:
      /^npm install: its process ended with exit code \d+\. The log says which package it is; correct package\.json/,
    log: /npm error[^]*gone\.tgz/,
  },
  {
    why: 'a script of a package that fails',
    files: { 'index.js': START, 'package.json': '{"scripts":{"postinstall":"echo no compiler >&2; exit 3"}}' },
    error: /^npm install: its process ended with exit code 3/,
    log: /no compiler/,
  },
  {
    why: 'a package.json that is no JSON',
    files: { 'index.js': START, 'package.json': '{"dependencies":' },
    error: /^package\.json cannot be read: .*JSON.*\. Correct it/,
  },
  {
    why: 'a package.json that is no object',
    files: { 'index.js': START, 'package.json': '7' },
    error: /^package\.json is no object/,
  },
  {
    why: 'a script that is not in the code',
    files: { 'index.js': START },
    algorithm: { dependencyInstallCmd: 'npm install --force' },
    error: /^dependencyInstallCmd: npm install --force: no such file in the code\. It is run by sh: give the path/,
  },
  {
    why: 'a script outside of the code',
    files: { 'index.js': START },
    algorithm: { dependencyInstallCmd: '../../../bin/sh' },
    error: /^dependencyInstallCmd: \.\.\/\.\.\/\.\.\/bin\/sh: no such file in the code/,
  },
  {
    why: 'a script that fails',
    files: { 'index.js': START, 'go.sh': 'echo begun; false' },
    algorithm: { dependencyInstallCmd: 'go.sh' },
    error: /^sh go\.sh: its process ended with exit code 1\. .*correct the script/,
    log: /\$ sh go\.sh\nbegun/,
  },
  {
    why: 'no entry',
    files: { 'main.js': START, 'lib/a.js': '' },
    error: /^no index\.js, index\.mjs, index\.cjs, index\.ts in the code, which has .*lib\/.*Set entryPoint/,
  },
  {
    why: 'an entry point that is not there',
    files: { 'main.js': START },
    algorithm: { entryPoint: 'src/main' },
    error: /^entryPoint: src\/main: no such file in the code, which has main\.js/,
  },
  {
    why: 'a folder around the code',
    files: { 'words/main.js': START },
    algorithm: { entryPoint: 'main.js' },
    error: /All of it lies in a folder: pack what is inside, or set entryPoint to words\/main\.js\.$/,
  },
  {
    why: 'an entry point out of the code',
    files: { 'index.js': START },
    algorithm: { entryPoint: '../build.json' },
    error: /^entryPoint: \.\.\/build\.json leads out of the code/,
  },
  {
    why: 'an entry of another language',
    files: { 'main.py': 'def start(args): pass' },
    algorithm: { entryPoint: 'main.py' },
    error: /^entryPoint: main\.py is not JavaScript or TypeScript, and env is nodejs/,
  },
  {
    why: 'no start',
    files: { 'index.js': 'exports.run = () => 1;' },
    error: /^unable to find mandatory method start: index\.js: `start`: expected a function/,
  },
  {
    why: 'an entry that throws',
    files: { 'index.js': `console.log('loading');\nthrow new TypeError('no model');` },
    error: /^index\.js: the module could not be loaded: no model$/,
    log: /loading[^]*TypeError: no model[^]*index\.js:2/,
  },
  {
    why: 'an entry that lacks a package',
    files: { 'index.mjs': `import 'left-out';` },
    error: /^index\.mjs: the module could not be loaded: Cannot find package 'left-out'/,
  },
  {
    why: 'an entry that exits',
    files: { 'index.js': `console.error('bye'); process.exit(4);` },
    error: /^index\.js: while it was being loaded, its process ended with exit code 4/,
    log: /bye/,
  },
  {
    why: 'java',
    files: { 'index.js': START },
    algorithm: { env: 'java' },
    error: /^java is stored, and cannot be built here yet\. Apply it to a cluster/,
  },
];

describe('a build fails of', () => {
  it.each(cases)('$why', async ({ files, algorithm, error, log }) => {
    const { build, builder, folder, built } = await startBuilder();
    const failed = await build(files, algorithm);
    expect(failed.error).toMatch(error);
    expect(failed).toMatchObject({ status: 'failed', progress: 80 });
    expect(failed.algorithmImage).toBeUndefined();
    const text = failed.result?.data ?? '';
    expect(text.trimEnd().split('\n').at(-1)).toBe(`Failed: ${failed.error ?? ''}`);
    if (log) expect(text).toMatch(log);
    expect(built).toEqual([]);
    expect(filesOf(folder, failed.buildId)).toEqual(['archive.zip', 'build.json', 'log.txt']);
    expect(builder.runnable(`local/words:v${failed.imageTag}`)).toBeUndefined();
  });

  it('a program that is not installed', async () => {
    const { build } = await startBuilder({ commands: { npm: ['no-such-npm'] } });
    const { error } = await build({ 'index.js': START, 'package.json': '{"dependencies":{"a":"1"}}' });
    expect(error).toBe('npm install: there is no such program on this machine. Install npm, which comes with Node.');
  });

  it('a version that cannot be made of it', async () => {
    const { build, builder, folder } = await startBuilder({
      onBuilt: () => Promise.reject(new RuntimeError('CANNOT_WRITE', 'the store is full.')),
    });
    const failed = await build({ 'index.js': START });
    expect(failed).toMatchObject({ status: 'failed', error: 'the store is full.' });
    expect(failed.algorithmImage).toBeUndefined();
    expect(filesOf(folder, failed.buildId)).toEqual(['archive.zip', 'build.json', 'log.txt']);
    expect(builder.runnable(`local/words:v${failed.imageTag}`)).toBeUndefined();
  });

  it('what its archive holds, and nothing of that is left', async () => {
    const { builder, folder } = await startBuilder();
    const path = join(temporaryFolder(), 'received');
    writeFileSync(path, zipBytes([{ name: '../../evil.js', content: 'x' }]));
    const { buildId } = await builder.begin({
      algorithm: algorithmOf(),
      source: { kind: 'archive', path, fileExt: 'zip' },
    });
    expect(await builder.ended(buildId)).toMatchObject({
      status: 'failed',
      progress: 80,
      error: expect.stringContaining('"../../evil.js"'),
    });
    expect(filesOf(folder, buildId)).toEqual(['archive.zip', 'build.json', 'log.txt']);
    expect(filesOf(folder, '.')).toEqual([buildId]);
    expect(filesOf(folder, '..')).toEqual(['builds']);
  });
});

it('without a language no build is begun', async () => {
  const { builder, folder } = await startBuilder();
  const algorithm = { ...algorithmOf(), env: undefined };
  const path = join(temporaryFolder({ code: 'x' }), 'code');
  await expect(builder.begin({ algorithm, source: { kind: 'archive', path, fileExt: 'zip' } })).rejects.toMatchObject({
    code: 'INVALID_DESCRIPTOR',
    facts: { hkube: "data should have required property 'env'" },
  });
  expect(filesOf(folder, '.')).toEqual([]);
});

it('an archive that is gone begins no build', async () => {
  const { builder, folder } = await startBuilder();
  const source = { kind: 'archive', path: join(folder, 'nothing.zip'), fileExt: 'zip' } as const;
  await expect(builder.begin({ algorithm: algorithmOf(), source })).rejects.toMatchObject({ code: 'CANNOT_WRITE' });
  expect(filesOf(folder, '.')).toEqual([]);
});
