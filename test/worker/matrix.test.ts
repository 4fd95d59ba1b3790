// What HKube's worker makes of every message in every state (protocol.md §3.3), each cell over a real socket. `results` has no
// row: our worker passes through it without waiting, so nothing can arrive there.
//
// A cell reads: the state afterwards · how the task ended · what was refused, and with what consequence · what was said.

import { describe, expect, it } from 'vitest';
import { connectFakeAlgorithm, type FakeAlgorithm } from '#test/support/fake-algorithm';
import { endsOf, heard, refusalsOf, type Started, startWorker, task } from '#test/support/worker';
import type { TaskData } from '#wire/task-data';

const subPipeline = { name: 'sub', nodes: [] };
const WATCHDOG_MS = 10_000;

/** Brings a worker and its algorithm into a state. */
const reach: Readonly<Record<string, (started: Started, algorithm: FakeAlgorithm, data: TaskData) => Promise<void>>> = {
  bootstrap: async () => undefined,
  ready: ({ worker }) => worker.ready(),
  init: async ({ worker }, algorithm, data) => {
    await worker.ready();
    void worker.run(data);
    await algorithm.next('initialize');
  },
  working: async (started, algorithm, data) => {
    await started.worker.ready();
    void started.worker.run(data);
    await algorithm.begin();
  },
  stop: async (started, algorithm, data) => {
    await reach.working?.(started, algorithm, data);
    started.worker.stop('enough');
    await algorithm.next('stop');
  },
  error: async (started, algorithm, data) => {
    await reach.working?.(started, algorithm, data);
    algorithm.say('alive');
    await heard(algorithm);
    started.clock.increment(WATCHDOG_MS);
  },
  exit: async ({ worker }, algorithm) => {
    await worker.ready();
    void worker.exit();
    await algorithm.next('exit');
  },
};

type Say = (algorithm: FakeAlgorithm, started: Started) => unknown;
const saying =
  (command: string, data?: unknown): Say =>
  (algorithm) =>
    algorithm.say(command, data);

const messages: Readonly<Record<string, Say>> = {
  initialized: saying('initialized'),
  done: saying('done', 42),
  stopped: saying('stopped'),
  errorMessage: (algorithm) => algorithm.fail('boom'),
  startSpan: saying('startSpan', { name: 's' }),
  finishSpan: saying('finishSpan', {}),
  startRawSubPipeline: saying('startRawSubPipeline', { subPipelineId: '1', subPipeline }),
  startStoredSubPipeline: saying('startStoredSubPipeline', { subPipelineId: '1', subPipeline }),
  startAlgorithmExecution: saying('startAlgorithmExecution', { execId: '1', algorithmName: 'a' }),
  dataSourceRequest: saying('dataSourceRequest', { requestId: '1', dataSource: {} }),
  'alive, and silence': async (algorithm, { clock }) => {
    algorithm.say('alive');
    await heard(algorithm);
    clock.increment(WATCHDOG_MS);
  },
  progress: saying('progress', { progress: 1 }),
  started: saying('started'),
  servingStatus: saying('servingStatus', true),
  stopping: saying('stopping'),
};

async function cell(state: string, say: Say, { policy = 'OnCrash', lenient = false } = {}): Promise<string> {
  const started = await startWorker({ lenient, bootstrapMs: state === 'bootstrap' ? 60_000 : 0 });
  const algorithm = await connectFakeAlgorithm(started.worker.url);
  await reach[state]?.(started, algorithm, { ...task, retry: { policy } });
  await heard(algorithm);
  expect(started.worker.state).toBe(state);
  const [refused, said] = [refusalsOf(started.notices).length, algorithm.received.length];
  await say(algorithm, started);
  await heard(algorithm);
  const ends = endsOf(started.notices).map(({ kind }) => `task ${kind}`);
  const refusals = refusalsOf(started.notices)
    .slice(refused)
    .map(({ consequence }) => `refused, ${consequence}`);
  const words = algorithm.received.slice(said).map(({ command, data }) => `says ${command}${idOf(data)}`);
  return [started.worker.state, ...ends, ...refusals, ...words].join(' · ');
}

