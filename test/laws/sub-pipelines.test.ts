// L8 over a real socket: every sub-pipeline settles, by whatever word comes first.

import { describe, expect, it } from 'vitest';
import { asking, failureOf, stored } from '#test/support/asking';
import { connectAlgorithm } from '#test/support/algorithm';

describe('a request', () => {
  it('leaves in the form of the wire', async () => {
    const { api, connection } = await asking();
    const nodes = [{ nodeName: 'n', algorithmName: 'a', input: ['@flowInput.data'] }];
    const raw = api.startRawSubPipeline({ name: 'raw', nodes, flowInput: { data: [1] }, options: {}, webhooks: {} });
    const sub = api.startStoredSubPipeline({ name: 'stored', flowInput: { data: [2] } }, { includeResult: false });
    expect(await connection.next()).toEqual({
      command: 'startRawSubPipeline',
      data: {
        subPipelineId: raw.id,
        subPipeline: { name: 'raw', nodes, flowInput: { data: [1] }, options: {}, webhooks: {} },
        includeResult: true,
      },
    });
    expect(await connection.next()).toEqual({
      command: 'startStoredSubPipeline',
      data: { subPipelineId: sub.id, subPipeline: { name: 'stored', flowInput: { data: [2] } }, includeResult: false },
    });
    expect(typeof raw.id).toBe('string');
    expect(raw.id).not.toBe(sub.id);
  });

  it('works under the names and arguments of the official wrapper', async () => {
    const { api, connection } = await asking();
    const one = api.startStoredSubpipeline('s', { data: [1] });
    expect(await connection.next()).toMatchObject({
      data: { subPipeline: { name: 's', flowInput: { data: [1] } }, includeResult: true },
    });
    const two = api.startRawSubpipeline(
      'r',
      [{ nodeName: 'n', algorithmName: 'a' }],
      { data: [2] },
      { ttl: 5 },
      {},
      false,
    );
    expect(await connection.next()).toMatchObject({
      command: 'startRawSubPipeline',
      data: {
        subPipeline: { name: 'r', flowInput: { data: [2] }, options: { ttl: 5 }, webhooks: {} },
        includeResult: false,
      },
    });
    connection.send('subPipelineDone', { subPipelineId: '1', response: ['result'] });
    connection.send('subPipelineDone', { subPipelineId: '2', response: { storageInfo: { path: 'p' } } });
    expect(await one).toEqual(['result']);
    expect(await two).toBeNull();
  });

  it.each<[method: 'startRawSubPipeline' | 'startStoredSubPipeline', args: unknown[], words: string]>([
    ['startStoredSubPipeline', [], 'a pipeline object with a name'],
    ['startStoredSubPipeline', ['name'], 'a pipeline object with a name'],
    ['startStoredSubPipeline', [{}], '`name` to be a string'],
    ['startRawSubPipeline', [{ name: 'r' }], '`nodes` to be an array of nodes'],
    ['startRawSubPipeline', [{ name: 'r', nodes: [] }], '`nodes` to be an array of nodes'],
    ['startStoredSubPipeline', [{ name: 's' }, { timeoutMs: -1 }], 'timeoutMs to be a number from 1 to 2147483647'],
  ])('%s %j is refused at the author’s line', async (method, args, words) => {
    const { api } = await asking();
    const call = () => Reflect.apply(api[method], api, args);
    expect(call).toThrow(expect.objectContaining({ code: 'INVALID_CALL' }));
    expect(call).toThrow(words);
  });

  it('that cannot be encoded rejects with the place', async () => {
    const { api } = await asking();
    const error = await failureOf(api.startStoredSubPipeline({ name: 's', flowInput: { data: [1n] } }));
    expect(error).toMatchObject({
      code: 'NOT_ENCODABLE',
      message: expect.stringContaining('flowInput.data[0] is a BigInt'),
    });
  });

  it('from initialize is refused: HKube takes none there', async () => {
    const { connection } = await connectAlgorithm({ initialize: (_, api) => stored(api), start: () => 1 });
    connection.send('initialize', { input: [] });
    expect(await connection.next()).toMatchObject({
      command: 'errorMessage',
      error: { code: 'INVALID_CALL', message: expect.stringContaining('only while `start` runs') },
    });
  });

  it('keeps its order with the spans around it', async () => {
    const { connection } = await connectAlgorithm({
      start: async (_, api) => {
        for (let step = 0; step < 10; step++) api.startSpan(`s${step}`);
        const sub = stored(api);
        await sub;
      },
    });
    await connection.begin();
    await connection.next('startStoredSubPipeline');
    expect(connection.received.slice(2).map(({ command }) => command)).toEqual([
      ...Array.from({ length: 10 }, () => 'startSpan'),
      'startStoredSubPipeline',
    ]);
  });
});

