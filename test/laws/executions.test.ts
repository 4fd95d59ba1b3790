// L8 over a real socket: every execution settles, by whatever word comes first.

import { describe, expect, it } from 'vitest';
import type { AlgorithmApi, Execution } from 'algorithm-actor';
import { connectAlgorithm, gate } from '#test/support/algorithm';
import { asking, failureOf, stored } from '#test/support/asking';

/** An execution of that algorithm. */
const executed = (api: AlgorithmApi, name = 'other'): Execution<unknown> => api.startAlgorithm({ name, input: [1] });

describe('a request', () => {
  it('leaves in the form of the wire', async () => {
    const { api, connection } = await asking();
    const one = api.startAlgorithm<number>({ name: 'a', input: [1, { b: 2 }] });
    const two = api.startAlgorithm({ name: 'a' }, { includeResult: false });
    expect(await connection.next()).toEqual({
      command: 'startAlgorithmExecution',
      data: { execId: one.id, algorithmName: 'a', input: [1, { b: 2 }], includeResult: true },
    });
    expect(await connection.next()).toEqual({
      command: 'startAlgorithmExecution',
      data: { execId: two.id, algorithmName: 'a', input: [], includeResult: false },
    });
    connection.send('algorithmExecutionDone', { execId: one.id, response: 5 });
    const five: number = await one;
    expect([five, one.state, one[Symbol.toStringTag]]).toEqual([5, 'done', 'Execution']);
  });

  it('counts its id with those of sub-pipelines', async () => {
    const { api } = await asking();
    expect([stored(api), executed(api), stored(api)].map(({ id }) => id)).toEqual(['1', '2', '3']);
  });

  it('works with the arguments of the official wrapper, which resolves with null for no result', async () => {
    const { api, connection } = await asking();
    const three = [api.startAlgorithm('a', [1]), api.startAlgorithm('b', [2], false), api.startAlgorithm('c')];
    const sent = await Promise.all(three.map(() => connection.next('startAlgorithmExecution')));
    expect(sent.map(({ data }) => data)).toEqual([
      { execId: '1', algorithmName: 'a', input: [1], includeResult: true },
      { execId: '2', algorithmName: 'b', input: [2], includeResult: false },
      { execId: '3', algorithmName: 'c', input: [], includeResult: true },
    ]);
    connection.send('algorithmExecutionDone', { execId: '1', response: 'one' });
    connection.send('algorithmExecutionDone', { execId: '2', response: { storageInfo: { path: 'p' } } });
    connection.send('algorithmExecutionDone', { execId: '3' });
    expect(await Promise.all(three)).toEqual(['one', null, undefined]);
  });

  it.each<[args: unknown[], words: string]>([
    [[], 'an object with the name of an algorithm'],
    [[{}], '`name` to be a string'],
    [[''], '`name` to be a string'],
    [[{ name: 'a', input: 1 }], '`input` to be an array'],
    [['a', { timeoutMs: 1 }], '`input` to be an array'],
    [[{ name: 'a' }, [1]], '`input` to stand beside `name`'],
    [[{ name: 'a' }, { timeoutMs: -1 }], 'timeoutMs to be a number from 1 to 2147483647'],
  ])('%j is refused at the author’s line', async (args, words) => {
    const { api } = await asking();
    const call = () => Reflect.apply(api.startAlgorithm, api, args);
    expect(call).toThrow(expect.objectContaining({ code: 'INVALID_CALL' }));
    expect(call).toThrow(words);
  });

  it('that cannot be encoded rejects with the place', async () => {
    const { api } = await asking();
    expect(await failureOf(api.startAlgorithm({ name: 'a', input: [{ big: 1n }] }))).toMatchObject({
      code: 'NOT_ENCODABLE',
      message: expect.stringContaining('input[0].big is a BigInt'),
    });
  });

  it('from initialize is taken there, and its result too', async () => {
    const { connection } = await connectAlgorithm({
      initialize: async (_, api) => {
        api.progress({ model: await api.startAlgorithm<string>({ name: 'model' }) });
      },
      start: () => 1,
    });
    connection.send('initialize', { input: [] });
    expect(await connection.next()).toMatchObject({ command: 'startAlgorithmExecution' });
    connection.send('algorithmExecutionDone', { execId: '1', response: 'weights' });
    expect(await connection.next()).toMatchObject({ command: 'progress', data: { model: 'weights' } });
    expect(await connection.next()).toMatchObject({ command: 'initialized' });
  });
});

