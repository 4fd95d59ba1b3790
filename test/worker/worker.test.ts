// The worker over a real socket, against a client that says only what the test tells it to.

import { describe, expect, it } from 'vitest';
import { connectFakeAlgorithm, type FakeAlgorithm } from '#test/support/fake-algorithm';
import { refusalsOf, startWorker, startWorking, task } from '#test/support/worker';

describe('a worker', () => {
  it.each(['', '?encoding=&storage=', '?encoding=json&storage=v1', '?storage=v1&encoding=bson', '?encoding=msgpack'])(
    'drives a task with a client that asks for "%s"',
    async (query) => {
      const { worker } = await startWorker();
      const algorithm = await connectFakeAlgorithm(worker.url, query);
      await worker.ready();
      await algorithm.roundTrip();
      expect(algorithm.received).toEqual([]);
      const end = worker.run(task);
      expect(await algorithm.next('initialize')).toEqual({ command: 'initialize', data: task });
      algorithm.say('initialized');
      expect(await algorithm.next('start')).toEqual({ command: 'start', data: { spanId: task.spanId } });
      algorithm.say('started');
      algorithm.say('done', { words: [1, 2] });
      expect(await end).toEqual({ kind: 'succeed', result: { words: [1, 2] } });
      expect(worker.isReady).toBe(true);
    },
  );

  it('gives the same algorithm one task after the other, and never two', async () => {
    const { worker, algorithm, end } = await startWorking();
    await expect(worker.run(task)).rejects.toMatchObject({ code: 'INVALID_CALL' });
    algorithm.say('done', 1);
    await end;
    const second = worker.run({ ...task, taskId: 'second' });
    expect(await algorithm.begin()).toMatchObject({ taskId: 'second' });
    algorithm.say('done', 2);
    expect(await second).toEqual({ kind: 'succeed', result: 2 });
  });

  it('reports a failure in the algorithm’s words', async () => {
    const { algorithm, end } = await startWorking();
    algorithm.fail('no such tile');
    expect(await end).toEqual({ kind: 'failed', error: { code: 'Failed', message: 'no such tile' } });
  });

  it('stops a task and keeps the reason', async () => {
    const { worker, algorithm, end } = await startWorking();
    worker.stop('enough');
    expect(await algorithm.next('stop')).toEqual({ command: 'stop', data: { forceStop: true } });
    algorithm.say('stopped');
    expect(await end).toEqual({ kind: 'stopped', reason: 'enough' });
  });

  it('takes a lost connection in mid-task as a crash, and serves whoever comes next', async () => {
    const { worker, algorithm, end } = await startWorking();
    algorithm.drop();
    expect(await end).toMatchObject({ kind: 'crashed', error: { message: expect.stringContaining('1006') } });
    const next = await connectFakeAlgorithm(worker.url);
    await worker.ready();
    const second = worker.run(task);
    await next.begin();
    next.say('done');
    expect(await second).toMatchObject({ kind: 'succeed' });
  });

  it('closes the connection that a newer one replaces', async () => {
    const { worker, algorithm, end } = await startWorking();
    const newer = await connectFakeAlgorithm(worker.url);
    expect(await algorithm.closed).toBe(4001);
    expect(await end).toMatchObject({ kind: 'crashed' });
    await worker.ready();
    const second = worker.run(task);
    await newer.begin();
    newer.say('done', 'from the newer one');
    expect(await second).toEqual({ kind: 'succeed', result: 'from the newer one' });
  });

  it.each(['?encoding=xml', '?encoding=protoc', '?storage=v3'])(
    'refuses a connection that asks for "%s", with words',
    async (query) => {
      const { worker, notices } = await startWorker();
      const algorithm = await connectFakeAlgorithm(worker.url, query);
      expect(await algorithm.closed).toBe(1008);
      expect(notices).toMatchObject([
        { type: 'session.refused', refusal: { sent: expect.stringContaining('a connection'), consequence: 'died' } },
      ]);
      expect(worker.isReady).toBe(false);
    },
  );

  it('reports frames that nobody listens to, and goes on', async () => {
    const { algorithm, end, notices } = await startWorking();
    algorithm.sayRaw('{"command":"noSuchCommand","data":1}');
    algorithm.sayRaw('{"data":1}');
    algorithm.sayRaw('7');
    algorithm.say('connection');
    algorithm.say('startSpan', { name: '' });
    algorithm.say('storing', {});
    algorithm.say('done', 1);
    expect(await end).toEqual({ kind: 'succeed', result: 1 });
    const rejected = notices.flatMap((notice) => (notice.type === 'frame.rejected' ? [notice.rejection.kind] : []));
    expect(rejected).toEqual(['unknown', 'unknown', 'unknown', 'unknown', 'unexpected', 'mistyped']);
  });

  it.each<[string, (algorithm: FakeAlgorithm) => void, string]>([
    ['text that is no JSON', (algorithm) => algorithm.sayRaw('{ no json'), 'a frame that cannot be read'],
    ['bytes', (algorithm) => algorithm.sayRaw(new Uint8Array([1, 2, 3])), 'a frame that cannot be read'],
    ['null', (algorithm) => algorithm.sayRaw('null'), 'a frame that cannot be read'],
    ['the command error', (algorithm) => algorithm.say('error'), 'a message with the command "error"'],
    ['the command disconnect', (algorithm) => algorithm.say('disconnect'), 'a message with the command "disconnect"'],
    [
      'a span named 7',
      (algorithm) => algorithm.say('startSpan', { name: 7 }),
      '`startSpan` with a name that is no text',
    ],
  ])('dies of %s as HKube’s does, says why, and serves the next algorithm', async (_, say, sent) => {
    const { worker, algorithm, end, notices } = await startWorking();
    say(algorithm);
    expect(await end).toMatchObject({ kind: 'crashed', error: { message: expect.stringContaining(sent) } });
    expect(await algorithm.closed).toBe(1006);
    const consequence = sent.includes('disconnect') ? 'ended' : 'died';
    expect(refusalsOf(notices)).toMatchObject([{ sent: expect.stringContaining(sent), consequence }]);
    const next = await connectFakeAlgorithm(worker.url);
    await worker.ready();
    const second = worker.run(task);
    await next.begin();
    next.say('done', 2);
    expect(await second).toEqual({ kind: 'succeed', result: 2 });
  });

  it.each([
    ['startStoredSubPipeline', { subPipelineId: 7, subPipeline: { name: 'x' } }, 'subPipelineError', {}],
    ['startRawSubPipeline', { subPipelineId: '1', subPipeline: 'x' }, 'subPipelineError', {}],
    ['stopSubPipeline', {}, 'subPipelineError', {}],
    ['startAlgorithmExecution', { execId: '1' }, 'algorithmExecutionError', { execId: '1' }],
    ['startAlgorithmExecution', { execId: 7, algorithmName: 'a' }, 'algorithmExecutionError', { execId: 7 }],
    [
      'startAlgorithmExecution',
      { execId: '1', algorithmName: 'a', input: 1 },
      'algorithmExecutionError',
      { execId: '1' },
    ],
    ['stopAlgorithmExecution', {}, 'algorithmExecutionError', {}],
  ])('answers %s %j with %s, and the id of an execution', async (command, data, reply, ids) => {
    const { algorithm, notices } = await startWorking();
    algorithm.say(command, data);
    expect(await algorithm.next(reply)).toEqual({
      command: reply,
      data: { ...ids, error: expect.stringMatching(/should be|Invalid/) },
    });
    expect(refusalsOf(notices)).toMatchObject([{ consequence: 'answered' }]);
  });

  it('survives answers that do not fit a frame, and says so', async () => {
    const { algorithm, asked, notices, end } = await startWorking({ frameBytes: 2_000 });
    algorithm.say('stopAlgorithmExecution', { execId: 'x'.repeat(1_915) });
    algorithm.say('dataSourceRequest', { requestId: 'x'.repeat(1_915), dataSource: {} });
    algorithm.say('startStoredSubPipeline', { subPipelineId: '1', subPipeline: { name: 'x' } });
    await algorithm.next('subPipelineStarted');
    asked[0]?.end({ kind: 'failed', error: 'x'.repeat(3_000) });
    await expect.poll(() => notices.filter(({ type }) => type === 'frame.rejected').length).toBe(3);
    algorithm.say('done', 1);
    expect(await end).toEqual({ kind: 'succeed', result: 1 });
  });

  it('that was closed is not ready, and takes no task', async () => {
    const { worker } = await startWorker();
    await connectFakeAlgorithm(worker.url);
    await worker.ready();
    await worker.close();
    expect(worker.isReady).toBe(false);
    await expect(worker.run(task)).rejects.toMatchObject({ code: 'INVALID_CALL' });
  });

  it.each([
    [
      { code: 'E', message: 'boom', details: 'stack' },
      { code: 'E', message: 'boom', details: 'stack' },
    ],
    [{ code: 7 }, { message: 'unknown error' }],
    ['text', { message: 'unknown error' }],
    [null, { message: 'unknown error' }],
  ])('reads the error %j as %j', async (error, expected) => {
    const { algorithm, end } = await startWorking();
    algorithm.sayRaw(JSON.stringify({ command: 'errorMessage', error }));
    expect(await end).toEqual({ kind: 'failed', error: expected });
  });

  it('fails a task that is too large for a frame instead of sending it', async () => {
    const { worker } = await startWorker({ frameBytes: 1_000 });
    const algorithm = await connectFakeAlgorithm(worker.url);
    await worker.ready();
    const end = await worker.run({ ...task, input: ['x'.repeat(2_000)] });
    expect(end).toMatchObject({ kind: 'failed', error: { code: 'FRAME_TOO_LARGE' } });
    await algorithm.roundTrip();
    expect(algorithm.received).toEqual([]);
    expect(worker.isReady).toBe(true);
  });

  it('answers what it cannot do yet, so that nobody waits for ever', async () => {
    const { algorithm } = await startWorking();
    algorithm.say('dataSourceRequest', { requestId: '8', dataSource: {} });
    expect(await algorithm.next('dataSourceResponse')).toMatchObject({
      data: { requestId: '8', error: 'unable to find matching data-source' },
    });
    algorithm.say('dataSourceRequest', { requestId: '9', dataSource: { dataSourceId: 'nope' } });
    expect(await algorithm.next('dataSourceResponse')).toMatchObject({
      data: { requestId: '9', error: 'could not find dataSource' },
    });
  });

  it('passes progress and spans on', async () => {
    const { algorithm, end, notices } = await startWorking();
    algorithm.say('progress', { progress: 50 });
    algorithm.say('startSpan', { name: 'read', tags: { file: 'a' } });
    algorithm.say('finishSpan', { error: 'gone' });
    algorithm.say('done');
    await end;
    expect(notices.filter(({ type }) => type === 'task.progressed' || type === 'span.changed')).toMatchObject([
      { task: { taskId: 'task' }, progress: { progress: 50 } },
      { span: { kind: 'started', name: 'read', tags: { file: 'a' } } },
      { span: { kind: 'finished', error: 'gone' } },
    ]);
  });

  it('tells the algorithm to leave, and has left when its connection is gone', async () => {
    const { worker, algorithm, end } = await startWorking();
    const left = worker.exit();
    expect(await algorithm.next('exit')).toEqual({ command: 'exit', data: { exitCode: 0 } });
    expect(await end).toMatchObject({ kind: 'crashed' });
    algorithm.drop();
    await left;
  });
});