describe('L8: every promise settles', () => {
  it('with the response on done', async () => {
    const { api, connection } = await asking();
    const sub = stored(api);
    expect(sub.state).toBe('requested');
    connection.send('subPipelineStarted', { subPipelineId: sub.id });
    connection.send('subPipelineDone', { subPipelineId: sub.id, response: [{ nodeName: 'n', result: 5 }] });
    expect(await sub).toEqual([{ nodeName: 'n', result: 5 }]);
    expect(sub.state).toBe('done');
  });

  it('knows when it runs', async () => {
    const { api, connection } = await asking();
    const sub = stored(api);
    connection.send('subPipelineStarted', { subPipelineId: sub.id });
    await connection.roundTrip();
    expect(sub.state).toBe('running');
  });

  it('with a typed error on error', async () => {
    const { api, connection } = await asking();
    const sub = stored(api);
    connection.send('subPipelineError', { subPipelineId: sub.id, error: 'pipeline child Not Found' });
    expect(await failureOf(sub)).toMatchObject({
      code: 'SUB_PIPELINE_FAILED',
      message: expect.stringContaining('pipeline child Not Found'),
      facts: { subPipelineId: sub.id, error: 'pipeline child Not Found' },
    });
    expect(sub.state).toBe('failed');
  });

  it.each(['subPipelineStopped', 'subPiplineStopped'])('with the reason on %s', async (command) => {
    const { api, connection } = await asking();
    const sub = stored(api);
    connection.send(command, { subPipelineId: sub.id, reason: 'somebody pressed stop' });
    expect(await failureOf(sub)).toMatchObject({
      code: 'SUB_PIPELINE_STOPPED',
      facts: { reason: 'somebody pressed stop', by: 'host' },
    });
  });

  it('at once on its own stop, for no reply will come', async () => {
    const { api, connection } = await asking();
    const [one, two] = [stored(api), stored(api)];
    one.stop('changed my mind');
    api.stopSubPipeline(two.id, 'this too');
    expect(await failureOf(one)).toMatchObject({
      code: 'SUB_PIPELINE_STOPPED',
      facts: { reason: 'changed my mind', by: 'algorithm' },
    });
    expect(await failureOf(two)).toMatchObject({ code: 'SUB_PIPELINE_STOPPED' });
    expect(await connection.next('stopSubPipeline')).toMatchObject({
      data: { subPipelineId: one.id, reason: 'changed my mind' },
    });
    expect(await connection.next('stopSubPipeline')).toMatchObject({
      data: { subPipelineId: two.id, reason: 'this too' },
    });
    connection.send('subPipelineDone', { subPipelineId: one.id, response: 1 });
    await connection.roundTrip();
    expect(one.state).toBe('stopped');
  });

  it('on time-out, which stops it', async () => {
    const { api, connection } = await asking();
    const sub = api.startStoredSubPipeline({ name: 'slow' }, { timeoutMs: 5 });
    expect(await failureOf(sub)).toMatchObject({ code: 'SUB_PIPELINE_TIMED_OUT', facts: { timeoutMs: 5 } });
    expect(await connection.next('stopSubPipeline')).toMatchObject({ data: { subPipelineId: sub.id } });
  });

  it('on abort, which stops it', async () => {
    const { api, connection } = await asking();
    const abort = new AbortController();
    const sub = api.startStoredSubPipeline({ name: 'slow' }, { signal: abort.signal });
    abort.abort();
    expect(await failureOf(sub)).toMatchObject({ code: 'ABORTED' });
    expect(await connection.next('stopSubPipeline')).toMatchObject({ data: { subPipelineId: sub.id } });
    expect(await failureOf(api.startStoredSubPipeline({ name: 'never' }, { signal: abort.signal }))).toMatchObject({
      code: 'ABORTED',
    });
    await connection.roundTrip();
    expect(connection.received.filter(({ command }) => command === 'startStoredSubPipeline')).toHaveLength(1);
  });

  it('at the end of the task', async () => {
    const { api, connection, finish } = await asking();
    const sub = stored(api);
    finish();
    await connection.next('done');
    expect(await failureOf(sub)).toMatchObject({ code: 'TASK_ENDED' });
    expect(await failureOf(stored(api))).toMatchObject({ code: 'TASK_ENDED' });
  });

  it('on a stop of the task, which stops them', async () => {
    const { api, connection } = await asking();
    const subs = [stored(api), stored(api)];
    connection.send('stop');
    for (const sub of subs) expect(await failureOf(sub)).toMatchObject({ code: 'SUB_PIPELINE_STOPPED' });
    await connection.next('stopSubPipeline');
    await connection.next('stopSubPipeline');
    expect(await failureOf(stored(api))).toMatchObject({ code: 'TASK_ENDED' });
  });

  it('when the host begins another task', async () => {
    const { api, connection } = await asking();
    const sub = stored(api);
    await connection.begin({ taskId: 'b' });
    expect(await failureOf(sub)).toMatchObject({ code: 'TASK_ENDED' });
  });

  it('an answer after a reconnect counts', async () => {
    const { api, connection, worker } = await asking();
    const sub = stored(api);
    await connection.next('startStoredSubPipeline');
    connection.drop();
    const second = await worker.connection();
    second.send('subPipelineDone', { subPipelineId: sub.id, response: 'still counts' });
    expect(await sub).toBe('still counts');
  });

  it('a handle that nobody awaits does not end the process', async () => {
    const { api, connection } = await asking();
    void stored(api);
    connection.send('subPipelineError', { subPipelineId: '1', error: 'nobody listens' });
    await connection.roundTrip();
  });
});
