// What a test sees of a task that is over. Everything holds over a socket, too.

import { describe, expect, it } from 'vitest';
import { RuntimeError } from '#errors';
import type { AlgorithmApi } from '#handlers/api';
import type { AlgorithmHandlers, Task } from '#handlers/algorithm-handlers';
import { testAlgorithm } from '#testing/test-algorithm';
import { defaults } from '#testing/task-data';

const wires = ['memory', 'socket'] as const;
const double = { start: ({ input: [x] }: Task<readonly [number]>): number => 2 * x };

describe.each(wires)('over %s', (wire) => {
  it('a result comes with its type, and the frames that crossed', async () => {
    await using test = testAlgorithm(double, { wire });
    const task = await test.run({ input: [21] });
    const result: number = task.result;
    expect(result).toBe(42);
    expect(task.outcome).toEqual({ kind: 'succeed', result: 42 });
    expect(task.frames.map(({ from, command }) => `${from} ${command}`)).toEqual([
      'worker initialize',
      'algorithm initialized',
      'worker start',
      'algorithm started',
      'algorithm done',
    ]);
    expect(task.frames.at(-1)).toEqual({ from: 'algorithm', command: 'done', data: 42 });
    expect(task.refusals).toEqual([]);
  });

  it('a throw is the outcome, with its words and its code, and whoever wants the result is told', async () => {
    const start = (): never => {
      throw Object.assign(new RangeError('no such tile'), { code: 'NO_TILE' });
    };
    await using test = testAlgorithm({ start }, { wire });
    const task = await test.run({});
    expect(task.outcome).toMatchObject({ kind: 'failed', error: { code: 'NO_TILE', message: 'no such tile' } });
    expect(() => task.result).toThrow(RuntimeError);
    expect(() => task.result).toThrow(
      /The task failed \(NO_TILE\): no such tile\nRangeError: no such tile\n +at .*tasks\.test\.ts/,
    );
  });

  it('a result that cannot travel fails as it would in a cluster', async () => {
    await using test = testAlgorithm({ start: () => ({ rows: [{ id: 1n << 70n }] }) }, { wire, encoding: 'json' });
    const { outcome } = await test.run({});
    expect(outcome).toMatchObject({ kind: 'failed', error: { message: expect.stringContaining('result.rows[0].id') } });
  });

  it.each(['json', 'bson', 'msgpack'] as const)('speaks %s', async (encoding) => {
    await using test = testAlgorithm({ start: ({ input }) => input }, { wire, encoding });
    const input = [1, 'zwölf', { deep: [null, true] }];
    expect((await test.run({ input })).result).toEqual(input);
  });
});

it('the task is that of a cluster, and what a test says wins', async () => {
  const seen: Task<readonly unknown[]>[] = [];
  await using test = testAlgorithm({ start: (data) => void seen.push(data) });
  await test.run({});
  const info = { extraData: { colour: 'red' } };
  const { data } = await test.run({ input: [1], jobId: 'mine', batchIndex: 3, info, experiment: 'main' });
  const rest = { ...defaults, info: expect.anything() };
  expect(seen[0]).toMatchObject({ ...rest, taskId: 'test-task-1' });
  expect(seen[1]).toMatchObject({ ...rest, taskId: 'test-task-2', input: [1], jobId: 'mine', batchIndex: 3 });
  expect(seen[1]).toMatchObject({ experiment: 'main', info: { ...info, savePaths: [], lastRunResult: null } });
  expect(data).toMatchObject({ jobId: 'mine' });
});

it('progress, in order', async () => {
  const start = async (_: unknown, api: AlgorithmApi): Promise<void> => {
    api.progress({ progress: 10 });
    await Promise.resolve();
    api.progress('half');
    api.progress(null);
  };
  await using test = testAlgorithm({ start });
  expect((await test.run({})).progress).toEqual([{ progress: 10 }, 'half', null]);
});

