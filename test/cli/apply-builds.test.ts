// A build that `apply` follows, and that does not end well: fails, is stopped, takes too long, is left by Ctrl-C.

import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  active,
  BUILD,
  buildGoing,
  built,
  CODE,
  completed,
  failed,
  fakeHKube,
  LOG,
  pending,
  refusal,
  type Table,
} from '#test/support/fake-hkube';
import { project, untilSaid } from '#test/support/projects';
import { temporaryFolder } from '#test/support/temporary';

async function following(build: Table[string]) {
  const server = await fakeHKube({ ...built, [`GET builds/status/${BUILD}`]: build ?? 'break' });
  return { ...server, endpoint: ['--endpoint', server.url] };
}

describe('a build', () => {
  it('that fails ends with 1, its error, its log in front of it, and what to do', async () => {
    const { endpoint } = await following(buildGoing(pending, failed));
    const { code, stdout, stderr } = await project(CODE).run('apply', ...endpoint);
    expect(code).toBe(1);
    expect(stdout).not.toContain('current');
    expect(stderr.slice(stderr.indexOf('step 1'))).toBe(
      [
        'step 1\nstep 2\nno start',
        `build ${BUILD}: failed, 80%`,
        `build ${BUILD} failed, 2.50 s: unable to find mandatory method start`,
        `Mend it, and apply it again. The whole log: algorithm-actor builds log ${BUILD} ${endpoint.join(' ')}\n`,
      ].join('\n'),
    );
  });

  it('that fails is in the JSON, too', async () => {
    const { endpoint } = await following(buildGoing(failed));
    const { code, stdout } = await project(CODE).run('apply', '--json', ...endpoint);
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ buildId: BUILD, build: { status: 'failed', error: failed.error } });
  });

  it('that says nothing of why it fails is said to', async () => {
    const { endpoint } = await following(buildGoing({ status: 'failed', trace: 'Error: no disk\n at x' }));
    expect((await project(CODE).run('apply', ...endpoint)).stderr).toContain(`build ${BUILD} failed: Error: no disk\n`);
    const silent = await following(buildGoing({ status: 'failed' }));
    expect((await project(CODE).run('apply', ...silent.endpoint)).stderr).toContain('failed: HKube does not say why\n');
  });

  it('that is stopped ends with 3, and how it begins again', async () => {
    const { endpoint } = await following(buildGoing(active, { ...completed, status: 'stopped' }));
    const { code, stderr } = await project(CODE).run('apply', ...endpoint);
    expect(code).toBe(3);
    expect(stderr).toContain(`To begin it again: algorithm-actor builds rerun ${BUILD}`);
  });

  it.each([
    ['that takes longer than --timeout', ['--timeout', '1'], undefined, 5, 'timed out after 1 s'],
    ['that is left by Ctrl-C', [], 'SIGINT', 130, 'interrupted'],
    ['that is left by SIGTERM', [], 'SIGTERM', 143, 'interrupted'],
  ] as const)('%s goes on, and how to follow and to stop it is said', async (_, flags, signal, expected, why) => {
    const { endpoint, asked } = await following(buildGoing(active));
    const running = project(CODE).start('apply', '--json', ...flags, ...endpoint);
    await untilSaid(running, 'active, 40%');
    if (signal) running.process.kill(signal);
    expect(await running.exited).toBe(expected);
    expect(running.stderr()).toContain(`${why}: build ${BUILD} goes on. Follow it, or stop it:
  algorithm-actor builds log ${BUILD} --follow ${endpoint.join(' ')}
  algorithm-actor builds stop ${BUILD} ${endpoint.join(' ')}\n`);
    expect(JSON.parse(running.stdout())).toMatchObject({ build: { status: 'active' } });
    expect(asked.map(({ path }) => path)).not.toContain('builds/stop');
  });

  it('whose log was cut in its middle is told with a gap', async () => {
    const long = `${'x'.repeat(500)}\n`;
    const { endpoint } = await following(
      buildGoing(
        { ...active, result: { data: LOG + long } },
        { ...active, result: { data: `${LOG}… cut …\n${long}new\n` } },
        { ...completed, result: { data: `${LOG}… cut …\nfar on\n` } },
      ),
    );
    const { stderr } = await project(CODE).run('apply', ...endpoint);
    const lines = stderr.split('\n').filter((line) => !/^(build|packed)/.test(line));
    expect(lines).toEqual(
      ['step 1', 'step 2', long.trim(), 'new', '… (some lines of the log are not here)', 'step 1', 'step 2'].concat([
        '… cut …',
        'far on',
        '',
      ]),
    );
  });

  it('of which nobody knows is said to be gone', async () => {
    const { endpoint } = await following(refusal(404, `build ${BUILD} Not Found`));
    expect(await project(CODE).run('apply', ...endpoint)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining(`build ${BUILD} Not Found`),
    });
  });
});

describe('an apply', () => {
  it('that is interrupted before HKube has answered ends with 130, and says where to look', async () => {
    const { endpoint, asked } = await fakeHKube({ 'POST store/algorithms/apply': 'silence' }).then((server) => ({
      ...server,
      endpoint: ['--endpoint', server.url],
    }));
    const place = temporaryFolder();
    const running = project(CODE, { TMPDIR: place }).start('apply', ...endpoint);
    await expect.poll(() => asked.length).toBe(1);
    expect(readdirSync(place)).toHaveLength(1);
    running.process.kill('SIGINT');
    expect(await running.exited).toBe(130);
    expect(running.stderr()).toContain('What HKube had heard of it may be done: algorithm-actor builds count-words');
    expect(running.stdout()).toBe('');
    expect(readdirSync(place)).toEqual([]);
  });

  it('that is told to wait a moment waits, and is sent again', async () => {
    const apply = built['POST store/algorithms/apply'];
    const { url, asked } = await fakeHKube({
      ...built,
      'POST store/algorithms/apply': (_, count) =>
        count < 3 || apply === undefined || typeof apply === 'function'
          ? { status: 429, body: 'Too Many Requests' }
          : apply,
    });
    expect(await project(CODE).run('apply', '--endpoint', url)).toMatchObject({ code: 0 });
    const bodies = asked.slice(0, 3).map(({ body }) => body);
    expect(bodies[2]).toEqual(bodies[0]);
  });
});