describe('L8: every promise settles', () => {
  it('with a typed error on error', async () => {
    const { api, connection } = await asking();
    const execution = executed(api);
    connection.send('algorithmExecutionError', {
      execId: execution.id,
      error: "Algorithm named 'other' does not exist",
    });
    expect(await failureOf(execution)).toMatchObject({
      code: 'EXECUTION_FAILED',
      message: `Execution of "other" (1) failed: Algorithm named 'other' does not exist`,
      facts: { executionId: '1', algorithmName: 'other', error: "Algorithm named 'other' does not exist" },
    });
    expect(execution.state).toBe('failed');
  });

  it('at once on its own stop, for no reply will come', async () => {
    const { api, connection } = await asking();
    const execution = executed(api);
    execution.stop('changed my mind');
    expect(await failureOf(execution)).toMatchObject({
      code: 'EXECUTION_STOPPED',
      facts: { reason: 'changed my mind', by: 'algorithm' },
    });
    expect(await connection.next('stopAlgorithmExecution')).toEqual({
      command: 'stopAlgorithmExecution',
      data: { execId: '1', reason: 'changed my mind' },
    });
  });

  it('on time-out, which stops it', async () => {
    const { api, connection } = await asking();
    const execution = api.startAlgorithm({ name: 'slow' }, { timeoutMs: 5 });
    expect(await failureOf(execution)).toMatchObject({ code: 'EXECUTION_TIMED_OUT', facts: { timeoutMs: 5 } });
    expect(await connection.next('stopAlgorithmExecution')).toMatchObject({ data: { execId: execution.id } });
  });

  it('on abort, which stops it', async () => {
    const { api, connection } = await asking();
    const abort = new AbortController();
    const execution = api.startAlgorithm({ name: 'slow' }, { signal: abort.signal });
    abort.abort();
    expect(await failureOf(execution)).toMatchObject({ code: 'ABORTED' });
    expect(await connection.next('stopAlgorithmExecution')).toMatchObject({ data: { execId: execution.id } });
    expect(await failureOf(api.startAlgorithm({ name: 'never' }, { signal: abort.signal }))).toMatchObject({
      code: 'ABORTED',
    });
  });

  it('at the end of the task', async () => {
    const { api, connection, finish } = await asking();
    const execution = executed(api);
    finish();
    await connection.next('done');
    expect(await failureOf(execution)).toMatchObject({ code: 'TASK_ENDED' });
    expect(await failureOf(executed(api))).toMatchObject({ code: 'TASK_ENDED' });
  });

  it('when the initialize hook fails', async () => {
    const execution = gate<Promise<unknown>>();
    const { connection } = await connectAlgorithm({
      initialize: (_, api) => {
        execution.open(Promise.allSettled([executed(api)]));
        throw new RangeError('no model');
      },
      start: () => 1,
    });
    connection.send('initialize', { input: [] });
    await connection.next('errorMessage');
    expect(await execution.promise).toMatchObject([{ status: 'rejected', reason: { code: 'TASK_ENDED' } }]);
  });

  it('on a stop of the task, which stops them', async () => {
    const { api, connection } = await asking();
    const executions = [executed(api), executed(api)];
    connection.send('stop');
    for (const one of executions) expect(await failureOf(one)).toMatchObject({ code: 'EXECUTION_STOPPED' });
    await connection.next('stopAlgorithmExecution');
    await connection.next('stopAlgorithmExecution');
    expect(await failureOf(executed(api))).toMatchObject({ code: 'TASK_ENDED' });
  });

  it('when the host begins another task', async () => {
    const { api, connection } = await asking();
    const execution = executed(api);
    await connection.begin({ taskId: 'b' });
    expect(await failureOf(execution)).toMatchObject({ code: 'TASK_ENDED' });
  });

  it('that nobody awaits does not end the process', async () => {
    const { api, connection } = await asking();
    void executed(api);
    void api.startAlgorithm('other');
    connection.send('algorithmExecutionError', { execId: '1', error: 'nobody listens' });
    connection.send('algorithmExecutionError', { execId: '2', error: 'nobody listens' });
    await connection.roundTrip();
  });

  it('L10: of an initialize hook too, when the line broke meanwhile', async () => {
    const asked = gate<AlgorithmApi>();
    const { connection, worker } = await connectAlgorithm({
      initialize: async (_, api) => {
        await executed(api, 'before');
        await executed(api, 'after');
        asked.open(api);
      },
      start: () => 'started',
    });
    const ids = { jobId: 'j', taskId: 't', input: [] };
    connection.send('initialize', ids);
    await connection.next('startAlgorithmExecution');
    connection.drop();
    const second = await worker.connection();
    second.send('initialize', ids);
    second.send('algorithmExecutionDone', { execId: '1' });
    expect(await second.next()).toMatchObject({ command: 'startAlgorithmExecution', data: { algorithmName: 'after' } });
    second.send('algorithmExecutionDone', { execId: '2' });
    await second.next('initialized');
    expect(worker.faults).toEqual([]);
  });
});