it('spans, as a tree: tags of both ends, errors, and what was left open', async () => {
  const start = async (_: unknown, api: AlgorithmApi): Promise<void> => {
    await api.span('outer', { a: 1 }, async () => {
      api.startSpan('by hand', { b: 2 });
      api.finishSpan({ tags: { c: 3 } });
      await api.span('bad', () => Promise.reject(new TypeError('oh'))).catch(() => undefined);
    });
    api.startSpan('left open');
    throw new RangeError('the end');
  };
  await using test = testAlgorithm({ start });
  expect((await test.run({})).spans).toEqual([
    {
      name: 'outer',
      tags: { a: 1 },
      error: null,
      children: [
        { name: 'by hand', tags: { b: 2, c: 3 }, error: null, children: [] },
        { name: 'bad', tags: {}, error: 'oh', children: [] },
      ],
    },
    { name: 'left open', tags: {}, error: 'the end', children: [] },
  ]);
});

it('the log: lines of the author, and of the runtime', async () => {
  const start = (_: unknown, api: AlgorithmApi): undefined => {
    api.log.info('looking for tiles');
    return undefined;
  };
  await using test = testAlgorithm({ start });
  expect((await test.run({})).log).toEqual([
    { level: 'info', message: 'looking for tiles' },
    { level: 'warn', message: expect.stringContaining('returned undefined') },
  ]);
});

it('hooks run as in a cluster: initialize before start, exit when HKube takes the process away', async () => {
  const called: string[] = [];
  const handlers: AlgorithmHandlers = {
    initialize: () => void called.push('initialize'),
    start: () => called.push('start'),
    exit: ({ exitCode }) => void called.push(`exit ${exitCode}`),
  };
  await using test = testAlgorithm(handlers);
  await test.run({});
  await test.exit();
  expect(called).toEqual(['initialize', 'start', 'exit 0']);
  await test.run({});
  expect(called.slice(3)).toEqual(['initialize', 'start']);
});

it('exit can be tested without a task, and in the middle of one', async () => {
  const called: string[] = [];
  const exit = (): void => void called.push('exit');
  await using test = testAlgorithm({ start: () => new Promise<never>(() => undefined), exit });
  await test.exit();
  expect(called).toEqual(['exit']);
  const running = test.start({});
  await running.until('started');
  await test.exit();
  expect((await running.ended).outcome).toMatchObject({ kind: 'crashed' });
  expect(called).toEqual(['exit', 'exit']);
});

it('scalars are kept, in order, and no file is written', async () => {
  const start = (_: unknown, api: AlgorithmApi): void => {
    for (const step of [1, 2]) api.metrics.scalar('loss', 1 / step, step);
  };
  await using test = testAlgorithm({ start });
  const { scalars, log } = await test.run({});
  expect(scalars).toEqual([
    { tag: 'loss', value: 1, step: 1 },
    { tag: 'loss', value: 0.5, step: 2 },
  ]);
  expect(log.filter(({ message }) => message.includes('scalar'))).toEqual([]);
});

it('what is printed of a task is what one looks for first', async () => {
  await using test = testAlgorithm(double);
  const task = await test.run({ input: [1] });
  expect({ ...task }).toEqual({
    outcome: { kind: 'succeed', result: 2 },
    progress: [],
    spans: [],
    scalars: [],
    requests: [],
  });
});

it('tasks that run at once get a process each, and those that follow take them over', async () => {
  const waiting: (() => void)[] = [];
  const start = ({ input: [x] }: Task<readonly [number]>): Promise<number> =>
    new Promise((resolve) => waiting.push(() => resolve(x)));
  await using test = testAlgorithm({ start });
  const both = [test.start({ input: [1] }), test.start({ input: [2] })];
  await Promise.all(both.map((running) => running.until('started')));
  for (const go of waiting.reverse()) go();
  const results = await Promise.all(both.map(async ({ ended }) => (await ended).result));
  expect(results).toEqual([1, 2]);
});

it('an algorithm in a thread of its own is tested by its entry', async () => {
  await using test = testAlgorithm({ entry: 'test/fixtures/entries/named.mjs' }, { timeoutMs: 15_000 });
  const task = await test.run({ input: ['x'] });
  expect(task.outcome.kind).toBe('succeed');
});

it('the debug sidecar can play the worker’s part', async () => {
  await using test = testAlgorithm(double, { profile: 'debug' });
  const task = await test.run({ input: [4] });
  expect(task.result).toBe(8);
  const start = task.frames.find(({ command }) => command === 'start');
  expect(start?.data).toMatchObject({ input: [4], kind: 'batch' });
  await test.exit();
});
