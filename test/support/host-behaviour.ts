// What handlers do must look the same to a worker wherever they run. The behaviour, as tests for any host.

import { describe, expect, it, vi } from 'vitest';
import { toPromise } from 'xstate';
import type { Json } from 'algorithm-actor';
import { commandsOf, connectEntry } from '#test/support/algorithm';
import { taskOf } from '#test/support/fake-worker';
import { describeScalars } from '#test/support/host-scalars';
import { describeExecutions } from '#test/support/host-executions';
import { describeSubPipelines } from '#test/support/host-sub-pipelines';
import { begun, done, expectNextTask, failed, type Host, progressIn, said } from '#test/support/hosts';

export function describeHost(host: Host): void {
  describe(host.name, { timeout: 40_000 }, () => {
    describeTasks(host);
    describeCalls(host);
    describeScalars(host);
    describeSubPipelines(host);
    describeExecutions(host);
    describeStops(host);
    describeCrashes(host);
  });
}

function describeTasks(host: Host): void {
  describe('a task', () => {
    it.each(['json', 'bson', 'msgpack'] as const)('brings its input and takes its result, in %s', async (encoding) => {
      const small: Json = { text: 'é "quoted"', list: [1, 2.5, null, true], nested: { deep: [[]] } };
      const large: Json = {
        rows: Array.from({ length: 20_000 }, (_, id) => ({ id, name: `row ${id}`, ok: id % 2 === 0 })),
      };
      for (const given of [small, large]) {
        const { connection } = await begun(host, 'echo', given, { encoding });
        expect(await connection.next('done')).toEqual({ command: 'done', data: given });
      }
    });

    it('is the whole of what HKube says of it; its hook has run before it, once', async () => {
      const { connection } = await connectEntry({ entry: host.entry, ...host.options });
      await connection.begin({
        input: ['task'],
        batchIndex: 3,
        info: { extraData: { a: 1 } },
        unknown: { kept: true },
      });
      expect((await connection.next('done')).data).toMatchObject({
        jobId: 'job-1',
        batchIndex: 3,
        info: { extraData: { a: 1 } },
        unknown: { kept: true },
        initialized: 1,
      });
    });

    it('that throws fails with the author’s words, and with file and line', async () => {
      const { outcome, ...algorithm } = await failed(host, 'throw');
      expect(outcome.error).toMatchObject({
        code: 'Failed',
        message: expect.stringContaining('no rows'),
        details: expect.stringMatching(host.throwsAt),
      });
      await expectNextTask(algorithm);
      expect((await failed(host, 'throw with a code')).outcome.error).toMatchObject({ code: 'NO_ROWS' });
    });

    it('whose hook throws fails without having started', async () => {
      const { connection } = await connectEntry({ entry: host.entry, ...host.options });
      connection.send('initialize', taskOf({ input: ['fail to initialize'] }));
      expect((await connection.next()).error).toMatchObject({ message: expect.stringContaining('no model') });
    });

    it('whose result cannot travel fails with the path of the value', async () => {
      const { outcome, ...algorithm } = await failed(host, 'unencodable');
      expect(outcome.error).toMatchObject({ code: 'NOT_ENCODABLE', message: expect.stringMatching(host.unencodable) });
      await expectNextTask(algorithm);
    });

    it('whose result is larger than a frame fails with the sizes', async () => {
      const limits = { frameBytes: 2_000 };
      const { connection } = await begun(host, 'large', 5_000, { limits });
      expect((await connection.next('errorMessage')).error).toMatchObject({
        code: 'FRAME_TOO_LARGE',
        message: expect.stringContaining('over the limit of 2000 bytes'),
      });
    });

    it('whose input cannot be read fails, and the connection goes on', async () => {
      const algorithm = await connectEntry({ entry: host.entry, ...host.options });
      const spoiled = `{"command":"initialize","data":{"jobId":"j","taskId":"t","input":["${'x'.repeat(20_000)}" oops]}}`;
      algorithm.connection.sendRaw(spoiled);
      expect((await algorithm.connection.next('errorMessage')).error).toMatchObject({ code: 'Failed' });
      await expectNextTask(algorithm);
    });
  });
}

function describeCalls(host: Host): void {
  describe('a call', () => {
    it('reports progress, in order, the last always', async () => {
      const { connection } = await begun(host, 'progress', 200);
      await connection.next('done');
      const told = connection.received
        .filter(({ command }) => command === 'progress')
        .map(({ data }) => progressIn(data));
      expect(told.at(-1)).toBe(200);
      expect(told).toEqual([...told].sort((a, b) => a - b));
    });

    it('leaves although its handler never yields', async () => {
      const { connection } = await begun(host, 'progress in a loop that never yields', null, { stopGraceMs: 50 });
      const first = progressIn((await connection.next('progress')).data);
      await vi.waitFor(() => {
        const { data } = connection.received.findLast(({ command }) => command === 'progress') ?? {};
        expect(progressIn(data)).toBeGreaterThan(first + 1_000);
      }, 10_000);
      connection.send('stop');
      await connection.next('stopped');
    });

    it('traces spans as a stack, and their errors', async () => {
      const { connection } = await begun(host, 'spans');
      await connection.next('done');
      const spans = connection.received.filter(({ command }) => command.endsWith('Span'));
      expect(spans).toEqual([
        { command: 'startSpan', data: { name: 'outer', tags: { size: 2 } } },
        { command: 'startSpan', data: { name: 'inner' } },
        { command: 'finishSpan', data: { tags: { ok: true } } },
        { command: 'startSpan', data: { name: 'failing' } },
        { command: 'finishSpan', data: { error: expect.stringContaining('no rows') } },
        { command: 'finishSpan', data: {} },
      ]);
    });

    it('leaves no span open when its task fails', async () => {
      const { connection } = await failed(host, 'span left open');
      expect(said(connection).slice(2)).toEqual(['startSpan', 'finishSpan', 'errorMessage']);
    });

    it('that finishes a span where none is open is the author’s mistake', async () => {
      expect((await failed(host, 'finish nothing')).outcome.error).toMatchObject({ code: 'SPAN_NOT_OPEN' });
    });

    it('logs in the algorithm’s log, at its level', async () => {
      const { logs } = await done(host, 'log');
      expect(logs).toEqual(expect.arrayContaining(['info counting', 'error counted wrong, token=abc123']));
    });
  });
}

