// `algorithm-actor apply` against a cluster: what is sent, what is told of the build and its version, and the exit code.

import { hostname, userInfo } from 'node:os';
import { join } from 'node:path';
import { writeFileSync } from 'node:fs';
import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { pack } from '#archive/pack';
import { unpack } from '#archive/unpack';
import {
  built,
  builtBeside,
  BUILD,
  CODE,
  DOCUMENT,
  fakeHKube,
  IMAGE,
  refusal,
  type Table,
} from '#test/support/fake-hkube';
import type { Asked, Sent } from '#test/support/fake-api-server';
import { project } from '#test/support/projects';
import { temporaryFolder } from '#test/support/temporary';

interface Form {
  readonly payload: Record<string, unknown>;
  readonly options: Record<string, unknown>;
  /** What it is called, and its bytes. */
  readonly file: string | undefined;
  readonly bytes: Buffer | undefined;
}

/** The forms of all applies. */
function formsOf({ asked, sent }: { asked: readonly Asked[]; sent: readonly Sent[] }): readonly Form[] {
  return asked.flatMap(({ path, body }, index) => {
    if (path !== 'store/algorithms/apply' || typeof body !== 'object' || body === null) return [];
    const part = (name: string): Record<string, unknown> => JSON.parse(String(Reflect.get(body, name)));
    const file: unknown = Reflect.get(body, 'file');
    const name: unknown = typeof file === 'object' && file !== null ? Reflect.get(file, 'file') : undefined;
    const called = typeof name === 'string' ? name : undefined;
    const bytes = sent[index]?.files.file;
    return [{ payload: part('payload'), options: part('options'), file: called, bytes }];
  });
}

function formOf(server: Parameters<typeof formsOf>[0]): Form {
  return formsOf(server)[0] ?? expect.unreachable('nothing was applied');
}

/** The files of an archive that was sent. */
async function filesOf({ file = '', bytes = Buffer.of() }: Form): Promise<readonly string[]> {
  const folder = temporaryFolder();
  writeFileSync(join(folder, file), bytes);
  await unpack(join(folder, file), join(folder, 'out'));
  return readdirSync(join(folder, 'out'), { recursive: true }).map(String).toSorted();
}

const at = async (table: Table) => {
  const server = await fakeHKube(table);
  return { ...server, endpoint: ['--endpoint', server.url] };
};