function idOf(data: unknown): string {
  if (typeof data !== 'object' || data === null) return '';
  const id: unknown = Reflect.get(data, 'subPipelineId') ?? Reflect.get(data, 'execId');
  const error: unknown = Reflect.get(data, 'error');
  return `${typeof id === 'string' ? ` ${id}` : ''}${typeof error === 'string' ? `: ${error}` : ''}`;
}

const NO_DATA_SOURCE = 'says dataSourceResponse: unable to find matching data-source';
const DEAD = 'bootstrap · refused, died';
const noSubPipeline = (state: string): string => `${state} · refused, answered · says subPipelineError: No errors`;
const noExecution = (state: string): string =>
  `${state} · refused, answered · says algorithmExecutionError 1: execution cannot start in this state`;
const unbuiltExecution = (state: string): string =>
  `${state} · says algorithmExecutionError 1: This HKube worker cannot start algorithms yet.`;

/** By message, by state; `bootstrap` is the time in which the real worker has no encoding yet (§1.2). */
const matrix: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  initialized: {
    bootstrap: DEAD,
    ready: 'exit · refused, expelled · says exit',
    init: 'working · says start',
    working: 'exit · task crashed · refused, expelled · says exit',
    stop: 'exit · task stopped · refused, expelled · says exit',
    error: 'exit · task crashed · refused, expelled · says exit',
    exit: 'exit',
  },
  done: {
    bootstrap: DEAD,
    ready: 'ready',
    init: 'ready · task succeed · refused, ended',
    working: 'ready · task succeed',
    stop: 'unanswered · task stopped',
    error: 'exit · task crashed · refused, expelled · says exit',
    exit: 'exit',
  },
  stopped: {
    bootstrap: DEAD,
    ready: 'ready',
    init: 'ready · task succeed · refused, ended',
    working: 'ready · task succeed · refused, ended',
    stop: 'ready · task stopped',
    error: 'exit · task crashed · refused, expelled · says exit',
    exit: 'exit',
  },
  errorMessage: {
    bootstrap: DEAD,
    ready: 'ready',
    init: 'ready · task failed',
    working: 'ready · task failed',
    stop: 'unanswered · task failed',
    error: 'exit · task crashed · refused, expelled · says exit',
    exit: 'exit',
  },
  startSpan: spans(),
  finishSpan: spans(),
  startRawSubPipeline: subPipelines(),
  startStoredSubPipeline: subPipelines(),
  startAlgorithmExecution: {
    bootstrap: DEAD,
    ready: noExecution('ready'),
    init: unbuiltExecution('init'),
    working: unbuiltExecution('working'),
    stop: unbuiltExecution('stop'),
    error: unbuiltExecution('error'),
    exit: 'exit',
  },
  dataSourceRequest: {
    ...everywhere((state) => `${state} · refused, answered · ${NO_DATA_SOURCE}`),
    exit: `exit · ${NO_DATA_SOURCE}`,
  },
  'alive, and silence': {
    bootstrap: DEAD,
    ready: 'exit · refused, expelled · says exit',
    init: 'error · refused, stuck',
    working: 'error · refused, stuck',
    stop: 'exit · task stopped · refused, expelled · says exit',
    error: 'exit · task crashed · refused, expelled · says exit',
    exit: 'exit',
  },
  progress: nothing(),
  started: nothing(),
  servingStatus: nothing(),
  stopping: nothing(),
};

function everywhere(cellOf: (state: string) => string): Record<string, string> {
  const states = Object.keys(reach).map((state) => [state, cellOf(state)]);
  return { ...Object.fromEntries(states), bootstrap: DEAD, exit: 'exit' };
}
function nothing(): Record<string, string> {
  return { ...everywhere((state) => state), bootstrap: DEAD };
}
function spans(): Record<string, string> {
  return { ...everywhere((state) => `${state} · refused, ignored`), working: 'working' };
}
function subPipelines(): Record<string, string> {
  return { ...everywhere(noSubPipeline), working: 'working · says subPipelineStarted 1' };
}

describe.each(Object.keys(messages))('%s', (message) => {
  it.each(Object.keys(reach))('in %s', async (state) => {
    const say = messages[message] ?? expect.unreachable();
    expect(await cell(state, say)).toBe(matrix[message]?.[state]);
  });
});

