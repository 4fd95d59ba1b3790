// `algorithm-actor builds`, `versions`, `delete`, and the lists, against a cluster.

import { describe, expect, it } from 'vitest';
import {
  active,
  BUILD,
  buildGoing,
  built,
  completed,
  failed,
  fakeHKube,
  IMAGE,
  pending,
  refusal,
  type Table,
} from '#test/support/fake-hkube';
import { project, untilSaid } from '#test/support/projects';

async function against(table: Table) {
  const { url, asked } = await fakeHKube(table);
  const here = project({});
  return {
    asked,
    endpoint: ['--endpoint', url],
    run: (...args: string[]) => here.run(...args, '--endpoint', url),
    start: (...args: string[]) => here.start(...args, '--endpoint', url),
  };
}

const STATUS = `GET builds/status/${BUILD}`;
const LIST = 'GET builds/list/count-words';

describe('builds', () => {
  it('lists those of an algorithm, newest first, and asks for no more than wanted', async () => {
    const other = { ...failed, buildId: 'count-words-b', startTime: 0, endTime: 61_000 };
    const body = [{ ...pending, buildId: BUILD, algorithmImage: IMAGE, startTime: 86_400_000 }, other];
    const { run, asked } = await against({ [LIST]: { body } });
    expect(await run('builds', 'count-words', '--limit', '2')).toMatchObject({
      code: 0,
      stdout: [
        'BUILD               STATUS   PROGRESS  STARTED                   TOOK  IMAGE',
        `${BUILD}  pending  0%        1970-01-02T00:00:00.000Z        ${IMAGE}`,
        'count-words-b       failed   80%       1970-01-01T00:00:00.000Z  61 s\n',
      ].join('\n'),
    });
    expect(asked[0]?.path).toBe('builds/list/count-words?sort=desc&order=startTime&limit=2');
    expect(JSON.parse((await run('builds', 'list', 'count-words', '--json')).stdout)).toMatchObject(body);
  });

  it('says so where there is none, and knows an algorithm that is called as a command is', async () => {
    const { run } = await against({ [LIST]: { body: [] }, 'GET builds/list/status': { body: [] } });
    expect(await run('builds', 'count-words')).toMatchObject({
      code: 0,
      stdout: '',
      stderr: 'no build of count-words yet\n',
    });
    expect(await run('builds', 'list', 'status')).toMatchObject({ stderr: 'no build of status yet\n' });
  });

  it('status says how one stands, of one that failed why, with the end of its log', async () => {
    const data = Array.from({ length: 30 }, (_, index) => `line ${index}\n`).join('');
    const { run } = await against({ [STATUS]: buildGoing({ ...failed, result: { data } }) });
    const { code, stdout, stderr } = await run('builds', 'status', BUILD);
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'failed, 80%: unable to find mandatory method start\n' });
    expect(stderr.trim().split('\n')).toHaveLength(10);
    expect(stderr).toMatch(/^ {2}line 20\n[^]* {2}line 29\n$/);
    expect(JSON.parse((await run('builds', 'status', BUILD, '--json')).stdout)).toMatchObject({ buildId: BUILD });
  });

  it('status --watch has a line for each change, and the exit code of the build', async () => {
    const table = { [STATUS]: buildGoing(pending, active, active, failed) };
    const words = await (await against(table)).run('builds', 'status', BUILD, '--watch');
    expect(words).toMatchObject({
      code: 1,
      stdout: 'pending, 0%\nactive, 40%\nfailed, 80%: unable to find mandatory method start\n',
    });
    const json = await (await against(table)).run('builds', 'status', BUILD, '--watch', '--json');
    expect(
      json.stdout
        .trim()
        .split('\n')
        .map((line): unknown => JSON.parse(line)),
    ).toMatchObject([pending, active, failed]);
  });

  it('log is the log on stdout, tame; with --follow as it grows', async () => {
    const at = await against({ [STATUS]: buildGoing(failed) });
    expect(await at.run('builds', 'log', BUILD)).toEqual({ code: 0, stdout: 'step 1\nstep 2\nno start\n', stderr: '' });
    expect(JSON.parse((await at.run('builds', 'log', BUILD, '--json')).stdout)).toEqual({
      buildId: BUILD,
      lines: ['step 1', 'step 2', 'no start'],
    });
    const going = await against({ [STATUS]: buildGoing(pending, active, completed) });
    expect(await going.run('builds', 'log', BUILD, '--follow')).toMatchObject({ code: 0, stdout: 'step 1\nstep 2\n' });
    const early = await against({ [STATUS]: buildGoing(pending) });
    expect(await early.run('builds', 'log', BUILD)).toMatchObject({
      code: 0,
      stdout: '',
      stderr: expect.stringContaining('no log yet'),
    });
  });

  it('log --follow is left by Ctrl-C', async () => {
    const { start } = await against({ [STATUS]: buildGoing(active) });
    const running = start('builds', 'log', BUILD, '--follow');
    await untilSaid(running, 'active');
    running.process.kill('SIGINT');
    expect(await running.exited).toBe(130);
    expect(running.stdout()).toBe('step 1\n');
  });

  it('stop and rerun ask for it; rerun is followed as an apply is', async () => {
    const { run, asked } = await against({
      ...built,
      [STATUS]: buildGoing(failed, pending, completed),
      'POST builds/stop': { body: { message: 'OK' } },
      'POST builds/rerun': { body: { message: 'OK' } },
    });
    expect(await run('builds', 'stop', BUILD)).toMatchObject({ code: 0, stderr: `build ${BUILD} is asked to stop\n` });
    const { code, stdout } = await run('builds', 'rerun', BUILD);
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: `count-words 1.0.1 (version new0000000), ${IMAGE}: the current one\n`,
    });
    const posts = asked.filter(({ method }) => method === 'POST').map(({ path, body }) => ({ path, body }));
    expect(posts).toEqual([
      { path: 'builds/stop', body: { buildId: BUILD } },
      { path: 'builds/rerun', body: { buildId: BUILD } },
    ]);
    expect(await run('builds', 'rerun', BUILD, '--no-wait')).toMatchObject({ code: 0, stdout: `${BUILD}\n` });
  });

  it('rerun that is interrupted before HKube has answered asks for nothing more, and ends with 130', async () => {
    const { start, asked } = await against({ [STATUS]: 'silence' });
    const running = start('builds', 'rerun', BUILD);
    await expect.poll(() => asked.length).toBe(1);
    running.process.kill('SIGINT');
    expect(await running.exited).toBe(130);
    expect(running.stderr()).toContain(`may be done: algorithm-actor builds status ${BUILD}`);
    expect(asked.map(({ method }) => method)).toEqual(['GET']);
  });

  it.each([
    ['stop', 'unable to stop build because its in completed status'],
    ['rerun', 'unable to rerun build because its in active status'],
  ])('%s that HKube refuses ends with 2 and its words', async (command, words) => {
    const { run } = await against({ ...built, [`POST builds/${command}`]: refusal(400, words) });
    expect(await run('builds', command, BUILD)).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringContaining(words),
    });
  });

  it('teaches with --help, and asks for what is missing', async () => {
    const { stdout } = await project({}).run('builds', '--help');
    for (const words of ['builds <name> [options] | <command>', 'status', 'log', 'stop', 'rerun', '--follow'])
      expect(stdout).toContain(words);
    expect(await project({}).run('builds')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("missing required argument 'name'"),
    });
    expect(await project({}).run('builds', 'log')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("'buildId'"),
    });
  });
});

