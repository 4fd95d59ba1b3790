// The debug sidecar over a real socket (protocol.md §1.8), its quirks included; and our runtime, which lives with them.

import { describe, expect, it } from 'vitest';
import { toPromise } from 'xstate';
import { createAlgorithmActor } from '#runtime/create-algorithm-actor';
import { connectFakeAlgorithm } from '#test/support/fake-algorithm';
import { keepLog } from '#test/support/in-process';
import { refusalsOf, startWorker, task } from '#test/support/worker';

const QUERY = '?encoding=json&storage=v3&hostname=my-laptop';

async function startDebugging() {
  const started = await startWorker({ profile: 'debug' });
  const developer = await connectFakeAlgorithm(started.worker.url, QUERY);
  await started.worker.ready();
  const end = started.worker.run(task);
  await developer.next('initialize');
  return { ...started, developer, end };
}

describe('the debug sidecar', () => {
  it('sends initialize and start at once, both with everything, whatever the storage asked for', async () => {
    const { developer, end } = await startDebugging();
    const everything = { ...task, kind: 'batch', flatInput: null };
    expect(await developer.next('start')).toEqual({ command: 'start', data: everything });
    expect(developer.received[0]).toEqual({ command: 'initialize', data: everything });
    developer.say('done', { a: 1 });
    expect(await end).toEqual({ kind: 'succeed', result: { a: 1 } });
  });

  it.each([0, '', false, null])('takes the whole message for a result of %j', async (result) => {
    const { developer, end } = await startDebugging();
    developer.say('done', result);
    expect(await end).toEqual({ kind: 'succeed', result: { command: 'done', data: result } });
  });

  it('hears neither initialized twice, nor spans, progress or heartbeats', async () => {
    const { developer, end, notices } = await startDebugging();
    for (const command of ['initialized', 'initialized', 'started', 'progress', 'alive', 'stopped', 'storing'])
      developer.say(command);
    developer.say('startSpan', { name: 7 });
    developer.say('stopSubPipeline', { subPipelineId: 'gone' });
    developer.say('stopSubPipeline', {});
    developer.say('stopAlgorithmExecution', 7);
    developer.say('done', 1);
    expect(await end).toEqual({ kind: 'succeed', result: 1 });
    expect(refusalsOf(notices)).toEqual([]);
    expect(developer.received.map(({ command }) => command)).toEqual(['initialize', 'start']);
  });

  it('sends the task again to a developer who comes back', async () => {
    const { worker, developer, end } = await startDebugging();
    developer.drop();
    await expect.poll(() => worker.state).toBe('away');
    const again = await connectFakeAlgorithm(worker.url, QUERY);
    await again.next('initialize');
    await again.next('start');
    again.say('done', 2);
    expect(await end).toEqual({ kind: 'succeed', result: 2 });
  });

  it('sends a second developer away, with the name of the first one’s machine', async () => {
    const { worker, developer, end } = await startDebugging();
    const second = await connectFakeAlgorithm(worker.url, '?encoding=json');
    expect(await second.next('alreadyConnectedError')).toEqual({
      command: 'alreadyConnectedError',
      data: { hostname: 'my-laptop' },
    });
    expect(await second.closed).toBe(4001);
    developer.say('done', 3);
    expect(await end).toMatchObject({ result: 3 });
  });

  it('forwards neither stop nor exit', async () => {
    const { worker, developer, end } = await startDebugging();
    worker.stop('enough');
    expect(await end).toEqual({ kind: 'stopped', reason: 'enough' });
    void worker.exit();
    expect(await developer.closed).toBe(1000);
    expect(developer.received.map(({ command }) => command)).toEqual(['initialize', 'start']);
  });

  it('answers errors in response, and shifts the parts of a raw sub-pipeline', async () => {
    const { developer, asked } = await startDebugging();
    const subPipeline = { name: 'x', nodes: [], flowInput: { f: 1 }, options: { o: 1 }, webhooks: { w: 1 } };
    developer.say('startRawSubPipeline', { subPipelineId: '1', subPipeline });
    await expect.poll(() => asked.length).toBe(1);
    expect(asked[0]?.order.pipeline).toEqual({
      ...subPipeline,
      flowInput: { o: 1 },
      options: { w: 1 },
      webhooks: { f: 1 },
    });
    asked[0]?.end({ kind: 'failed', error: 'boom' });
    expect(await developer.next('subPipelineError')).toEqual({
      command: 'subPipelineError',
      data: { subPipelineId: '1', response: 'boom' },
    });
  });

  it('passes executions on, with errors in response, and null for a result that was not asked for', async () => {
    const { developer, executions, end } = await startDebugging();
    for (const execId of ['1', '2', '3'])
      developer.say('startAlgorithmExecution', { execId, algorithmName: 'a', includeResult: execId === '1' });
    await expect.poll(() => executions.length).toBe(3);
    executions[0]?.end({ kind: 'done', response: 1, storedAt: 'p' });
    executions[1]?.end({ kind: 'done', response: 2, storedAt: 'p' });
    executions[2]?.end({ kind: 'failed', error: 'boom' });
    expect(await developer.next('algorithmExecutionDone')).toMatchObject({ data: { execId: '1', response: 1 } });
    expect(await developer.next('algorithmExecutionDone')).toMatchObject({ data: { execId: '2', response: null } });
    expect(await developer.next('algorithmExecutionError')).toEqual({
      command: 'algorithmExecutionError',
      data: { execId: '3', response: 'boom' },
    });
    developer.say('startAlgorithmExecution', { execId: '4' });
    expect(await developer.next('algorithmExecutionError')).toMatchObject({
      data: { execId: '4', response: 'data.algorithmName: should be string' },
    });
    developer.say('startAlgorithmExecution', { execId: '5', algorithmName: 'a' });
    await expect.poll(() => executions.length).toBe(4);
    developer.say('done', 5);
    expect(await end).toMatchObject({ result: 5 });
    expect(executions[3]?.stopped).not.toBeNull();
  });

  it('tells of sub-pipelines what the official wrapper makes of them: a stop is done, and no result is null', async () => {
    const { developer, asked } = await startDebugging();
    developer.say('startStoredSubPipeline', { subPipelineId: '1', subPipeline: { name: 'x' }, includeResult: true });
    developer.say('startStoredSubPipeline', { subPipelineId: '2', subPipeline: { name: 'x' } });
    await expect.poll(() => asked.length).toBe(2);
    asked[0]?.end({ kind: 'stopped', reason: 'by hand' });
    expect(await developer.next('subPipelineDone')).toEqual({
      command: 'subPipelineDone',
      data: { subPipelineId: '1' },
    });
    asked[1]?.end({ kind: 'done', response: [1], storedAt: 'p' });
    expect(await developer.next('subPipelineDone')).toEqual({
      command: 'subPipelineDone',
      data: { subPipelineId: '2', response: null },
    });
  });

  it('dies of what cannot be read, and hears no more of it', async () => {
    const { developer, notices, worker } = await startDebugging();
    developer.sayRaw('{ no json');
    developer.say('done', 5);
    expect(await developer.closed).toBe(1006);
    expect(refusalsOf(notices)).toMatchObject([{ consequence: 'died' }]);
    expect(worker.state).toBe('away');
  });

  it('keeps the time of a task also while the developer is away', async () => {
    const started = await startWorker({ profile: 'debug' });
    const developer = await connectFakeAlgorithm(started.worker.url, QUERY);
    await started.worker.ready();
    const end = started.worker.run({ ...task, ttl: 5 });
    await developer.next('start');
    developer.drop();
    await expect.poll(() => started.worker.state).toBe('away');
    started.clock.increment(5_000);
    expect(await end).toMatchObject({ kind: 'failed', error: { message: 'Algorithm TTL expired' } });
  });

  it('crashes of a connection without an encoding', async () => {
    const { worker, notices } = await startWorker({ profile: 'debug' });
    const developer = await connectFakeAlgorithm(worker.url);
    expect(await developer.closed).toBe(1008);
    expect(refusalsOf(notices)).toMatchObject([{ sent: 'a connection without an encoding' }]);
  });

  it('is understood by our runtime: the init hook ends before start, and errors in response reject', async () => {
    const { worker, asked } = await startWorker({ profile: 'debug' });
    const order: string[] = [];
    const actor = createAlgorithmActor(
      {
        initialize: async () => {
          await Promise.resolve();
          order.push('initialize');
        },
        start: async (_, api) => {
          order.push('start');
          return api.startStoredSubPipeline({ name: 'x' }).catch((error: unknown) => String(error));
        },
      },
      { url: worker.url, encoding: 'json', signals: false, logger: keepLog() },
    );
    const left = toPromise(actor);
    actor.start();
    await worker.ready();
    const end = worker.run(task);
    await expect.poll(() => asked.length).toBe(1);
    asked[0]?.end({ kind: 'failed', error: 'boom' });
    expect(await end).toMatchObject({ kind: 'succeed', result: expect.stringContaining('boom') });
    expect(order).toEqual(['initialize', 'start']);
    actor.send({ type: 'shutdown' });
    await left;
  });
});
