// Executions that an algorithm asks its worker for, over a real socket.

import { describe, expect, it } from 'vitest';
import { connectFakeAlgorithm } from '#test/support/fake-algorithm';
import { heard, refusalsOf, startWorker, startWorking, task } from '#test/support/worker';

const request = { execId: '1', algorithmName: 'other', input: [1, { a: 2 }], includeResult: true };

describe('an execution', () => {
  it('is answered with its result when it is done, and with nothing before', async () => {
    const { algorithm, executions } = await startWorking();
    algorithm.say('startAlgorithmExecution', request);
    await expect.poll(() => executions.length).toBe(1);
    expect(executions[0]?.order).toEqual({
      id: '1',
      algorithmName: 'other',
      input: [1, { a: 2 }],
      includeResult: true,
    });
    executions[0]?.end({ kind: 'done', response: { value: 0 }, storedAt: 'p' });
    expect(await algorithm.next('algorithmExecutionDone')).toEqual({
      command: 'algorithmExecutionDone',
      data: { execId: '1', response: { value: 0 } },
    });
    expect(algorithm.received.map(({ command }) => command)).toEqual(['initialize', 'start', 'algorithmExecutionDone']);
  });

  it.each<[string, object, unknown]>([
    ['nothing', {}, { storageInfo: { path: 'local-hkube/j/t' } }],
    ['includeResult: false', { includeResult: false }, { storageInfo: { path: 'local-hkube/j/t' } }],
    ['resultAsRaw, as the Java wrapper', { resultAsRaw: true }, 7],
  ])('that says %s is done with what it asked for', async (_, more, response) => {
    const { algorithm, executions } = await startWorking();
    algorithm.say('startAlgorithmExecution', { execId: '1', algorithmName: 'other', ...more });
    await expect.poll(() => executions.length).toBe(1);
    executions[0]?.end({ kind: 'done', response: 7, storedAt: 'local-hkube/j/t' });
    expect(await algorithm.next('algorithmExecutionDone')).toMatchObject({ data: { execId: '1', response } });
  });

  it('that fails, or is stopped by somebody else, is an error: HKube has no third word', async () => {
    const { algorithm, executions } = await startWorking();
    algorithm.say('startAlgorithmExecution', request);
    algorithm.say('startAlgorithmExecution', { ...request, execId: '2' });
    await expect.poll(() => executions.length).toBe(2);
    executions[0]?.end({ kind: 'failed', error: 'boom' });
    executions[1]?.end({ kind: 'stopped', reason: 'the worker was scaled down' });
    expect(await algorithm.next('algorithmExecutionError')).toEqual({
      command: 'algorithmExecutionError',
      data: { execId: '1', error: 'boom' },
    });
    expect(await algorithm.next('algorithmExecutionError')).toMatchObject({
      data: { execId: '2', error: 'the execution was stopped: the worker was scaled down' },
    });
  });

  it('that cannot be started is an error with the reason', async () => {
    const runExecution = () => {
      throw new RangeError("Algorithm named 'other' does not exist");
    };
    const { algorithm } = await startWorking({ runExecution });
    algorithm.say('startAlgorithmExecution', request);
    expect(await algorithm.next('algorithmExecutionError')).toMatchObject({
      data: { execId: '1', error: "Algorithm named 'other' does not exist" },
    });
  });

  it('whose input is in storage is refused with words; an empty one, as the official wrapper sends, is none', async () => {
    const { algorithm, executions, notices } = await startWorking();
    const storage = { id: { storageInfo: { path: 'p', size: 1 } } };
    algorithm.say('startAlgorithmExecution', { execId: '1', algorithmName: 'a', storageInput: ['$$id'], storage });
    expect(await algorithm.next('algorithmExecutionError')).toMatchObject({
      data: { execId: '1', error: expect.stringContaining('send input instead') },
    });
    expect(refusalsOf(notices)).toMatchObject([{ consequence: 'answered' }]);
    algorithm.say('startAlgorithmExecution', { execId: '2', algorithmName: 'a', storageInput: [], storage: {} });
    await expect.poll(() => executions.length).toBe(1);
    expect(executions[0]?.order).toMatchObject({ id: '2', input: [] });
  });

  it('whose result does not fit a frame is an error', async () => {
    const { algorithm, executions } = await startWorking({ frameBytes: 2_000 });
    algorithm.say('startAlgorithmExecution', request);
    await expect.poll(() => executions.length).toBe(1);
    executions[0]?.end({ kind: 'done', response: 'x'.repeat(3_000), storedAt: 'p' });
    expect(await algorithm.next('algorithmExecutionError')).toMatchObject({
      data: { execId: '1', error: expect.stringContaining('over the limit of 2000 bytes') },
    });
  });

  it('that the algorithm stops is never mentioned again', async () => {
    const { algorithm, executions } = await startWorking();
    algorithm.say('startAlgorithmExecution', request);
    await expect.poll(() => executions.length).toBe(1);
    algorithm.say('stopAlgorithmExecution', { execId: '1', reason: 'enough' });
    await algorithm.roundTrip();
    expect(executions[0]?.stopped).toBe('stopped by algorithm: enough');
    executions[0]?.end({ kind: 'done', response: 1, storedAt: 'p' });
    algorithm.say('stopAlgorithmExecution', { execId: '1' });
    expect(await algorithm.next('algorithmExecutionError')).toMatchObject({
      data: { execId: '1', error: 'unable to find execId 1' },
    });
    expect(algorithm.received.map(({ command }) => command)).toEqual([
      'initialize',
      'start',
      'algorithmExecutionError',
    ]);
  });

  it('is taken while its task initializes, and while it stops', async () => {
    const { worker, executions } = await startWorker();
    const algorithm = await connectFakeAlgorithm(worker.url);
    await worker.ready();
    const end = worker.run(task);
    await algorithm.next('initialize');
    algorithm.say('startAlgorithmExecution', request);
    await expect.poll(() => executions.length).toBe(1);
    algorithm.say('initialized');
    await algorithm.next('start');
    worker.stop('enough');
    await algorithm.next('stop');
    expect(executions[0]?.stopped).toBeNull();
    algorithm.say('startAlgorithmExecution', { ...request, execId: '2' });
    await expect.poll(() => executions.length).toBe(2);
    executions[0]?.end({ kind: 'done', response: 1, storedAt: 'p' });
    expect(await algorithm.next('algorithmExecutionDone')).toMatchObject({ data: { execId: '1' } });
    algorithm.say('stopped');
    expect(await end).toMatchObject({ kind: 'stopped' });
    expect(executions.map(({ stopped }) => stopped)).toEqual([null, 'the task that asked for it is over']);
  });
});

