// Each call as HKube wants it: its method, path and body, and what is made of HKube's answer. The answers are as the api-server's.

import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { createHKubeApi, type HKubeApi } from '#cluster/hkube-api';
import { fakeApiServer } from '#test/support/fake-api-server';

interface Row {
  readonly call: (api: HKubeApi) => Promise<unknown>;
  readonly asked: readonly [method: string, path: string, body?: unknown];
  readonly answer?: unknown;
  /** Default: the answer itself. */
  readonly result?: unknown;
}

const algorithm = {
  name: 'green',
  version: 'v3x0k2m9q1',
  algorithmImage: 'hub/green:v1',
  cpu: 0.1,
  mem: '256Mi',
  later: { a: 1 },
};
const version = { version: 'v3x0k2m9q1', semver: '1.0.0', created: 1, createdBy: 'x', name: 'green', algorithm };
const build = {
  buildId: 'green-ab12cd',
  imageTag: 'x1y2z3a4',
  algorithm,
  env: 'nodejs',
  algorithmName: 'green',
  status: 'active',
  progress: 40,
  result: { data: 'npm install\n', warnings: [], errors: [] },
  error: null,
  trace: null,
  startTime: 1,
  endTime: null,
  timestamp: 2,
};
const status = {
  jobId: 'abcdefghijkl',
  timestamp: 1,
  status: 'active',
  level: 'info',
  pipeline: 'p',
  data: { progress: 50, states: { succeed: 1 }, details: '50% completed, 1 succeed' },
  netTimeTook: 3,
};
const document = {
  jobId: 'abcdefghijkl',
  startTime: 1,
  pipeline: 'p',
  data: [{ nodeName: 'a', algorithmName: 'green', result: 3, extra: true }],
  status: 'completed',
  timestamp: 2,
  timeTook: 0.5,
  storageModule: 'fs',
};
const delivery = {
  jobId: 'abcdefghijkl',
  url: 'http://there/hook',
  status: 'completed',
  pipelineStatus: 'completed',
  responseStatus: 'succeed',
  httpResponse: { statusCode: 200, statusMessage: 'OK' },
  timestamp: 1,
};
const board = {
  id: 'j:fit',
  boardReference: 'r',
  boardLink: 'hkube/board/r/',
  logDir: 's3://x',
  status: 'running',
  type: 'batch',
  timestamp: 1,
};
const archive = { fileName: 'green.tar.gz', open: () => Readable.from([Buffer.from('PK'), Buffer.from('…')]) };

