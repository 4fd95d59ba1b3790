// Code that is sent becomes a folder that runs: what is told of it on the way, and what is left of what fails.

import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { filesOf, START, startBuilder } from '#test/support/builds';
import { temporaryFolder } from '#test/support/temporary';

const dependency = (files: Readonly<Record<string, string>> = {}) => ({
  'greet/package.json': '{"name":"greet","version":"1.0.0","type":"module","main":"index.js"}',
  'greet/index.js': 'export const greet = (name) => `hello ${name}`;',
  'package.json': '{"name":"words","type":"module","dependencies":{"greet":"file:./greet"}}',
  'index.js': `import { greet } from 'greet'; export const start = ({ input }) => greet(input[0]);`,
  ...files,
});

describe('a build', () => {
  it('becomes a folder that runs, with its dependencies, and is published before it is completed', async () => {
    const { builder, built, folder, begin } = await startBuilder();
    const { buildId, imageTag, ...pending } = await begin(dependency());
    expect(buildId).toMatch(/^words-[a-z0-9]{6}$/);
    expect(imageTag).toMatch(/^[a-z0-9]{8}$/);
    expect(pending).toMatchObject({ status: 'pending', progress: 0, result: null, error: null, endTime: null });
    const build = await builder.ended(buildId);
    expect(build).toMatchObject({
      ...{ buildId, imageTag, algorithmName: 'words', env: 'nodejs', type: 'Code', fileExt: 'zip' },
      ...{ filePath: `${buildId}/archive.zip`, uploadPath: `${buildId}/archive.zip`, buildMode: 'local' },
      ...{ status: 'completed', progress: 100, error: null, trace: null },
      algorithmImage: `local/words:v${imageTag}`,
      algorithm: { name: 'words', cpu: 0.1 },
    });
    expect(build.endTime).toBeGreaterThanOrEqual(build.startTime);
    const log = build.result?.data ?? '';
    for (const words of ['Unpacked received.zip: 4 files', '$ npm install', 'added 1 package', 'The entry loads'])
      expect(log).toContain(words);
    expect(built).toMatchObject([{ buildId, algorithmImage: build.algorithmImage, status: 'pending' }]);
    const runnable = builder.runnable(build.algorithmImage ?? '');
    expect(runnable).toEqual({ folder: join(folder, buildId, 'code'), env: {} });
    const entry = pathToFileURL(join(runnable?.folder ?? '', 'index.js')).href;
    const script = `import { start } from '${entry}'; console.log(start({ input: ['you'] }));`;
    const said = execFileSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
    expect(said).toBe('hello you\n');
    expect(filesOf(folder, buildId)).toEqual(['archive.zip', 'build.json', 'code', 'log.txt']);
  });

  it('of code that asks for nothing runs no npm', async () => {
    const { build } = await startBuilder({ commands: { npm: ['no-such-program'] } });
    for (const files of [{ 'index.js': START }, { 'index.mjs': START, 'package.json': '{"dependencies":{}}' }]) {
      const { status, result } = await build(files);
      expect(status).toBe('completed');
      expect(result?.data).toContain('There is nothing to install');
    }
  });

  it('has its packages in its own folder, also where that is a workspace of a project around it', async () => {
    const project = temporaryFolder({ 'package.json': '{"name":"project","workspaces":["state/**"]}' });
    const { build } = await startBuilder({ folder: join(project, 'state') });
    expect(await build(dependency())).toMatchObject({ status: 'completed' });
    expect(readdirSync(project)).toEqual(['package.json', 'state']);
  });

  it('is not led astray by the npm that has started this process', async () => {
    for (const [name, value] of [
      ['npm_config_workspace', 'other'],
      ['npm_config_global', 'true'],
      ['npm_config_dry_run', 'true'],
      ['npm_config_omit', 'dev'],
    ] as const)
      vi.stubEnv(name, value);
    onTestFinished(() => void vi.unstubAllEnvs());
    const { build } = await startBuilder();
    const { 'package.json': manifest, ...files } = dependency();
    const dev = { ...files, 'package.json': manifest.replace('dependencies', 'devDependencies') };
    expect(await build(dev)).toMatchObject({ status: 'completed', error: null });
  });

  it('runs the scripts of its package: that is how TypeScript is compiled', async () => {
    const { build } = await startBuilder();
    const { status, result } = await build({
      'package.json': '{"scripts":{"prepare":"node make.cjs"}}',
      'make.cjs': `require('fs').writeFileSync('index.mjs', ${JSON.stringify(START)}); console.log('made it');`,
    });
    expect(status).toBe('completed');
    expect(result?.data).toContain('made it');
  });

  it('installs by a script of the code instead, and sees where it is', async () => {
    const { build, folder } = await startBuilder({ commands: { npm: ['no-such-program'] } });
    const files = { 'index.js': START, 'package.json': '{"dependencies":{"x":"1"}}', 'scripts/a b.sh': 'pwd > here' };
    const { status, buildId } = await build(files, { dependencyInstallCmd: 'scripts/a b.sh' });
    expect(status).toBe('completed');
    expect(readFileSync(join(folder, buildId, 'code/here'), 'utf8').trim()).toMatch(new RegExp(`${buildId}/code$`));
  });

  it('is made once more of what was sent, when it has failed', async () => {
    const { builder, build, folder, built } = await startBuilder();
    const gate = join(folder, 'gate');
    const files = { 'index.js': START, 'install.sh': `test -e ${gate}` };
    const { buildId } = await build(files, { dependencyInstallCmd: 'install.sh' });
    await expect(builder.stop(buildId)).rejects.toMatchObject({
      code: 'INVALID_CALL',
      message: 'unable to stop build because its in failed status',
    });
    writeFileSync(gate, '');
    await builder.rerun(buildId);
    expect(await builder.ended(buildId)).toMatchObject({ buildId, status: 'completed', error: null });
    expect(built).toHaveLength(1);
    expect(filesOf(folder, buildId)).toContain('code');
  });

  it('is made once more while what it has made runs on', async () => {
    const { builder, build, folder } = await startBuilder();
    const gate = join(folder, 'gate');
    const { buildId, algorithmImage = '' } = await build(
      { 'index.js': START, 'install.sh': `! test -e ${gate}` },
      { dependencyInstallCmd: 'install.sh' },
    );
    const before = builder.runnable(algorithmImage);
    await builder.rerun(buildId);
    await builder.ended(buildId);
    const after = builder.runnable(algorithmImage);
    expect(after).toEqual({ folder: join(folder, buildId, 'code-2'), env: {} });
    expect(existsSync(join(before?.folder ?? '', 'index.js'))).toBe(true);
    writeFileSync(gate, '');
    await builder.rerun(buildId);
    expect(await builder.ended(buildId)).toMatchObject({ status: 'failed' });
    expect(builder.runnable(algorithmImage)).toEqual(after);
    const again = await startBuilder({ folder });
    expect(again.builder.runnable(algorithmImage)).toEqual(after);
    expect(filesOf(folder, buildId)).toEqual(['archive.zip', 'build.json', 'code-2', 'log.txt']);
  });
});

