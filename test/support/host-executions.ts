// What executions must look like to an author and to a worker wherever handlers run.

import { describe, expect, it } from 'vitest';
import { commandsOf, connectEntry } from '#test/support/algorithm';
import { taskOf } from '#test/support/fake-worker';
import { begun, expectNextTask, type Host, said } from '#test/support/hosts';

export function describeExecutions(host: Host): void {
  describe('an execution', () => {
    const idOf = (data: unknown): unknown => Reflect.get(Object(data), 'execId');

    it('is asked for, and its result comes back', async () => {
      const { connection } = await begun(host, 'execution', { rows: [7, null] });
      const { data } = await connection.next('startAlgorithmExecution');
      expect(data).toEqual({
        execId: expect.any(String),
        algorithmName: 'other',
        input: [{ rows: [7, null] }],
        includeResult: true,
      });
      const response = { list: Array.from({ length: 10_000 }, (_, n) => n) };
      connection.send('algorithmExecutionDone', { execId: idOf(data), response });
      expect(await connection.next('done')).toEqual({ command: 'done', data: { result: response } });
    });

    it('is asked for by the names of the official wrapper, too', async () => {
      const { connection } = await begun(host, 'execution by the names of the official wrapper', 7);
      const { data } = await connection.next('startAlgorithmExecution');
      expect(data).toMatchObject({ algorithmName: 'other', input: [7], includeResult: true });
      connection.send('algorithmExecutionDone', { execId: idOf(data), response: 'fine' });
      expect(await connection.next('done')).toEqual({ command: 'done', data: 'fine' });
    });

    it('is taken from initialize', async () => {
      const { connection } = await connectEntry({ entry: host.entry, ...host.options });
      connection.send('initialize', taskOf({ input: ['execution from initialize'] }));
      const { data } = await connection.next('startAlgorithmExecution');
      connection.send('algorithmExecutionDone', { execId: idOf(data), response: 'a model' });
      await connection.next('initialized');
      connection.send('start');
      expect(await connection.next('done')).toEqual({ command: 'done', data: 'a model' });
    });

    it('that fails is an error with its reason', async () => {
      const { connection } = await begun(host, 'execution');
      const { data } = await connection.next('startAlgorithmExecution');
      connection.send('algorithmExecutionError', { execId: idOf(data), error: 'no such algorithm' });
      expect((await connection.next('done')).data).toMatchObject({
        code: 'EXECUTION_FAILED',
        message: expect.stringMatching(/^Execution of "other" \(.+\) failed: no such algorithm$/),
        facts: { error: 'no such algorithm' },
      });
    });

    it.each([
      ['that timed out', 'EXECUTION_TIMED_OUT'],
      ['stopped by itself', 'EXECUTION_STOPPED'],
    ])('%s is stopped at HKube too', async (mode, code) => {
      const { connection } = await begun(host, `execution ${mode}`);
      expect((await connection.next('done')).data).toMatchObject({ code });
      expect(commandsOf(connection)).toContain('stopAlgorithmExecution');
    });

    it('is stopped with its task', async () => {
      const algorithm = await begun(host, 'execution');
      const { data } = await algorithm.connection.next('startAlgorithmExecution');
      algorithm.connection.send('stop');
      expect((await algorithm.connection.next('stopAlgorithmExecution')).data).toMatchObject({ execId: idOf(data) });
      await algorithm.connection.next('stopped');
      await expectNextTask(algorithm);
    });

    it('that cannot travel is an error of its caller, and nothing is sent', async () => {
      const { connection } = await begun(host, 'execution that cannot travel');
      expect((await connection.next('done')).data).toMatchObject({
        code: 'NOT_ENCODABLE',
        message: expect.stringContaining('input[0].big'),
      });
      expect(said(connection)).toEqual(['initialized', 'started', 'done']);
    });
  });
}
