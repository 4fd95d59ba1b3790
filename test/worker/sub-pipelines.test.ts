// Sub-pipelines that an algorithm asks its worker for, over a real socket.

import { describe, expect, it } from 'vitest';
import { connectFakeAlgorithm } from '#test/support/fake-algorithm';
import { startWorker, startWorking } from '#test/support/worker';

const subPipeline = { name: 'sub', nodes: [{ nodeName: 'a', algorithmName: 'x' }] };

describe('a sub-pipeline', () => {
  const request = { subPipelineId: '1', subPipeline, includeResult: true };

  it('is answered with started at once, and with its response when it is done', async () => {
    const { algorithm, asked } = await startWorking();
    algorithm.say('startRawSubPipeline', request);
    expect(await algorithm.next('subPipelineStarted')).toMatchObject({ data: { subPipelineId: '1' } });
    expect(asked[0]?.order).toEqual({ kind: 'raw', id: '1', pipeline: subPipeline, includeResult: true });
    asked[0]?.end({ kind: 'done', response: [{ nodeName: 'a', result: 0 }], storedAt: 'p' });
    expect(await algorithm.next('subPipelineDone')).toEqual({
      command: 'subPipelineDone',
      data: { subPipelineId: '1', response: [{ nodeName: 'a', result: 0 }] },
    });
  });

  it('that was asked for without includeResult is done with a link to its result', async () => {
    const { algorithm, asked } = await startWorking();
    algorithm.say('startRawSubPipeline', { subPipelineId: '1', subPipeline });
    await algorithm.next('subPipelineStarted');
    asked[0]?.end({ kind: 'done', response: 1, storedAt: 'local-hkube-results/j/result.json' });
    expect(await algorithm.next('subPipelineDone')).toEqual({
      command: 'subPipelineDone',
      data: { subPipelineId: '1', response: { storageInfo: { path: 'local-hkube-results/j/result.json' } } },
    });
  });

  it('that fails or is stopped from outside says so', async () => {
    const { algorithm, asked } = await startWorking();
    algorithm.say('startRawSubPipeline', request);
    algorithm.say('startStoredSubPipeline', { ...request, subPipelineId: '2' });
    await algorithm.next('subPipelineStarted');
    await algorithm.next('subPipelineStarted');
    asked[0]?.end({ kind: 'failed', error: 'boom' });
    asked[1]?.end({ kind: 'stopped', reason: 'by hand' });
    expect(await algorithm.next('subPipelineError')).toMatchObject({ data: { subPipelineId: '1', error: 'boom' } });
    expect(await algorithm.next('subPipelineStopped')).toMatchObject({
      data: { subPipelineId: '2', reason: 'by hand' },
    });
  });

  it('asked for outside of working is refused without an id', async () => {
    const { worker } = await startWorker();
    const algorithm = await connectFakeAlgorithm(worker.url);
    await worker.ready();
    algorithm.say('startRawSubPipeline', request);
    expect(await algorithm.next('subPipelineError')).toEqual({
      command: 'subPipelineError',
      data: { error: 'No errors' },
    });
  });

  it('that the algorithm stops is never mentioned again', async () => {
    const { algorithm, asked } = await startWorking();
    algorithm.say('startRawSubPipeline', request);
    await algorithm.next('subPipelineStarted');
    algorithm.say('stopSubPipeline', { subPipelineId: '1', reason: 'enough' });
    await algorithm.roundTrip();
    expect(asked[0]?.stopped).toBe('stopped by algorithm: enough');
    asked[0]?.end({ kind: 'done', response: 1, storedAt: 'local-hkube-results/j/result.json' });
    await algorithm.roundTrip();
    expect(algorithm.received.map(({ command }) => command)).toEqual(['initialize', 'start', 'subPipelineStarted']);
  });

  it('with the id of another is stopped with its task like that one', async () => {
    const { algorithm, asked, end } = await startWorking();
    algorithm.say('startRawSubPipeline', request);
    algorithm.say('startRawSubPipeline', request);
    await expect.poll(() => asked.length).toBe(2);
    algorithm.say('done');
    await end;
    expect(asked.map(({ stopped }) => stopped !== null)).toEqual([true, true]);
  });

  it('that outlives its task is stopped', async () => {
    const { algorithm, asked, end } = await startWorking();
    algorithm.say('startRawSubPipeline', request);
    await algorithm.next('subPipelineStarted');
    algorithm.say('done');
    await end;
    expect(asked[0]?.stopped).not.toBeNull();
  });
});