describe('an id that is not known', () => {
  it.each(['words-abc123', '../words-abc123', 'words', ''])('%j is not found', async (id) => {
    const { builder } = await startBuilder();
    for (const ask of [builder.status, builder.stop, builder.rerun, builder.ended])
      await expect(ask(id)).rejects.toMatchObject({ code: 'NOT_FOUND', message: `build ${id} Not Found` });
    expect(builder.runnable(id)).toBeUndefined();
  });
});

describe('the list', () => {
  it('has the builds of one algorithm, sorted and limited as HKube does it', async () => {
    const { builder, build } = await startBuilder();
    const first = await build({ 'index.js': START });
    const second = await build({ 'main.js': START });
    await build({ 'index.js': START }, { name: 'words-2' });
    const ids = async (...args: Parameters<typeof builder.list>) =>
      (await builder.list(...args)).map(({ buildId }) => buildId);
    expect(await ids('words')).toEqual([second.buildId, first.buildId]);
    expect(await ids('words', { sort: 'asc', limit: 1 })).toEqual([first.buildId]);
    expect(await ids('words', { order: 'status', sort: 'asc' })).toEqual([first.buildId, second.buildId]);
    expect(await ids('nope')).toEqual([]);
    expect(await builder.list('words', { limit: 1 })).toMatchObject([{ result: { data: second.result?.data } }]);
  });
});