const rows: Readonly<Record<string, Row>> = {
  'algorithms.list': {
    call: (api) => api.algorithms.list({ limit: 5, name: 'gr & een' }),
    asked: ['GET', 'store/algorithms?name=gr+%26+een&limit=5'],
    answer: [algorithm],
  },
  'algorithms.get': {
    call: (api) => api.algorithms.get('a/b'),
    asked: ['GET', 'store/algorithms/a%2Fb'],
    answer: algorithm,
  },
  'algorithms.delete': {
    call: (api) => api.algorithms.delete('green', { force: true, keepOldVersions: false }),
    asked: ['DELETE', 'store/algorithms/green?force=true&keepOldVersions=false'],
    answer: { message: 'algorithm green successfully deleted from store. related data deleted: 2 builds' },
    result: 'algorithm green successfully deleted from store. related data deleted: 2 builds',
  },
  'algorithms.apply of an image': {
    call: (api) => api.algorithms.apply({ algorithm: { name: 'green', algorithmImage: 'hub/green' } }),
    asked: [
      'POST',
      'store/algorithms/apply',
      { payload: '{"name":"green","algorithmImage":"hub/green"}', options: '{}' },
    ],
    answer: { messages: ['version created'], messagesCode: [1024], algorithm },
  },
  'algorithms.apply of code': {
    call: (api) => api.algorithms.apply({ algorithm: { name: 'green', env: 'nodejs' }, archive, forceBuild: true }),
    asked: [
      'POST',
      'store/algorithms/apply',
      {
        payload: '{"name":"green","env":"nodejs"}',
        options: '{"forceBuild":true}',
        file: { file: 'green.tar.gz', content: 'PK…' },
      },
    ],
    answer: { buildId: 'green-ab12cd', messages: ['first build'], messagesCode: [1021], algorithm },
  },
  'algorithms.apply, answered with the least': {
    call: (api) => api.algorithms.apply({ algorithm: { name: 'green' } }),
    asked: ['POST', 'store/algorithms/apply', { payload: '{"name":"green"}', options: '{}' }],
    answer: { algorithm },
    result: { messages: [], messagesCode: [], algorithm },
  },
  'versions.list': {
    call: (api) => api.versions.list('green'),
    asked: ['GET', 'versions/algorithms/green'],
    answer: [version],
  },
  'versions.get': {
    call: (api) => api.versions.get('green', 'v3x0k2m9q1'),
    asked: ['GET', 'versions/algorithms/green/v3x0k2m9q1'],
    answer: version,
  },
  'versions.apply': {
    call: (api) => api.versions.apply('green', 'v3x0k2m9q1', { force: true }),
    asked: ['POST', 'versions/algorithms/apply', { name: 'green', version: 'v3x0k2m9q1', force: true }],
    result: undefined,
  },
  'versions.delete': {
    call: (api) => api.versions.delete('green', 'v3x0k2m9q1'),
    asked: ['DELETE', 'versions/algorithms/green/v3x0k2m9q1'],
    answer: { deleted: 1 },
    result: undefined,
  },
  'builds.status': {
    call: (api) => api.builds.status('green-ab12cd'),
    asked: ['GET', 'builds/status/green-ab12cd'],
    answer: build,
  },
  'builds.list': {
    call: (api) => api.builds.list('green', { sort: 'desc', limit: 3 }),
    asked: ['GET', 'builds/list/green?sort=desc&limit=3'],
    answer: [build],
  },
  'builds.stop': {
    call: (api) => api.builds.stop('green-ab12cd'),
    asked: ['POST', 'builds/stop', { buildId: 'green-ab12cd' }],
    answer: { message: 'OK' },
    result: undefined,
  },
  'builds.rerun': {
    call: (api) => api.builds.rerun('green-ab12cd'),
    asked: ['POST', 'builds/rerun', { buildId: 'green-ab12cd' }],
    answer: { message: 'OK' },
    result: undefined,
  },
  'pipelines.list': {
    call: (api) => api.pipelines.list(),
    asked: ['GET', 'store/pipelines'],
    answer: [{ name: 'p', nodes: [] }],
  },
  'exec.raw': {
    call: (api) => api.exec.raw({ name: 'p', nodes: [] }),
    asked: ['POST', 'exec/raw', { name: 'p', nodes: [] }],
    answer: { jobId: 'abcdefghijkl', gateways: [] },
    result: 'abcdefghijkl',
  },
  'exec.stored': {
    call: (api) => api.exec.stored({ name: 'p', flowInput: { a: 1 } }),
    asked: ['POST', 'exec/stored', { name: 'p', flowInput: { a: 1 } }],
    answer: { jobId: 'abcdefghijkl' },
    result: 'abcdefghijkl',
  },
  'exec.algorithm': {
    call: (api) => api.exec.algorithm({ name: 'green', input: [1] }),
    asked: ['POST', 'exec/algorithm', { name: 'green', input: [1] }],
    answer: { jobId: 'abcdefghijkl' },
    result: 'abcdefghijkl',
  },
  'exec.status': {
    call: (api) => api.exec.status('abcdefghijkl'),
    asked: ['GET', 'exec/status/abcdefghijkl'],
    answer: status,
  },
  'exec.status, with nulls': {
    call: (api) => api.exec.status('abcdefghijkl'),
    asked: ['GET', 'exec/status/abcdefghijkl'],
    answer: { ...status, error: null, nodeName: null },
    result: status,
  },
  'exec.graph': {
    call: (api) => api.exec.graph('abcdefghijkl'),
    asked: ['GET', 'graph/parsed/abcdefghijkl'],
    answer: { jobId: 'abcdefghijkl', timestamp: 1, nodes: [], edges: [], name: 'kept' },
  },
  'exec.result': {
    call: (api) => api.exec.result('abcdefghijkl'),
    asked: ['GET', 'exec/results/abcdefghijkl'],
    answer: document,
  },
  'exec.stop of a run': {
    call: (api) => api.exec.stop({ jobId: 'abcdefghijkl', reason: 'enough' }),
    asked: ['POST', 'exec/stop', { jobId: 'abcdefghijkl', reason: 'enough' }],
    answer: { stoppedJobIds: ['abcdefghijkl'] },
    result: ['abcdefghijkl'],
  },
  'exec.stop of a pipeline': {
    call: (api) => api.exec.stop({ pipelineName: 'p' }),
    asked: ['POST', 'exec/stop', { pipelineName: 'p' }],
    answer: { stoppedJobIds: ['a', 'b'] },
    result: ['a', 'b'],
  },
  'exec.stop, answered as OpenAPI has it': {
    call: (api) => api.exec.stop({ pipelineName: 'p' }),
    asked: ['POST', 'exec/stop', { pipelineName: 'p' }],
    answer: { message: 'OK' },
    result: [],
  },
  'exec.list': {
    call: (api) => api.exec.list(),
    asked: ['GET', 'exec/search'],
    answer: {
      hits: [
        { jobId: 'a', pipeline: { name: 'p', startTime: 1 }, status: { status: 'completed' }, result: { timeTook: 2 } },
        { jobId: 'b', pipeline: { name: 'p', startTime: 2 }, status: { status: 'active' }, result: null },
      ],
      cursor: null,
    },
    result: [
      { jobId: 'a', pipeline: 'p', status: 'completed', startTime: 1, timeTook: 2 },
      { jobId: 'b', pipeline: 'p', status: 'active', startTime: 2, timeTook: undefined },
    ],
  },
  'webhooks.status': { call: (api) => api.webhooks.status('a'), asked: ['GET', 'webhooks/status/a'], answer: delivery },
  'webhooks.result': {
    call: (api) => api.webhooks.result('a'),
    asked: ['GET', 'webhooks/results/a'],
    answer: delivery,
  },
  'boards.start': {
    call: (api) => api.boards.start({ jobId: 'j', nodeName: 'fit' }),
    asked: ['POST', 'boards/tensors', { jobId: 'j', nodeName: 'fit' }],
    answer: { id: 'j:fit', message: 'Board started successfully' },
    result: 'j:fit',
  },
  'boards.get': { call: (api) => api.boards.get('j:fit'), asked: ['GET', 'boards/tensors/j%3Afit'], answer: board },
  'boards.list': { call: (api) => api.boards.list(), asked: ['GET', 'boards/tensors'], answer: [board] },
  'boards.delete': {
    call: (api) => api.boards.delete('j:fit'),
    asked: ['DELETE', 'boards/tensors/j%3Afit'],
    answer: { message: 'Board deleted' },
    result: undefined,
  },
  'readme.get': {
    call: (api) => api.readme.get('green'),
    asked: ['GET', 'readme/algorithms/green'],
    answer: { name: 'green', readme: '# Green' },
    result: '# Green',
  },
  'readme.put': {
    call: (api) => api.readme.put('green', '# Grün'),
    asked: ['PUT', 'readme/algorithms/green', { 'README.md': { file: 'README.md', content: '# Grün' } }],
    result: undefined,
  },
  'readme.delete': {
    call: (api) => api.readme.delete('green'),
    asked: ['DELETE', 'readme/algorithms/green'],
    answer: { message: 'OK' },
    result: undefined,
  },
};

describe('a call', () => {
  it.each(Object.entries(rows))('%s asks as HKube wants it, and keeps what it answers', async (_, row) => {
    const { url, asked } = await fakeApiServer(() => ({ body: row.answer }));
    const result = await row.call(createHKubeApi(url));
    const [method, path, body] = row.asked;
    expect(asked).toEqual([{ method, path, body, authorization: undefined }]);
    expect(result).toEqual('result' in row ? row.result : row.answer);
  });
});
