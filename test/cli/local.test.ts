// `algorithm-actor local`, and the commands that ask it; and what is left when it was killed.

import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it, vi } from 'vitest';
import type { Running } from '#test/support/cli';
import { ADD, type Project, project, untilSaid, WAIT } from '#test/support/projects';

const BROKEN = 'name: bad\nnodes: [{nodeName: a}]';
const SUM = 'name: sum\nnodes: [{nodeName: a, algorithmName: add, input: [1, 2]}]';

async function serve({ start }: Project): Promise<Running> {
  const running = start('local', '--port', '0', '--workers-port', '0');
  await untilSaid(running, 'Ctrl-C ends it');
  return running;
}

interface Known {
  readonly jobId: string;
}

async function json(asked: Promise<{ stdout: string }>): Promise<Known> {
  const value: Known = JSON.parse((await asked).stdout);
  return value;
}

describe('a local HKube that serves', () => {
  it('is found by the commands of its folder; broken documents are named, and the others go on', async () => {
    const here = project({ 'add.mjs': ADD, 'sum.yml': SUM, 'broken.yml': BROKEN });
    const server = await serve(here);
    expect(server.stderr()).toContain('warning: broken.yml: nodes.0.algorithmName: please provide');
    const done = await here.run('exec', 'stored', 'sum', '--json');
    expect(JSON.parse(done.stdout)).toMatchObject({ status: 'completed', data: [{ result: 3 }] });
    const refused = await here.run('exec', 'stored', 'bad');
    expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining('broken.yml: nodes.0.algorithmName') });
    await here.run('exec', 'algorithm', 'add', '--input', '[1]');
    expect(await json(here.run('list', '--json'))).toMatchObject([{ pipeline: 'add' }, { pipeline: 'sum' }]);
    server.process.kill('SIGINT');
    expect(await server.exited).toBe(130);
    expect(existsSync(here.path('.hkube/local/server.json'))).toBe(false);
  });

  it('is asked from its folder how a run stands, and stops it; the run is in the books when it is gone', async () => {
    const here = project({ 'wait.mjs': WAIT });
    const server = await serve(here);
    const jobId = (await here.run('exec', 'algorithm', 'wait', '--no-wait')).stdout.trim();
    await untilSaid(server, 'begun');
    const [status, table, early, unknown] = await Promise.all([
      json(here.run('status', jobId, '--json')),
      here.run('status', jobId),
      here.run('result', jobId),
      here.run('status', 'nope'),
    ]);
    expect(status).toMatchObject({ jobId, status: 'active' });
    expect(table.stdout).toMatch(/active: 0% completed, 1 active\n.*\nwait +wait +active/);
    expect(early).toMatchObject({ code: 2, stderr: expect.stringContaining('because its in active status') });
    expect(unknown).toMatchObject({ code: 2, stderr: expect.stringContaining('status nope Not Found') });

    await here.run('stop', jobId, 'enough');
    const [result, documents, list] = await Promise.all([
      here.run('result', jobId),
      json(here.run('list', '--json')),
      here.run('list'),
    ]);
    expect(result).toMatchObject({ code: 3, stderr: 'stopped: enough\n' });
    expect(documents).toMatchObject([{ jobId, pipeline: 'wait', status: 'stopped' }]);
    expect(list.stdout).toMatch(/^JOB +PIPELINE +STATUS +STARTED +TOOK\n\w{12} +wait +stopped/);
    server.process.kill('SIGINT');
    expect(await server.exited).toBe(130);
    expect(await json(here.run('result', jobId, '--json'))).toMatchObject({ status: 'stopped', reason: 'enough' });
  });

  it('is one a folder, and one a port', async () => {
    const here = project({ 'add.mjs': ADD });
    await serve(here);
    expect(await here.run('local', '--port', '0')).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(
        /serves this folder already \(.*server\.json\): http:.*End it, or give another --state/,
      ),
    });
    const { url }: { url: string } = JSON.parse(readFileSync(here.path('.hkube/local/server.json'), 'utf8'));
    expect(await here.run('local', '--state', 'other', '--port', new URL(url).port)).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/Port \d+ cannot be opened: .*EADDRINUSE.*give another --port/),
    });
  });

  it('lets others in by a token, which is that of the environment or made, and is printed', async () => {
    const here = project({ 'add.mjs': ADD });
    const given = 'a-token-of-the-environment';
    expect(await here.run('local', '--port', '0', '--host', 'nowhere.invalid')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('cannot be opened'),
    });
    vi.stubEnv('HKUBE_LOCAL_TOKEN', 'short');
    expect(await here.run('local', '--port', '0')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('a token of 5 characters can be guessed'),
    });
    vi.stubEnv('HKUBE_LOCAL_TOKEN', given);
    const server = await serve(here);
    vi.unstubAllEnvs();
    expect(server.stderr()).toContain(`others are let in by the token ${given}`);
    const { url }: { url: string } = JSON.parse(readFileSync(here.path('.hkube/local/server.json'), 'utf8'));
    const elsewhere = { 'x-forwarded-for': '10.0.0.7' };
    const search = `${url}/api/v1/exec/search`;
    expect((await fetch(search, { headers: elsewhere })).status).toBe(401);
    const shown = { ...elsewhere, authorization: `Bearer ${given}` };
    expect((await fetch(search, { headers: shown })).status).toBe(200);
    server.process.kill('SIGINT');
    expect(await server.exited).toBe(130);
    const other = here.start('local', '--port', '0', '--workers-port', '0', '--token');
    await untilSaid(other, 'Ctrl-C ends it');
    expect(other.stderr()).toMatch(/others are let in by the token [\w-]{32}\n/);
  });

  it('that is killed loses no finished run, and marks the one that was on its way', async () => {
    const here = project({ 'add.mjs': ADD, 'wait.mjs': WAIT });
    const server = await serve(here);
    const done = await json(here.run('exec', 'algorithm', 'add', '--input', '[1,2]', '--json'));
    const following = here.start('exec', 'algorithm', 'wait');
    await untilSaid(server, 'begun');
    server.process.kill('SIGKILL');
    expect(await following.exited).toBe(4);
    expect(await json(here.run('result', done.jobId, '--json'))).toEqual(done);
    await serve(here);
    expect(await json(here.run('result', done.jobId, '--json'))).toEqual(done);
    expect(await json(here.run('list', '--json'))).toMatchObject([
      { pipeline: 'wait', status: 'failed' },
      { jobId: done.jobId, status: 'completed' },
    ]);
  });

  it('without an algorithm serves all the same, and says what is broken, and how one is applied', async () => {
    const here = project({ 'broken/algorithm.yml': 'name: xx\nenv: ruby' });
    const running = await serve(here);
    expect(running.stderr()).toMatch(/broken\/algorithm\.yml: env/);
    expect(running.stderr()).toContain('no algorithm yet: . has none. algorithm-actor apply stores one');
    expect(await here.run('exec', 'algorithm', 'nope')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('algorithm nope Not Found (known are none)'),
    });
  });
});

describe('without one', () => {
  it('stop says where it would have asked', async () => {
    expect(await project({}).run('stop', 'abc')).toMatchObject({
      code: 4,
      stderr: expect.stringContaining('no local HKube serves this folder (.hkube/local/server.json)'),
    });
  });

  it('algorithms and pipelines list what is found, and what is broken', async () => {
    const here = project({ 'add.mjs': ADD, 'sum.yml': SUM, 'broken.yml': BROKEN });
    expect(await here.run('algorithms')).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/add +add\.mjs +add\.mjs/),
    });
    const pipelines = await here.run('pipelines', '--json');
    expect(pipelines).toMatchObject({ code: 2, stderr: expect.stringContaining('broken.yml: nodes.0') });
    expect(JSON.parse(pipelines.stdout)).toMatchObject([{ name: 'sum' }]);
  });
});