describe('versions', () => {
  it('are listed, newest first, with the current one marked', async () => {
    const { run } = await against(built);
    expect(await run('versions', 'count-words')).toMatchObject({
      code: 0,
      stdout: [
        'CURRENT  SEMVER  VERSION     CREATED                   IMAGE',
        `*        1.0.1   new0000000  1970-01-01T00:00:00.002Z  ${IMAGE}`,
        '         1.0.0   old0000000  1970-01-01T00:00:00.001Z\n',
      ].join('\n'),
    });
    const list: unknown = JSON.parse((await run('versions', 'list', 'count-words', '--json')).stdout);
    expect(list).toMatchObject([{ version: 'new0000000', isCurrent: true }, { isCurrent: false }]);
  });

  it.each([
    ['old0000000', []],
    ['1.0.0', ['--force']],
    ['v1.0.0', []],
  ] as const)('set takes %s, and --force', async (version, flags) => {
    const { run, asked } = await against({ ...built, 'POST versions/algorithms/apply': { status: 201, body: {} } });
    const { code, stdout } = await run('versions', 'set', 'count-words', version, ...flags);
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'count-words 1.0.0 (version old0000000): the current one\n' });
    const force = flags.length > 0 ? { force: true } : {};
    expect(asked.at(-1)?.body).toEqual({ name: 'count-words', version: 'old0000000', ...force });
  });

  it('delete deletes one', async () => {
    const { run } = await against({ ...built, 'DELETE versions/algorithms/count-words/old0000000': { body: {} } });
    expect(await run('versions', 'delete', 'count-words', '1.0.0')).toMatchObject({
      code: 0,
      stdout: 'count-words 1.0.0 (version old0000000): deleted\n',
    });
  });

  it('that are not there, or may not become the current one, end with words', async () => {
    const words = 'there is a running pipeline which depends on "count-words" algorithm';
    const { run } = await against({ ...built, 'POST versions/algorithms/apply': refusal(400, words) });
    expect(await run('versions', 'set', 'count-words', '9.9.9')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining(
        'version 9.9.9 of count-words Not Found (known are 1.0.1 (version new0000000), 1.0.0 (version old0000000)).',
      ),
    });
    expect(await run('versions', 'set', 'count-words', '1.0.0')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining(`${words}. Wait for it, or do it all the same: algorithm-actor versions set`),
    });
    expect(await run('versions', 'nope')).toMatchObject({ code: 2, stderr: expect.stringContaining('Not Found') });
  });
});