describe('what is sent', () => {
  it('is what HKube’s API knows, the packed code, and nothing of this machine or of who uses it', async () => {
    const { endpoint, ...server } = await at(built);
    const here = project(
      { ...CODE, 'src/.hkubeignore': '*.log\n', 'src/a.log': 'x', 'src/.env': 'A=1', 'src/node_modules/b/c.js': '' },
      { USER: 'somebody-here', LOGNAME: 'somebody-here', HOSTNAME: 'some-host' },
    );
    expect(await here.run('apply', '--f', 'algorithm.yml', ...endpoint)).toMatchObject({ code: 0 });
    const form = formOf(server);
    expect(form.payload).toEqual({
      name: 'count-words',
      env: 'nodejs',
      entryPoint: 'index.js',
      cpu: 0.5,
      mem: '512Mi',
    });
    expect(form.options).toEqual({});
    expect(form.file).toBe('count-words.zip');
    expect(await filesOf(form)).toEqual(['.env', '.hkubeignore', 'index.js']);
    const sent = server.sent.map(({ all }) => all).join('\n');
    const private_ = ['somebody-here', 'some-host', hostname(), userInfo().username, here.folder, process.platform];
    for (const word of private_) expect(sent.replaceAll('127.0.0.1', '')).not.toContain(word);
    expect(sent).not.toContain('userInfo');
  });

  it('has what the flags say, by HKube’s names for them or by ours', async () => {
    const flags = [
      ['--codePath', 'other', '--codeEntryPoint', 'main.js', '--algorithmImage', 'r/i:1', '--noWait'],
      ['--code-path', 'other', '--entry-point', 'main.js', '--image', 'r/i:1', '--no-wait'],
    ];
    for (const own of flags) {
      const { endpoint, ...server } = await at(built);
      const here = project({ ...CODE, 'other/main.js': '' });
      const rest = ['--env', 'nodejs', '--cpu', '2', '--gpu', '1', '--mem', '1Gi', '--force', '--rebuild'];
      const { code, stdout } = await here.run('apply', 'mine', '-f', 'algorithm.yml', ...own, ...rest, ...endpoint);
      expect(code).toBe(0);
      expect(stdout).toContain(`\n${BUILD}\n`);
      const form = formOf(server);
      expect(form.payload).toMatchObject({
        ...{ name: 'mine', env: 'nodejs', entryPoint: 'main.js', algorithmImage: 'r/i:1' },
        ...{ cpu: 2, gpu: 1, mem: '1Gi' },
      });
      expect(form.options).toEqual({ forceUpdate: true, forceBuild: true });
      expect(await filesOf(form)).toEqual(['main.js']);
      expect(server.asked).toHaveLength(1);
    }
  });

  it('is an image in place of the code that the document names, and what else that says', async () => {
    const { endpoint, ...server } = await at(built);
    const here = project(CODE);
    await here.run('apply', '-f', 'algorithm.yml', '--image', 'r/i:1', '--no-wait', ...endpoint);
    const { payload, file } = formOf(server);
    expect(payload).toMatchObject({ name: 'count-words', algorithmImage: 'r/i:1', cpu: 0.5, mem: '512Mi' });
    expect(file).toBeUndefined();
  });

  it('is an archive as it is, called as HKube wants it', async () => {
    const here = project({ ...CODE, 'empty.tgz': '' });
    await pack(here.path('src'), here.path('code.zip'));
    const zip = await at(built);
    await here.run('apply', '--code-path', 'code.zip', ...zip.endpoint);
    expect(formOf(zip).file).toBe('count-words.zip');
    expect(await filesOf(formOf(zip))).toEqual(['index.js']);

    // Its first bytes say what it is.
    writeFileSync(here.path('code.tgz'), Buffer.from('1f8b0800', 'hex'));
    const tgz = await at(built);
    await here.run('apply', '--code-path', here.path('code.tgz'), ...tgz.endpoint);
    expect(formOf(tgz)).toMatchObject({ file: 'count-words.tar.gz', bytes: Buffer.from('1f8b0800', 'hex') });
  });

  it('comes from stdin, from a folder, from this one, or from a name that goes before the document’s', async () => {
    const { endpoint, ...server } = await at(built);
    const here = project({ ...CODE, 'sub/algorithm.yaml': 'name: sub\nimage: r/sub:1' });
    const wait = ['--no-wait', ...endpoint];
    const runs = [
      await here.runWith('name: typed\nimage: r/typed:1', 'apply', '-f', '-', ...wait),
      await here.run('apply', './sub', ...wait),
      await here.run('apply', 'sub/algorithm.yaml', ...wait),
      await here.run('apply', ...wait),
      await here.run('apply', 'named', ...wait),
      await here.run('apply', 'bare', '--image', 'r/bare:1', ...wait),
    ];
    expect(runs.map(({ code }) => code)).toEqual(runs.map(() => 0));
    const names = formsOf(server).map(({ payload }) => payload.name);
    expect(names).toEqual(['typed', 'sub', 'sub', 'count-words', 'named', 'bare']);
  });

  it('has code beside the document, and in the home that ~ means', async () => {
    const { endpoint, ...server } = await at(built);
    const home = temporaryFolder({ 'code/home.js': '' });
    const here = project({ 'deep/algorithm.yml': DOCUMENT, 'deep/src/beside.js': '' }, { HOME: home });
    await here.run('apply', './deep', '--no-wait', ...endpoint);
    await here.run('apply', './deep', '--code-path', '~/code', '--no-wait', ...endpoint);
    const [beside, atHome] = formsOf(server);
    expect(beside && (await filesOf(beside))).toEqual(['beside.js']);
    expect(atHome && (await filesOf(atHome))).toEqual(['home.js']);
  });
});

