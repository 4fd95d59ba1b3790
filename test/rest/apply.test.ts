// Applied over HTTP, built, and run: from the first apply to the third version.

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { existsSync } from 'node:fs';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { CheckEntry } from '#builds/steps';
import { at, runEnds, saying, startApplying, zipOf } from '#test/support/applied';
import { hold } from '#test/support/held';

const payload = { name: 'greet', env: 'nodejs', entryPoint: 'index.mjs' };

describe('an algorithm that is applied', () => {
  it('is built, and runs; changed and applied again, the new one runs, and the old one can be had back', async () => {
    const { applied, exec, ask } = await startApplying();
    const first = await applied({ payload, file: saying('hello') });
    expect(first).toMatchObject({
      status: 200,
      body: {
        buildId: expect.stringMatching(/^greet-[a-z0-9]{6}$/),
        messagesCode: [1021, 1023],
        algorithm: { name: 'greet', type: 'Code', cpu: 0.1, mem: '256Mi', options: { pending: true } },
      },
    });
    expect(await exec('greet', 'you')).toEqual(['hello', 'you']);
    const second = await applied({ payload, file: saying('good day') });
    expect(second.body).toMatchObject({ messagesCode: [1022] });
    expect(await exec('greet', 'you')).toEqual(['good day', 'you']);
    const versions = await ask('GET versions/algorithms/greet');
    expect(versions.body).toMatchObject([{ semver: '1.0.1' }, { semver: '1.0.0', versionAlias: 'v1.0.0' }]);
    const version = at(versions.body, 1, 'version');
    expect(await ask('POST versions/algorithms/apply', { name: 'greet', version })).toMatchObject({ status: 201 });
    expect(await exec('greet', 'you')).toEqual(['hello', 'you']);
    expect(await ask('GET store/algorithms/greet')).toMatchObject({
      body: { version, options: { pending: false }, buildStats: { total: 2, completed: 2 } },
    });
  });

  it('runs where its code is, with its environment and its entry point', async () => {
    const { applied, exec } = await startApplying();
    const file = zipOf({
      'data.txt': 'beside it',
      'src/main.mjs': `import { readFileSync } from 'node:fs';
        export const start = () => [readFileSync('data.txt', 'utf8'), process.env.MOOD, process.env.ALGORITHM_TYPE];`,
    });
    const algorithm = { ...payload, entryPoint: 'src/main.mjs', algorithmEnv: { MOOD: 'good' } };
    await applied({ payload: algorithm, file });
    expect(await exec('greet')).toEqual(['beside it', 'good', 'greet']);
  });

  it('is replaced behind a run that is on its way: what has begun is ended by what has begun it', async () => {
    const { applied, ask, exec, hkube } = await startApplying();
    const door = await hold();
    const waiting = `await (await fetch('${door.url}')).text();`;
    const file = zipOf({ 'index.mjs': `export const start = async () => { ${waiting} return 'former'; };` });
    await applied({ payload, file });
    const jobId = String(at((await ask('POST exec/algorithm', { name: 'greet', input: [] })).body, 'jobId'));
    await expect.poll(() => door.waiting).toBe(1);
    await applied({ payload, file: saying('new') });
    // Built while a pipeline runs with it: it is a version, and HKube says that there is a newer one.
    expect(await ask('GET store/algorithms/greet')).toMatchObject({ body: { errors: [901] } });
    const [newest] = await hkube.store.versions.list('greet');
    const version = newest?.version;
    expect(await ask('POST versions/algorithms/apply', { name: 'greet', version })).toEqual({
      status: 400,
      body: {
        error: {
          code: 400,
          message: 'there is a running pipeline which depends on "greet" algorithm',
          details: expect.stringContaining(jobId),
        },
      },
    });
    await ask('POST versions/algorithms/apply', { name: 'greet', version, force: true });
    expect(await exec('greet')).toEqual(['new']);
    expect(hkube.workers().map(({ worker }) => worker)).toEqual(['greet-1', 'greet-2']);
    door.open();
    expect(await runEnds(ask, jobId)).toMatchObject({ status: 'completed', data: [{ result: 'former' }] });
    await expect.poll(() => hkube.workers().map(({ worker }) => worker)).toEqual(['greet-2']);
    expect(await ask('GET store/algorithms/greet')).toMatchObject({ body: { version, errors: [] } });
  });

  it('whose first build has failed says so where it is run, and is built when it is applied again', async () => {
    const { applied, ask, exec } = await startApplying();
    const file = zipOf({ 'index.mjs': 'export const begin = () => 1;' });
    const broken = await applied({ payload, file });
    expect(await ask(`GET builds/status/${String(at(broken.body, 'buildId'))}`)).toMatchObject({
      body: { status: 'failed', error: expect.stringContaining('unable to find mandatory method start') },
    });
    expect(await ask('POST exec/algorithm', { name: 'greet', input: [] })).toEqual({
      status: 400,
      body: {
        error: {
          code: 400,
          message: 'missing image for algorithm greet',
          details: expect.stringMatching(/no build of it has completed.*algorithm-actor builds greet/),
        },
      },
    });
    // HKube would say that nothing has changed.
    expect((await applied({ payload, file })).body).toMatchObject({
      buildId: expect.any(String),
      messagesCode: [1021],
    });
    await applied({ payload, file: saying('mended') });
    expect(await exec('greet')).toEqual(['mended']);
    expect(await ask('GET store/algorithms/greet')).toMatchObject({
      body: { options: { pending: false }, buildStats: { total: 3, failed: 2, completed: 1 } },
    });
  });

  it('is built once, however many apply it at once', async () => {
    const { send, hkube, exec } = await startApplying();
    const answers = await Promise.all(Array.from({ length: 8 }, () => send({ payload, file: saying('once') })));
    const ids = new Set(answers.map(({ body }) => at(body, 'buildId')));
    expect(ids.size).toBe(1);
    await hkube.builds.ended(String([...ids][0]));
    expect(await exec('greet')).toEqual(['once']);
    expect(await hkube.builds.list('greet')).toHaveLength(1);
    expect(await hkube.store.versions.list('greet')).toHaveLength(1);
  });

  it('is rebuilt for its content, and not for its bytes', async () => {
    const { applied } = await startApplying();
    const entry = { 'index.mjs': 'export const start = () => 1;' };
    await applied({ payload, file: zipOf({ ...entry, 'a.txt': 'a', 'b.txt': 'b' }) });
    const same = await applied({ payload, file: zipOf({ 'b.txt': 'b', 'a.txt': 'a', ...entry }) });
    expect(same.body).toMatchObject({ messagesCode: [1025] });
    const other = await applied({ payload, file: zipOf({ ...entry, 'a.txt': 'a', 'b.txt': 'c' }) });
    expect(other.body).toMatchObject({ messagesCode: [1022], messages: [expect.stringContaining('checksum')] });
  });

  it('is built again without its archive, which was kept: by force, and for another language', async () => {
    const { applied, exec } = await startApplying();
    await applied({ payload, file: saying('kept') });
    const forced = await applied({ payload: { name: 'greet' }, options: { forceBuild: true } });
    expect(forced.body).toMatchObject({ buildId: expect.any(String), messagesCode: [1020] });
    expect(await exec('greet')).toEqual(['kept']);
    const changed = await applied({ payload: { name: 'greet', env: 'python' } });
    expect(changed.body).toMatchObject({ messagesCode: [1022], messages: [expect.stringContaining('env')] });
    // That build has failed, and nothing has changed.
    expect(await exec('greet')).toEqual(['kept']);
  });

  it('that is deleted while it is built is gone, and its build with it', async () => {
    const check: CheckEntry = (_, { signal }) =>
      new Promise((resolve) => signal.addEventListener('abort', () => resolve(null)));
    const { send, ask, hkube, stateDir } = await startApplying({ check });
    const { body } = await send({ payload, file: saying('never') });
    const buildId = String(at(body, 'buildId'));
    await expect.poll(async () => (await hkube.builds.status(buildId)).progress).toBe(40);
    const deleted = await ask('DELETE store/algorithms/greet?force=true&keepOldVersions=false');
    expect(deleted.body).toEqual({
      message: 'algorithm greet successfully deleted from store. related data deleted: 1 builds',
    });
    expect(await ask(`GET builds/status/${buildId}`)).toMatchObject({ status: 404 });
    expect(existsSync(`${stateDir}/store/algorithms/greet`)).toBe(false);
  });
});