describe('delete', () => {
  const DELETE = 'DELETE store/algorithms/count-words';

  it.each([
    [[], ''],
    [['--force'], '?force=true'],
    [['--keep-versions'], '?keepOldVersions=true'],
    [['--force', '--no-keep-versions'], '?force=true&keepOldVersions=false'],
  ] as const)('with %j asks for %j, and prints what was deleted', async (flags, query) => {
    const message = 'algorithm count-words successfully deleted from store. related data deleted: 2 builds';
    const { run, asked } = await against({ [DELETE]: { body: { message } } });
    expect(await run('delete', 'count-words', ...flags)).toMatchObject({ code: 0, stdout: `${message}\n` });
    expect(asked[0]?.path).toBe(`store/algorithms/count-words${query}`);
  });

  it('that HKube refuses says what to type', async () => {
    const words =
      'algorithm count-words is stored in 1 pipelines (p). you must first delete all related data or use the force flag';
    const { run, endpoint } = await against({ [DELETE]: refusal(400, words) });
    expect(await run('delete', 'count-words')).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringContaining(
        `${words}. To delete them, too: algorithm-actor delete count-words --force ${endpoint.join(' ')}`,
      ),
    });
  });
});

describe('algorithms and pipelines', () => {
  const table: Table = {
    'GET store/algorithms': {
      body: [{ name: 'a', type: 'Code', env: 'nodejs', version: 'v1', algorithmImage: IMAGE }],
    },
    'GET store/pipelines': {
      body: [{ name: 'p', nodes: [{ nodeName: 'one' }, { nodeName: 'two' }] }, { name: 'odd' }],
    },
  };

  it('are those of the cluster, as a table or as JSON', async () => {
    const { run } = await against(table);
    expect((await run('algorithms')).stdout).toMatch(/^ALGORITHM.*\na +Code +nodejs +v1 +registry.*\n$/);
    expect((await run('pipelines')).stdout).toMatch(/^PIPELINE +NODES\np +one, two\nodd\n$/);
    expect(JSON.parse((await run('pipelines', '--json')).stdout)).toMatchObject([{ name: 'p' }, { name: 'odd' }]);
  });

  it('are those of a folder where one is given, and not both', async () => {
    const { run } = await against(table);
    expect(await run('algorithms', '.')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('. and --endpoint'),
    });
  });
});