describe('what is told', () => {
  it('are HKube’s messages, the build with each line of its log once, and the version', async () => {
    const { endpoint } = await at(built);
    const { code, stdout, stderr } = await project(CODE).run('apply', ...endpoint);
    expect(code).toBe(0);
    expect(stdout).toBe(
      'algorithm count-words was pushed\nfirst build\n' +
        `count-words 1.0.1 (version new0000000), ${IMAGE}: the current one\n`,
    );
    expect(stderr.split('\n')).toEqual([
      expect.stringMatching(/^packed 1 file, 24 B, as \d+ B$/),
      `build ${BUILD}: pending, 0%`,
      'step 1',
      `build ${BUILD}: active, 40%`,
      'step 2',
      `build ${BUILD}: completed, 100%`,
      `build ${BUILD} completed, 2.50 s`,
      '',
    ]);
  });

  it('as JSON is one object', async () => {
    const { endpoint } = await at(built);
    const { code, stdout, stderr } = await project(CODE).run('apply', '--json', ...endpoint);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      algorithm: { name: 'count-words', env: 'nodejs' },
      buildId: BUILD,
      build: { status: 'completed' },
      version: { version: 'new0000000', semver: '1.0.1', algorithmImage: IMAGE, isCurrent: true },
      messages: ['algorithm count-words was pushed', 'first build'],
    });
    expect(stderr).toContain('first build\n');
  });

  it('of a version that is not the current one is how it becomes that', async () => {
    const { endpoint, asked } = await at(builtBeside);
    const { code, stdout, stderr } = await project(CODE).run('apply', ...endpoint);
    expect(code).toBe(0);
    expect(stdout).toContain('not the current one');
    expect(stderr).toContain(
      `To make it the current one: algorithm-actor versions set count-words 1.0.1 ${endpoint.join(' ')}\n`,
    );
    expect(asked.filter(({ method }) => method === 'POST')).toHaveLength(1);
  });

  it('with --set-current it is made the current one, of a build or without one', async () => {
    const merely = {
      body: { messages: ['version created'], messagesCode: [1024], algorithm: { name: 'count-words' } },
    };
    for (const table of [builtBeside, { ...builtBeside, 'POST store/algorithms/apply': merely }]) {
      const { endpoint, asked } = await at(table);
      const { code, stdout } = await project(CODE).run('apply', '--setCurrent', ...endpoint);
      expect(code).toBe(0);
      expect(stdout).toContain('count-words 1.0.1 (version new0000000)');
      expect(stdout).toMatch(/: the current one\n$/);
      expect(asked.at(-1)).toMatchObject({
        path: 'versions/algorithms/apply',
        body: { name: 'count-words', version: 'new0000000' },
      });
    }
  });

  it('of a version that pipelines keep from becoming the current one are HKube’s words, and what to type', async () => {
    const words = 'there is a running pipeline which depends on "count-words" algorithm';
    const { endpoint } = await at({ ...builtBeside, 'POST versions/algorithms/apply': refusal(400, words) });
    const { code, stderr } = await project(CODE).run('apply', '--set-current', ...endpoint);
    expect(code).toBe(2);
    expect(stderr).toContain(`${words}. Wait for it, or do it all the same: algorithm-actor versions set count-words`);
  });

  it('of a version that comes a moment after its build is told all the same', async () => {
    const versions = built['GET versions/algorithms/count-words'];
    const { endpoint } = await at({
      ...built,
      'GET versions/algorithms/count-words': (_, count) =>
        count === 1 || versions === undefined || typeof versions === 'function' ? { body: [] } : versions,
    });
    expect((await project(CODE).run('apply', ...endpoint)).stdout).toContain('count-words 1.0.1 (version new0000000)');
  });

  it('of an apply that changes nothing is that', async () => {
    const body = { messages: ['no trigger for build'], messagesCode: [1025], algorithm: { name: 'count-words' } };
    const { endpoint, asked } = await at({ 'POST store/algorithms/apply': { body } });
    expect(await project(CODE).run('apply', ...endpoint)).toMatchObject({ code: 0, stdout: 'no trigger for build\n' });
    expect(asked).toHaveLength(1);
  });
});