describe('the end of a task stops its executions', () => {
  it.each<[string, (started: Awaited<ReturnType<typeof startWorking>>) => unknown]>([
    ['done', ({ algorithm }) => algorithm.say('done')],
    ['errorMessage', ({ algorithm }) => algorithm.fail('boom')],
    ['a lost connection', ({ algorithm }) => algorithm.drop()],
    ['a frame that cannot be read', ({ algorithm }) => algorithm.sayRaw('{ no json')],
    ['the worker that is closed', ({ worker }) => worker.close()],
  ])('with %s', async (_, over) => {
    const started = await startWorking();
    started.algorithm.say('startAlgorithmExecution', request);
    started.algorithm.say('startAlgorithmExecution', request);
    await expect.poll(() => started.executions.length).toBe(2);
    await over(started);
    await started.end;
    expect(started.executions.map(({ stopped }) => stopped !== null)).toEqual([true, true]);
    started.executions[0]?.end({ kind: 'done', response: 1, storedAt: 'p' });
    await heard(started.algorithm);
    expect(started.algorithm.received.map(({ command }) => command)).toEqual(['initialize', 'start']);
  });

  it('also where it waits for the next connection, on which it is begun anew', async () => {
    const { worker, algorithm, executions } = await startWorking({ restarts: true });
    algorithm.say('startAlgorithmExecution', request);
    await expect.poll(() => executions.length).toBe(1);
    algorithm.drop();
    await expect.poll(() => worker.state).toBe('away');
    expect(executions[0]?.stopped).not.toBeNull();
  });
});
