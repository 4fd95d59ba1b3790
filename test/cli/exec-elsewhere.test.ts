// `exec` and its companions against a cluster.

import { expect, it } from 'vitest';
import { fakeHKube, refusal, type Table } from '#test/support/fake-hkube';
import { ADD, project } from '#test/support/projects';

const common = { jobId: 'job000000001', pipeline: 'sum', timestamp: 1 };
const going: Table = {
  'POST exec/stored': { body: { jobId: 'job000000001' } },
  'POST exec/algorithm': { body: { jobId: 'job000000001' } },
  'GET exec/status/job000000001': (_, count) => ({
    body: { ...common, status: count < 3 ? 'active' : 'completed', error: null },
  }),
  'GET exec/results/job000000001': {
    body: {
      ...common,
      status: 'completed',
      startTime: 0,
      timeTook: 1,
      data: [{ nodeName: 'a', algorithmName: 'a', result: 3 }],
    },
  },
};

it('is followed to its result', async () => {
  const { url, asked } = await fakeHKube(going);
  const { code, stdout, stderr } = await project({}).run('exec', 'stored', 'sum', '--endpoint', url);
  expect({ code, stdout }).toEqual({ code: 0, stdout: 'NODE  BATCH  RESULT\na            3\n' });
  expect(stderr).toBe('run job000000001\nrun job000000001 completed, 1.00 s\n');
  expect(asked[0]).toMatchObject({ method: 'POST', path: 'exec/stored', body: { name: 'sum' } });
});

it('of what a server does not have no flag of this command is advised', async () => {
  const { url } = await fakeHKube({
    'POST exec/algorithm': refusal(404, 'algorithm words Not Found (known are a, b)'),
    'POST exec/stored': refusal(404, 'pipeline words Not Found (none is stored)'),
  });
  for (const kind of ['algorithm', 'stored']) {
    const { code, stderr } = await project({}).run('exec', kind, 'words', '--endpoint', url);
    expect(code).toBe(2);
    expect(stderr).not.toContain('names the folder');
  }
});

it('what local HKube says of an algorithm without a build is not said again', async () => {
  const words = 'missing image for algorithm words: no build. See how it stands: algorithm-actor builds words.';
  const { url } = await fakeHKube({ 'POST exec/algorithm': refusal(400, words) });
  const { stderr } = await project({}).run('exec', 'algorithm', 'words', '--endpoint', url);
  expect(stderr).toBe(`algorithm-actor: ${words}\n`);
});

it('needs no server of its own where it is left to one', async () => {
  const { url } = await fakeHKube(going);
  const left = await project({}).run('exec', 'algorithm', 'a', '--no-wait', '--endpoint', url);
  expect(left).toMatchObject({ code: 0, stdout: 'job000000001\n' });
});

it('says which flags count for nothing there', async () => {
  const { url } = await fakeHKube(going);
  const flags = ['--endpoint', url, '--workers', '2', '--algorithms', 'x'];
  const { stderr } = await project({}).run('exec', 'stored', 'sum', ...flags);
  expect(stderr).toContain(`${url} is asked: --algorithms, --workers of this command count for nothing there`);
});

it.each([
  [
    'algorithm',
    400,
    'missing image for algorithm words',
    '. Its build is not over, or has failed: algorithm-actor builds words',
  ],
  ['algorithm', 404, 'algorithm words Not Found', ' Those that are there: algorithm-actor algorithms'],
  ['stored', 404, 'pipeline words Not Found', ' Those that are there: algorithm-actor pipelines'],
])('%s that HKube refuses with %i “%s” says what to do', async (kind, status, words, remedy) => {
  const { url } = await fakeHKube({ [`POST exec/${kind}`]: refusal(status, words) });
  const { code, stderr } = await project({}).run('exec', kind, 'words', '--endpoint', url);
  expect(code).toBe(2);
  expect(stderr).toContain(`${words}${remedy} --endpoint ${url}\n`);
});

it('by its file runs here, whatever .hkuberc says', async () => {
  const { url, asked } = await fakeHKube(going);
  const here = project({ 'add.mjs': ADD, '.hkuberc': JSON.stringify({ endpoint: url }) });
  expect(await here.run('exec', 'algorithm', './add.mjs', '--input', '[1, 2]')).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('add          3'),
  });
  expect(asked).toEqual([]);
});
