// What a test does to a task that runs: wait for it, stop it, cut its line, or give it up with words.

import { afterEach, describe, expect, it, vi } from 'vitest';
import type { AlgorithmApi } from '#handlers/api';
import type { AlgorithmHandlers } from '#handlers/algorithm-handlers';
import { testAlgorithm } from '#testing/test-algorithm';
import type { Fault } from '#worker/faults';

/** For tasks that are to be given up, and have to come as far as the test says before: also on a busy machine. */
const timeoutMs = 1_500;

/** Ends when it is told to, by a signal that it listens to. */
const patient: AlgorithmHandlers = {
  start: (_, api) =>
    new Promise((resolve) => {
      api.progress('waiting');
      api.signal.addEventListener('abort', () => resolve('late'));
    }),
  stop: ({ forceStop }, api) => api.progress({ forceStop }),
};

/** A handler that waits until the test opens its gate. */
function gated(): { readonly handlers: AlgorithmHandlers<readonly unknown[], string>; open(): void; starts(): number } {
  let open = (): void => undefined;
  let starts = 0;
  const passed = new Promise<void>((resolve) => (open = resolve));
  const start = async (_: unknown, api: AlgorithmApi): Promise<string> => {
    starts += 1;
    api.progress('before');
    await passed;
    api.progress('after');
    return 'done';
  };
  return { handlers: { start }, open, starts: () => starts };
}

describe('waiting', () => {
  it('until a frame, by its name or by what it is; one that has crossed counts, for `next` it does not', async () => {
    const { handlers, open } = gated();
    await using test = testAlgorithm(handlers);
    const running = test.start({});
    expect(await running.until('started')).toEqual({ from: 'algorithm', command: 'started' });
    expect(await running.until(({ data }) => data === 'before')).toMatchObject({ command: 'progress' });
    expect(running.progress).toEqual(['before']);
    const next = running.next('progress');
    open();
    expect(await next).toMatchObject({ data: 'after' });
    expect((await running.ended).result).toBe('done');
    expect(await running.until('started')).toMatchObject({ command: 'started' });
  });

  it('for what does not come ends with the task', async () => {
    await using test = testAlgorithm({ start: () => 1 });
    await expect(test.start({}).until('startSpan')).rejects.toMatchObject({
      code: 'TASK_ENDED',
      message: 'The task ended (succeed) without "startSpan".',
    });
  });
});

describe('a stop', () => {
  it.each(['memory', 'socket'] as const)('ends the task with its reason, over %s', async (wire) => {
    await using test = testAlgorithm(patient, { wire });
    const running = test.start({});
    await running.until('progress');
    const task = await running.stop('enough');
    expect(task.outcome).toEqual({ kind: 'stopped', reason: 'enough' });
    expect(task.progress).toEqual(['waiting', { forceStop: true }]);
    expect(() => task.result).toThrow('The task has no result: it was stopped (enough).');
  });

  it('in the turn of the start is a stop, too', async () => {
    await using test = testAlgorithm(patient);
    expect((await test.start({}).stop()).outcome).toEqual({ kind: 'stopped', reason: 'the test stopped it' });
  });

  it('of a process that HKube takes away is no force, and the next task has another process', async () => {
    await using test = testAlgorithm(patient);
    const running = test.start({});
    await running.until('started');
    const task = await running.scaleDown();
    expect(task.progress).toEqual(['waiting', { forceStop: false }]);
    const next = test.start({});
    await next.until('started');
    await next.stop();
  });

  it('after the end changes nothing', async () => {
    await using test = testAlgorithm({ start: () => 1 });
    const running = test.start({});
    await running.ended;
    expect((await running.stop()).result).toBe(1);
  });
});

describe('a connection that is cut in mid-task', () => {
  it.each(['memory', 'socket'] as const)(
    'is opened again, and the handler goes on where it was, over %s',
    async (wire) => {
      const { handlers, open, starts } = gated();
      await using test = testAlgorithm(handlers, { wire, restarts: true });
      const running = test.start({});
      await running.until('progress');
      const again = running.next('started');
      await running.cut();
      await again;
      open();
      const task = await running.ended;
      expect(task.result).toBe('done');
      expect(task.progress).toEqual(['before', 'after']);
      expect(starts()).toBe(1);
    },
  );

  it('is the end of the attempt, as in a cluster, and the next one begins anew', async () => {
    await using test = testAlgorithm(patient);
    const running = test.start({});
    await running.until('started');
    await running.cut();
    const { outcome } = await running.ended;
    expect(outcome).toMatchObject({ kind: 'crashed' });
    const next = test.start({ attempts: 1 });
    await next.until('started');
    expect((await next.stop()).outcome.kind).toBe('stopped');
  });
});

