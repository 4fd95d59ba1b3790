// Mistakes in a test are errors at once, and name what is wrong.

import { describe, expect, it } from 'vitest';
import { RuntimeError } from '#errors';
import { testAlgorithm } from '#testing/test-algorithm';

const start = (): number => 1;
/** As JavaScript calls it: by any value. */
const make = (...args: readonly unknown[]): unknown => Reflect.apply(testAlgorithm, undefined, args);

function failureOf(work: () => unknown): RuntimeError {
  try {
    work();
  } catch (error) {
    if (error instanceof RuntimeError) return error;
    throw error;
  }
  throw new RangeError('it did not throw');
}

describe('options', () => {
  it.each([
    [{ timeoutMs: 0 }, 'testAlgorithm: options.timeoutMs: expected a number above 0.'],
    [{ timeoutMs: '5s' }, 'testAlgorithm: options.timeoutMs: expected milliseconds.'],
    [{ wire: 'tcp' }, 'testAlgorithm: options.wire: expected memory or socket.'],
    [{ time: 'slow' }, 'testAlgorithm: options.time: expected real, simulated, or what simulateTime gives.'],
    [
      { time: 'simulated', wire: 'socket' },
      'testAlgorithm: options.time: a socket goes by real time; leave out `wire`, or `time`.',
    ],
    [{ subPipelines: [] }, 'testAlgorithm: options.subPipelines: expected an object of fakes by name.'],
    [{ restarts: 'yes' }, 'testAlgorithm: options.restarts: expected true or false.'],
    [{ profile: 'cluster' }, 'testAlgorithm: options.profile: expected worker or debug.'],
    [{ faults: [{ on: 'start', do: 'delay' }] }, 'testAlgorithm: options.faults.0.ms: expected milliseconds.'],
    [
      { faults: [{ on: 'hello', do: 'drop' }] },
      'testAlgorithm: options.faults.0.on: expected the name of a message that a worker sends, or *.',
    ],
    [{ encoding: 'xml' }, 'options.encoding: expected json or bson or msgpack, got "xml".'],
    [{ stopGraceMs: -1 }, 'options.stopGraceMs: expected a number above 0, got -1.'],
    [
      'fast',
      expect.stringContaining('testAlgorithm: options: expected an object with subPipelines, executions, timeoutMs'),
    ],
    [{ subpipelines: {} }, expect.stringContaining('testAlgorithm: options: subpipelines: not known; known are')],
  ])('%j', (options, message) => {
    const error = failureOf(() => make({ start }, options));
    expect(error).toMatchObject({ code: 'INVALID_OPTIONS', message });
  });

  it('that are undefined are not given', async () => {
    await using test = testAlgorithm({ start }, { timeoutMs: undefined, faults: undefined, time: undefined });
    expect((await test.run({}, { timeoutMs: undefined })).result).toBe(1);
  });

  it('come from the test alone: the environment is not the algorithm’s', async () => {
    process.env.WORKER_SOCKET_PORT = 'nowhere';
    process.env.STORAGE_PROTOCOL = 'v3';
    try {
      await using test = testAlgorithm({ start });
      expect((await test.run({})).result).toBe(1);
    } finally {
      delete process.env.WORKER_SOCKET_PORT;
      delete process.env.STORAGE_PROTOCOL;
    }
  });
});

describe('what is tested', () => {
  it.each([
    [{}, 'INVALID_HANDLERS', 'testAlgorithm: `start`: expected a function'],
    [undefined, 'INVALID_HANDLERS', 'testAlgorithm: expected an object with a `start` function, got undefined.'],
    [{ start, stop: 5 }, 'INVALID_HANDLERS', 'testAlgorithm: `stop`: expected a function, got number.'],
    [{ entry: 'nowhere.ts' }, 'INVALID_ENTRY', 'nowhere.ts: no such file.'],
    [{ entry: 5 }, 'INVALID_OPTIONS', 'options.entry: expected the path of a module'],
    [{ entry: 'src/index.ts', isolation: 'vm' }, 'INVALID_OPTIONS', 'options.isolation: expected inline or thread'],
  ])('%j', (subject, code, words) => {
    const error = failureOf(() => make(subject));
    expect(error.code).toBe(code);
    expect(error.message).toContain(words);
  });
});

describe('a run', () => {
  const test = testAlgorithm({ start });
  const run = (...args: readonly unknown[]): unknown => Reflect.apply(test.start, undefined, args);

  it.each([
    [[undefined], 'INVALID_CALL', 'test.run: expected a task, such as { input: [1, 2] }.'],
    [[['x']], 'INVALID_CALL', 'test.run: expected a task, such as { input: [1, 2] }.'],
    [[{ input: 'x' }], 'INVALID_CALL', 'test.run: input: Invalid input: expected array.'],
    [[{ batchIndex: 'x' }], 'INVALID_CALL', 'test.run: batchIndex: '],
    [[{}, { timeoutMs: -1 }], 'INVALID_OPTIONS', 'test.run: options.timeoutMs: expected a number above 0.'],
    [
      [{}, { faults: [] }],
      'INVALID_OPTIONS',
      'test.run: options: faults: not known; known are subPipelines, executions, timeoutMs.',
    ],
  ])('%j', (args, code, words) => {
    const error = failureOf(() => run(...args));
    expect(error.code).toBe(code);
    expect(error.message).toContain(words);
  });
});
