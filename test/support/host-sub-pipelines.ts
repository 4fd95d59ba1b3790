// What sub-pipelines must look like to an author and to a worker wherever handlers run.

import { describe, expect, it } from 'vitest';
import { commandsOf } from '#test/support/algorithm';
import { begun, done, expectNextTask, type Host, said } from '#test/support/hosts';

export function describeSubPipelines(host: Host): void {
  describe('a sub-pipeline', () => {
    const idOf = (data: unknown): unknown => Reflect.get(Object(data), 'subPipelineId');

    it.each([
      ['stored', 'startStoredSubPipeline', { name: 'child', flowInput: { data: [7] } }],
      [
        'raw',
        'startRawSubPipeline',
        { name: 'child', nodes: [{ nodeName: 'a', algorithmName: 'b' }], flowInput: { data: [7] } },
      ],
    ])('that is %s is asked for, and its result comes back', async (mode, command, pipeline) => {
      const { connection } = await begun(host, mode, 7);
      const { data } = await connection.next(command);
      expect(data).toMatchObject({ subPipeline: pipeline, includeResult: true });
      connection.send('subPipelineStarted', { subPipelineId: idOf(data) });
      const response = [{ nodeName: 'a', result: Array.from({ length: 10_000 }, (_, n) => n) }];
      connection.send('subPipelineDone', { subPipelineId: idOf(data), response });
      expect(await connection.next('done')).toEqual({ command: 'done', data: { result: response } });
    });

    it('is asked for by the names of the official wrapper, too', async () => {
      const { connection } = await begun(host, 'by the names of the official wrapper', 7);
      const { data } = await connection.next('startStoredSubPipeline');
      connection.send('subPipelineDone', { subPipelineId: idOf(data), response: 'fine' });
      expect(await connection.next('done')).toEqual({ command: 'done', data: 'fine' });
    });

    it.each([
      [
        'subPipelineError',
        { error: 'no such pipeline' },
        { code: 'SUB_PIPELINE_FAILED', facts: { error: 'no such pipeline' } },
      ],
      [
        'subPipelineStopped',
        { reason: 'by hand' },
        { code: 'SUB_PIPELINE_STOPPED', facts: { reason: 'by hand', by: 'host' } },
      ],
    ])('that ends with %s is an error with its reason', async (command, reply, error) => {
      const { connection } = await begun(host, 'stored');
      const { data } = await connection.next('startStoredSubPipeline');
      connection.send(command, { subPipelineId: idOf(data), ...reply });
      expect((await connection.next('done')).data).toMatchObject(error);
    });

    it.each([
      ['timed out', 'SUB_PIPELINE_TIMED_OUT'],
      ['stopped by itself', 'SUB_PIPELINE_STOPPED'],
    ])('that is %s is stopped at HKube too', async (mode, code) => {
      const { connection } = await begun(host, mode);
      expect((await connection.next('done')).data).toMatchObject({ code });
      expect(commandsOf(connection)).toContain('stopSubPipeline');
    });

    it('whose result is nested deeper than can be read or written still ends', async () => {
      const { connection } = await begun(host, 'stored');
      const { data } = await connection.next('startStoredSubPipeline');
      const id = JSON.stringify(idOf(data));
      const deep = `${'['.repeat(20_000)}${']'.repeat(20_000)}`;
      connection.sendRaw(`{"command":"subPipelineDone","data":{"subPipelineId":${id},"response":${deep}}}`);
      const ended = await Promise.race([connection.next('done'), connection.next('errorMessage')]);
      expect(['done', 'errorMessage']).toContain(ended.command);
    });

    it('that cannot travel is an error of its caller, and nothing is sent', async () => {
      const { connection } = await begun(host, 'request that cannot travel');
      expect((await connection.next('done')).data).toMatchObject({
        code: 'NOT_ENCODABLE',
        message: expect.stringContaining('flowInput.big'),
      });
      expect(said(connection)).toEqual(['initialized', 'started', 'done']);
    });

    it('from initialize is refused', async () => {
      const { connection } = await begun(host, 'sub-pipeline from initialize');
      await connection.next('errorMessage');
      expect(commandsOf(connection)).not.toContain('startStoredSubPipeline');
    });

    it('that nobody waits for harms nothing', async () => {
      await expectNextTask(await done(host, 'left behind'));
    });
  });
}