describe('what no machine could hold', () => {
  const heavy = { ...payload, cpu: 20, mem: '64Gi', gpu: 1 };

  it('is refused in HKube’s words where the machines are named', async () => {
    const nodes = [
      { cpu: 8, mem: 16_384, gpu: 0 },
      { cpu: 16, mem: 32_768, gpu: 0 },
    ];
    const { send } = await startApplying({ applied: { capacity: nodes } });
    expect(await send({ payload: heavy, file: saying('x') })).toMatchObject({
      status: 400,
      body: {
        error: {
          message:
            'maximum capacity exceeded cpu(node1: 8, node2: 16), mem(node1: 16384, node2: 32768), gpu(node1: 0, node2: 0)',
        },
      },
    });
    expect(await send({ payload, file: saying('x') })).toMatchObject({ status: 200 });
  });

  it('is recorded, and said not to be enforced, where they are not', async () => {
    const { send } = await startApplying();
    const { body } = await send({ payload: heavy, file: saying('x') });
    expect(at(body, 'messages')).toContain('cpu, gpu and mem are recorded and not enforced here: that takes a cluster');
  });
});

describe('a repository', () => {
  it('without a commit is refused in HKube’s words', async () => {
    // What a server of plain files has of a repository to which nobody has pushed.
    const server = createServer((request, response) => {
      response.statusCode = request.url?.startsWith('/empty.git/info/refs') ? 200 : 404;
      response.end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const address: AddressInfo | string | null = server.address();
    const port = typeof address === 'object' ? address?.port : 0;
    const { send } = await startApplying();
    const git = { name: 'greet', env: 'nodejs', gitRepository: { url: `http://127.0.0.1:${port}/empty.git` } };
    expect(await send({ payload: git })).toMatchObject({
      status: 400,
      body: { error: { message: expect.stringMatching(/^Git Repository is empty \(/) } },
    });
  });
});