describe('errorMessage by policy (§3.5)', () => {
  it.each([
    ['Never', 'exit · task failed · says exit'],
    ['OnError', 'exit · task crashed · says exit'],
    ['Always', 'exit · task crashed · says exit'],
    ['OnCrash', 'ready · task failed'],
  ])('%s', async (policy, expected) => {
    for (const state of ['init', 'working'])
      expect(await cell(state, messages.errorMessage ?? expect.unreachable(), { policy })).toBe(expected);
  });
});

describe('a lost connection by policy (§3.5)', () => {
  it.each([
    ['Never', 'bootstrap · task failed'],
    ['OnError', 'bootstrap · task failed'],
    ['Always', 'bootstrap · task crashed'],
    ['OnCrash', 'bootstrap · task crashed'],
  ])('%s', async (policy, expected) => {
    for (const state of ['init', 'working']) expect(await cell(state, drop, { policy })).toBe(expected);
  });

  it('in a lenient worker costs nothing', async () => {
    expect(await cell('working', drop, { lenient: true })).toBe('away');
  });

  async function drop(algorithm: FakeAlgorithm, { worker }: Started): Promise<void> {
    algorithm.drop();
    await algorithm.closed;
    await expect.poll(() => worker.state).not.toBe('working');
    await expect.poll(() => worker.state).not.toBe('init');
  }
});

describe('a lenient worker ignores what would have it leave (DEV_MODE)', () => {
  it.each(['ready', 'working', 'stop', 'error'])('initialized in %s', async (state) => {
    expect(await cell(state, saying('initialized'), { lenient: true })).toBe(state);
  });
});

describe('a stop', () => {
  it('answered by done alone costs the algorithm its place ten seconds after it was asked', async () => {
    const say: Say = async (algorithm, { clock }) => {
      algorithm.say('done', 42);
      await heard(algorithm);
      clock.increment(10_000);
    };
    expect(await cell('stop', say)).toBe('exit · task stopped · refused, expelled · says exit');
  });

  it('answered by nothing does too; stopping buys ten seconds more each time', async () => {
    const say: Say = async (algorithm, { clock }) => {
      clock.increment(9_000);
      algorithm.say('stopping');
      await heard(algorithm);
      clock.increment(9_999);
      algorithm.say('progress', 1);
      await heard(algorithm);
      clock.increment(1);
    };
    expect(await cell('stop', say)).toBe('exit · task stopped · refused, expelled · says exit');
  });

  it('that was answered leaves stopping without a place: the ten seconds start again', async () => {
    const say: Say = async (algorithm, { clock }) => {
      algorithm.say('stopped');
      algorithm.say('stopping');
      await heard(algorithm);
      clock.increment(10_000);
    };
    expect(await cell('stop', say)).toBe('exit · task stopped · refused, expelled · says exit');
  });

  it('with forceStop false is a scale-down: the task counts as done, and the worker leaves', async () => {
    const say: Say = async (algorithm, { worker }) => {
      worker.scaleDown();
      expect(await algorithm.next('stop')).toMatchObject({ data: { forceStop: false } });
      algorithm.say('stopping');
      algorithm.say('stopped');
    };
    expect(await cell('working', say)).toBe('exit · task succeed · says stop · says exit');
  });
});

describe('time', () => {
  it('that is up is a stop, and the task has failed', async () => {
    const started = await startWorker();
    const algorithm = await connectFakeAlgorithm(started.worker.url);
    await reach.working?.(started, algorithm, { ...task, ttl: 2 });
    started.clock.increment(2_000);
    await algorithm.next('stop');
    algorithm.say('stopped');
    await heard(algorithm);
    expect(endsOf(started.notices)).toEqual([{ kind: 'failed', error: { message: 'Algorithm TTL expired' } }]);
  });

  it('to leave is twenty seconds; then the connection is cut', async () => {
    const started = await startWorker();
    const algorithm = await connectFakeAlgorithm(started.worker.url);
    await reach.exit?.(started, algorithm, task);
    started.clock.increment(20_000);
    expect(await algorithm.closed).toBe(1000);
  });
});