describe('L8: replies that fit nothing', () => {
  it.each([
    ['algorithmExecutionDone', { execId: 'nobody', response: 1 }],
    ['algorithmExecutionError', { execId: 'nobody', error: 'x' }],
    ['algorithmExecutionError', { error: 'without an id' }],
    ['subPipelineDone', { subPipelineId: '1', response: 1 }],
    ['subPipelineStarted', { subPipelineId: '1' }],
  ])('%s %j is recorded and harms nothing', async (command, data) => {
    const { api, actor, connection, finish } = await asking();
    const executions = [executed(api), executed(api)];
    const rejected = new Promise((resolve) => actor.on('frame.rejected', ({ rejection }) => resolve(rejection)));
    connection.send(command, data);
    expect(await rejected).toMatchObject({ kind: 'unexpected', command });
    expect(executions.map(({ state }) => state)).toEqual(['requested', 'requested']);
    finish();
    await connection.next('done');
  });

  it('an execution is not done by the reply to a sub-pipeline, nor the other way round', async () => {
    const { api, actor, connection } = await asking();
    const [sub, execution] = [stored(api), executed(api)];
    connection.send('algorithmExecutionDone', { execId: sub.id, response: 1 });
    connection.send('subPipelineDone', { subPipelineId: execution.id, response: 1 });
    connection.send('subPipelineDone', { subPipelineId: sub.id, response: 'sub' });
    connection.send('algorithmExecutionDone', { execId: execution.id, response: 'execution' });
    expect(await Promise.all([sub, execution])).toEqual(['sub', 'execution']);
    expect(actor.getSnapshot().context.rejected).toBe(2);
  });

  it('an error without an id settles the one that is pending of its kind', async () => {
    const { api, connection } = await asking();
    const [one, two, execution] = [stored(api), stored(api), executed(api)];
    connection.send('algorithmExecutionError', { error: 'data.execId: should be string' });
    expect(await failureOf(execution)).toMatchObject({ code: 'EXECUTION_FAILED' });
    const another = executed(api);
    connection.send('subPipelineStarted', { subPipelineId: one.id });
    connection.send('subPipelineError', { error: 'No errors' });
    expect(await failureOf(two)).toMatchObject({ code: 'SUB_PIPELINE_FAILED' });
    expect([one.state, another.state]).toEqual(['running', 'requested']);
  });

  it('an error whose text is in response, as from the debug sidecar, rejects', async () => {
    const { api, connection } = await asking();
    const execution = executed(api);
    connection.send('algorithmExecutionError', { execId: execution.id, response: 'boom' });
    expect(await failureOf(execution)).toMatchObject({ code: 'EXECUTION_FAILED', facts: { error: 'boom' } });
  });
});