describe('faults', () => {
  const faults: Fault[] = [
    { on: 'start', do: 'duplicate' },
    { on: 'start', do: 'withoutData' },
    { on: 'initialize', do: 'close', code: 1006 },
    { on: 'start', do: 'close', code: 1001 },
    { on: 'start', do: 'delay', ms: 5 },
  ];
  it.each(faults)('the task survives $do of $on', async (fault) => {
    let starts = 0;
    await using test = testAlgorithm({ start: () => (starts += 1) }, { faults: [fault], restarts: true });
    const task = await test.run({});
    expect(task.result).toBe(1);
  });

  it('can be added at any time, and what cannot be read is on record', async () => {
    await using test = testAlgorithm({ start: () => 1 }, { timeoutMs });
    expect((await test.run({})).result).toBe(1);
    test.inject({ on: 'initialize', do: 'malformed' });
    const running = test.start({});
    await expect(running.ended).rejects.toMatchObject({ code: 'TEST_TIMED_OUT' });
    expect(running.frames).toEqual([{ from: 'worker', command: null, unreadable: expect.any(String) }]);
    expect((await test.run({})).result).toBe(1);
    expect(() => test.inject({ on: 'start', do: 'delay', ms: -1 })).toThrow('fault: ms: expected 0 or more');
  });
});

describe('a task that does not end', () => {
  afterEach(() => vi.useRealTimers());

  it('is given up with words that say where it stands', async () => {
    const start = async (_: unknown, api: AlgorithmApi): Promise<void> => {
      await api.span('outer', () =>
        api.span('inner', async () => {
          await api.startStoredSubPipeline({ name: 'merge' });
        }),
      );
    };
    await using test = testAlgorithm({ start }, { timeoutMs, subPipelines: { merge: (_, ends) => ends.never() } });
    const rejected = expect(test.run({})).rejects;
    await rejected.toMatchObject({
      code: 'TEST_TIMED_OUT',
      message:
        'The task did not end within 1500 ms. The algorithm is working: `start` has not returned. Its worker is in working. ' +
        'Open spans: outer > inner. Sub-pipelines without an answer: merge (stored). ' +
        'Last on the line: worker start, algorithm started, algorithm startSpan, algorithm startSpan, ' +
        'algorithm startStoredSubPipeline, worker subPipelineStarted.',
    });
  });

  it.each([
    ['initialize', 'The algorithm is initializing: `initialize` has not returned.'],
    ['stop', 'The algorithm is stopping: a stop was asked for; `stop` or `start` has not returned.'],
  ])('in %s is named', async (hook, words) => {
    const never = (): Promise<never> => new Promise(() => undefined);
    const handlers = { start: never, [hook]: never };
    await using test = testAlgorithm(handlers, { timeoutMs });
    const running = test.start({});
    if (hook === 'stop') await running.until('started');
    if (hook === 'stop') void running.stop().catch(() => undefined);
    await expect(running.ended).rejects.toThrow(words);
    await expect(running.until('done')).rejects.toThrow(words);
  });

  it('is given up in real time, under the fake timers of a test runner; those drive the runtime', async () => {
    vi.useFakeTimers();
    const start = (_: unknown, api: AlgorithmApi): Promise<unknown> =>
      api.startStoredSubPipeline({ name: 'slow' }, { timeoutMs: 60_000 });
    const fakes = { subPipelines: { slow: (_: unknown, ends: { never(): unknown }) => ends.never() } };
    await using test = testAlgorithm({ start }, { timeoutMs, ...fakes });
    const running = test.start({});
    await running.until('subPipelineStarted');
    vi.advanceTimersByTime(60_000);
    expect((await running.ended).outcome).toMatchObject({ error: { code: 'SUB_PIPELINE_TIMED_OUT' } });
    await expect(test.run({})).rejects.toMatchObject({ code: 'TEST_TIMED_OUT' });
  });
});

it('closing ends what runs, and takes no more', async () => {
  const test = testAlgorithm(patient);
  const running = test.start({});
  await running.until('started');
  await test.close();
  expect((await running.ended).outcome).toMatchObject({ kind: 'crashed' });
  expect(() => test.start({})).toThrow('test.run: the test is closed. Make another one.');
  await expect(test.run({})).rejects.toMatchObject({ code: 'INVALID_CALL' });
  await test.close();
});
