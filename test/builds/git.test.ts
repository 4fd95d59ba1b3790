// Code from a Git repository, over real HTTP.

import { chmodSync, existsSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { findCommit } from '#builds/git';
import type { StoredAlgorithm } from '#descriptors/stored-algorithm';
import { algorithmOf, filesOf, START, startBuilder } from '#test/support/builds';
import { gitServer } from '#test/support/git-server';
import { temporaryFolder, writeFile } from '#test/support/temporary';

type Repository = Partial<NonNullable<StoredAlgorithm['gitRepository']>>;

/** Builds what a repository has. */
async function buildOf(gitRepository: Repository & { readonly url: string }) {
  const started = await startBuilder();
  const { builder } = started;
  const algorithm = algorithmOf({ gitRepository: { branchName: 'master', gitKind: 'github', ...gitRepository } });
  const { buildId } = await builder.begin({ algorithm, source: { kind: 'git' } });
  return { ...started, build: await builder.ended(buildId) };
}

describe('the commit of a repository', () => {
  it('is the one at which its branch stands, or its tag', async () => {
    const { url, commit, git, publish } = await gitServer();
    const first = commit({ 'index.js': START });
    git('tag', 'light');
    git('tag', '-a', 'heavy', '-m', 'x');
    const second = commit({ 'index.js': `${START}\n` });
    const side = commit({ 'index.js': '' }, 'side/way');
    publish();
    expect(await findCommit({ url })).toEqual({ id: second });
    expect(await findCommit({ url, branchName: 'side/way' })).toEqual({ id: side });
    for (const tag of ['light', 'heavy']) expect(await findCommit({ url, tag })).toEqual({ id: first });
  });

  it('that is not there is refused in HKube’s words', async () => {
    const { url, commit } = await gitServer();
    await expect(findCommit({ url })).rejects.toMatchObject({
      code: 'INVALID_DESCRIPTOR',
      message: `gitRepository ${url}: Git Repository is empty (there is no commit in it). Push one.`,
      facts: { hkube: 'Git Repository is empty (there is no commit in it)' },
    });
    commit({ a: 'b' }, 'main');
    await expect(findCommit({ url })).rejects.toMatchObject({
      message: expect.stringMatching(
        /\(branch master has no commit\)\. Its branches are main: set gitRepository\.branchName/,
      ),
    });
    await expect(findCommit({ url, tag: 'v1' })).rejects.toThrow('(tag v1 has no commit)');
    await expect(findCommit({ url, branchName: 'm*' })).rejects.toThrow('(branch m* has no commit)');
  });

  it.each([
    ['http://127.0.0.1:1/x.git', /git says: fatal: .*[Cc]ould.* connect|git says: fatal: unable to access/],
    ['http://', /Give one such as https:\/\/host\/owner\/name\.git/],
    ['file:///etc', /Give one such as/],
    ['ext::sh -c touch% /tmp/x', /Give one such as/],
  ])('of %s is refused: the url is wrong', async (url, words) => {
    await expect(findCommit({ url })).rejects.toMatchObject({
      code: 'INVALID_DESCRIPTOR',
      message: expect.stringMatching(words),
      facts: { hkube: `invalid url '${url}'` },
    });
  });

  it('of a repository that is none, or is not there, is refused', async () => {
    const { url } = await gitServer();
    const hkube = `invalid url '${url}x'`;
    await expect(findCommit({ url: `${url}x` })).rejects.toMatchObject({ facts: { hkube } });
  });

  it('is asked for without waiting for ever, and not where git is not installed', async () => {
    const { url, asked } = await gitServer({ isSilent: true });
    const aborter = new AbortController();
    const looking = expect(findCommit({ url }, { signal: aborter.signal })).rejects.toMatchObject({ code: 'ABORTED' });
    await expect.poll(() => asked.length).toBeGreaterThan(0);
    aborter.abort();
    await looking;
    await expect(findCommit({ url }, { git: ['no-such-git'] })).rejects.toThrow('Install git.');
  });
});

describe('a private repository', () => {
  it.each([
    ['github', 'x-access-token'],
    ['gitlab', 'oauth2'],
  ] as const)(
    'of %s is opened by its token, which stays out of arguments, errors, documents and the log',
    async (gitKind, user) => {
      const token = 'tok%n-1234567';
      const { url, commit, asked } = await gitServer({ login: `${user}:${token}` });
      const id = commit({ 'index.js': START });
      const words = join(temporaryFolder(), 'words');
      const git = ['sh', '-c', `echo "$@" >> ${words}; exec git "$@"`, 'git'] as const;
      expect(await findCommit({ url, token, gitKind }, { git })).toEqual({ id });
      expect(readFileSync(words, 'utf8')).toContain(url);
      expect(readFileSync(words, 'utf8')).not.toContain(token);
      const { build, builder, folder, built } = await buildOf({ url, token, gitKind });
      expect(build).toMatchObject({ status: 'completed', gitRepository: { token: '***' } });
      expect(JSON.stringify([build, await builder.list('words')])).not.toContain(token);
      expect(built).toMatchObject([{ algorithm: { gitRepository: { token } } }]);
      expect(asked.filter(({ authorization }) => authorization === undefined)).toEqual([]);
      expect(readFileSync(join(folder, build.buildId, 'log.txt'), 'utf8')).not.toContain(token);
      const { build: refused } = await buildOf({ url, token: 'wrong-7654321' });
      expect(refused).toMatchObject({ status: 'failed', error: expect.stringMatching(/^git could not fetch .*token/) });
      expect(JSON.stringify(refused)).not.toContain('wrong-7654321');
      const error = findCommit({ url, token: 'wrong-7654321' });
      await expect(error).rejects.toMatchObject({ facts: { hkube: `invalid url '${url}'` } });
      await expect(error).rejects.not.toThrow('wrong-7654321');
    },
  );

  it('may have its login in the url', async () => {
    const { url, commit } = await gitServer({ login: 'me:p@ss' });
    const id = commit({ 'index.js': START });
    const withLogin = url.replace('//', '//me:p%40ss@');
    const words = join(temporaryFolder(), 'words');
    const git = ['sh', '-c', `echo "$@" >> ${words}; exec git "$@"`, 'git'] as const;
    expect(await findCommit({ url: withLogin }, { git })).toEqual({ id });
    expect(readFileSync(words, 'utf8')).not.toMatch(/p@ss|p%40ss/);
    const { build } = await buildOf({ url: withLogin });
    expect(build.status).toBe('completed');
    expect(JSON.stringify(build)).not.toMatch(/p@ss|p%40ss/);
  });
});

describe('a build of a repository', () => {
  it('has the commit that it was asked for, without history, and is of type Git', async () => {
    const { url, commit } = await gitServer();
    const id = commit({ 'index.js': START, 'old.txt': 'x' });
    commit({ 'index.js': 'throw 1' });
    const { build, builder, folder } = await buildOf({ url, commit: { id } });
    expect(build).toMatchObject({ status: 'completed', type: 'Git', gitRepository: { url, commit: { id } } });
    expect(build).not.toHaveProperty('fileExt');
    expect(build.result?.data).toContain(`Cloning ${url}, commit ${id}.`);
    const code = builder.runnable(build.algorithmImage ?? '')?.folder ?? '';
    expect(filesOf(code, '.')).toEqual(['index.js', 'old.txt']);
    expect(filesOf(folder, build.buildId)).toEqual(['build.json', 'code', 'log.txt']);
  });

  it('has a branch, or a tag', async () => {
    const { url, commit, git, publish } = await gitServer();
    commit({ 'index.js': START }, 'side');
    git('tag', 'v1');
    commit({ 'index.js': 'throw 1' }, 'master');
    publish();
    expect((await buildOf({ url, branchName: 'side' })).build.status).toBe('completed');
    expect((await buildOf({ url, tag: 'v1' })).build.status).toBe('completed');
    const { build } = await buildOf({ url, branchName: 'gone' });
    expect(build).toMatchObject({ status: 'failed', error: expect.stringMatching(/Remote branch gone not found/) });
  });

  it.each([
    [{ id: '0123456789abcdef0123456789abcdef01234567' }, /^git could not fetch .* Is the commit on that branch\?$/],
    [{ id: '--upload-pack=x' }, /is no commit\. Give its hexadecimal id/],
  ])('of commit %j fails, and leaves nothing', async (one, error) => {
    const { url, commit } = await gitServer();
    commit({ 'index.js': START });
    const { build, folder } = await buildOf({ url, commit: one });
    expect(build).toMatchObject({ status: 'failed', error: expect.stringMatching(error) });
    expect(filesOf(folder, build.buildId)).toEqual(['build.json', 'log.txt']);
  });

  it('runs nothing of it, nor of what Git has been told elsewhere, and fetches no submodules', async () => {
    const { url, commit, git } = await gitServer();
    const marks = join(git('rev-parse', '--show-toplevel').trim(), '..', 'ran');
    const template = join(marks, '..', 'template');
    writeFile(join(template, 'hooks/post-checkout'), `#!/bin/sh\ntouch ${marks}\n`);
    const config = join(marks, '..', 'config');
    const hooks = join(template, 'hooks');
    writeFile(
      config,
      `[init]\n templateDir = ${template}\n[core]\n hooksPath = ${hooks}\n[credential]\n helper = "!touch ${marks};"\n`,
    );
    chmodSync(join(hooks, 'post-checkout'), 0o755);
    commit({ 'index.js': START, '.gitmodules': `[submodule "s"]\n path = s\n url = ${url}\n` });
    vi.stubEnv('HOME', join(config, '..'));
    vi.stubEnv('XDG_CONFIG_HOME', '');
    onTestFinished(() => void vi.unstubAllEnvs());
    writeFile(join(config, '..', '.gitconfig'), readFileSync(config, 'utf8'));
    expect((await buildOf({ url })).build.status).toBe('completed');
    const closed = await gitServer({ login: 'a:b' });
    await expect(findCommit({ url: closed.url })).rejects.toThrow('invalid url');
    expect(existsSync(marks)).toBe(false);
  });

  it('with a link out of it is refused', async () => {
    const { url, commit, git } = await gitServer();
    symlinkSync('/etc', join(git('rev-parse', '--show-toplevel').trim(), 'etc'));
    commit({ 'index.js': START });
    const { build, folder } = await buildOf({ url });
    expect(build).toMatchObject({ status: 'failed', error: expect.stringMatching(/"etc"/) });
    expect(filesOf(folder, build.buildId)).toEqual(['build.json', 'log.txt']);
  });
});