function describeStops(host: Host): void {
  describe('a stop', () => {
    it('fires the signal, runs the hook, waits for both, and drops the result', async () => {
      const { connection, logs, ...rest } = await begun(host, 'wait and then clean up');
      await connection.next('progress');
      connection.send('stop', { forceStop: false });
      await connection.next('stopped');
      expect(logs).toEqual(expect.arrayContaining(['info stop hook, forceStop false', 'info cleaned up']));
      await expectNextTask({ connection, logs, ...rest });
      expect(commandsOf(connection).filter((command) => /^(done|stopped)$/.test(command))).toEqual(['stopped', 'done']);
    });

    it('of a handler that never yields is answered when the grace is over, and the next task gets a fresh host', async () => {
      const algorithm = await begun(host, 'spin', null, { stopGraceMs: 100 });
      await algorithm.connection.next('progress');
      algorithm.connection.send('stop');
      await algorithm.connection.next('stopped');
      await expectNextTask(algorithm);
    });

    it('of a hook that never yields, too', async () => {
      const algorithm = await connectEntry({ entry: host.entry, ...host.options, stopGraceMs: 100 });
      algorithm.connection.send('initialize', taskOf({ input: ['spin while it initializes'] }));
      await algorithm.connection.next('progress');
      algorithm.connection.send('stop');
      await algorithm.connection.next('stopped');
      await expectNextTask(algorithm);
    });

    it.runIf(host.seesSignal)('is seen by a loop that looks at the signal, and its host lives on', async () => {
      const algorithm = await begun(host, 'look while it spins', null, { stopGraceMs: 15_000 });
      await algorithm.connection.next('progress');
      algorithm.connection.send('stop');
      await algorithm.connection.next('stopped');
      await vi.waitFor(() => expect(algorithm.logs).toContain('info saw the signal'));
      await expectNextTask(algorithm);
    });

    it('L5: alive goes on under a handler that never yields, and ends with the stop', async () => {
      const { connection } = await begun(host, 'spin', null, { stopGraceMs: 50 });
      await connection.next('alive');
      await connection.next('alive');
      connection.send('stop');
      await connection.next('stopped');
      await connection.roundTrip();
      expect(commandsOf(connection)).toEqual(['initialized', 'alive', 'started', 'progress', 'alive', 'stopped']);
    });

    it('is what another task means for the one that is open; the old one ends alone', async () => {
      const algorithm = await begun(host, 'spin', null, { stopGraceMs: 50 });
      await algorithm.connection.next('progress');
      await expectNextTask(algorithm);
      expect(commandsOf(algorithm.connection)).not.toContain('stopped');
    });
  });
}

function describeCrashes(host: Host): void {
  describe('a crash', () => {
    it('is one errorMessage with the reason and the last words; the next task works', async () => {
      const { outcome, ...algorithm } = await failed(host, 'exit');
      expect(outcome.error).toMatchObject({
        code: 'HANDLER_CRASHED',
        message: expect.stringMatching(
          new RegExp(`every.call.*its ${host.ends} ended with exit code 3.*\\n?.*the license has expired`, 's'),
        ),
      });
      await expectNextTask(algorithm);
      expect(commandsOf(algorithm.connection).filter((command) => command === 'errorMessage')).toHaveLength(1);
    });

    it('between the hook and the start fails the task, which is never started', async () => {
      const algorithm = await connectEntry({ entry: host.entry, ...host.options });
      algorithm.connection.send('initialize', taskOf({ input: ['die before start'] }));
      const { error } = await algorithm.connection.next('errorMessage');
      expect(error).toMatchObject({ code: 'HANDLER_CRASHED' });
      algorithm.connection.send('start');
      await expectNextTask(algorithm);
      expect(said(algorithm.connection)).toEqual(['initialized', 'errorMessage', 'initialized', 'started', 'done']);
    });

    it('is not what a log line of any length brings about', async () => {
      const algorithm = await done(host, 'log without end');
      expect(algorithm.logs.some((line) => line.startsWith('info xxx'))).toBe(true);
      await expectNextTask(algorithm);
    });

    it('after the result was sent fails nothing', async () => {
      const algorithm = await done(host, 'die later');
      expect(algorithm.outcome).toEqual({ command: 'done', data: 'done' });
      await vi.waitFor(() => expect(algorithm.logs.join('\n')).toContain('between two tasks'));
      await expectNextTask(algorithm);
    });
  });

  it('leaves by its exit hook', async () => {
    const { connection, actor } = await done(host, 'echo');
    const left = toPromise(actor);
    connection.send('exit', { exitCode: 0 });
    expect(await left).toEqual({ code: 0 });
    await connection.closed;
  });

  it('leaves although its handler never yields', async () => {
    const { connection, actor } = await begun(host, 'spin', null, { stopGraceMs: 50 });
    await connection.next('progress');
    const left = toPromise(actor);
    connection.send('exit', { exitCode: 0 });
    await left;
    expect(said(connection)).toEqual(['initialized', 'started', 'progress']);
  });
}
