// The worker's temper over a real socket: policies, timers, stops, scale-downs, and what a lenient one lets pass (protocol.md
// §3.4, §3.5).

import { describe, expect, it } from 'vitest';
import { connectFakeAlgorithm, type FakeAlgorithm } from '#test/support/fake-algorithm';
import { endsOf, heard, refusalsOf, type Started, startWorker, task } from '#test/support/worker';
import { cell, messages, reach, type Say, saying } from '#test/support/worker-cells';

describe('errorMessage by policy (§3.5)', () => {
  it.each([
    ['Never', 'exit · task failed · says exit', 'exit · task failed · says exit', 'exit · task failed · says exit'],
    [
      'OnError',
      'exit · task crashed · says exit',
      'exit · task crashed · says exit',
      'exit · task crashed · says exit',
    ],
    ['Always', 'exit · task crashed · says exit', 'exit · task crashed · says exit', 'exit · task crashed · says exit'],
    ['OnCrash', 'ready · task failed', 'unanswered · task failed', 'exit · task crashed · says exit'],
  ])('%s', async (policy, open, stop, error) => {
    const fail = messages.errorMessage ?? expect.unreachable();
    for (const state of ['init', 'working']) expect(await cell(state, fail, { policy })).toBe(open);
    expect(await cell('stop', fail, { policy })).toBe(stop);
    expect(await cell('error', fail, { policy })).toBe(error);
  });
});

describe('a lost connection by policy (§3.5)', () => {
  it.each([
    ['Never', 'bootstrap · task failed'],
    ['OnError', 'bootstrap · task failed'],
    ['Always', 'bootstrap · task crashed'],
    ['OnCrash', 'bootstrap · task crashed'],
  ])('%s', async (policy, expected) => {
    for (const state of ['init', 'working', 'stop', 'error']) {
      expect(await cell(state, drop, { policy })).toBe(expected);
      expect(await cell(state, saying('disconnect'), { policy })).toBe(`${expected} · refused, ended`);
    }
  });

  it('in a lenient worker costs nothing', async () => {
    expect(await cell('working', drop, { lenient: true })).toBe('away');
  });

  async function drop(algorithm: FakeAlgorithm, { worker }: Started): Promise<void> {
    algorithm.drop();
    await algorithm.closed;
    await expect.poll(() => worker.state).toMatch(/^(bootstrap|away)$/);
  }
});

it('who speaks first is told so, and only once', async () => {
  const started = await startWorker();
  const algorithm = await connectFakeAlgorithm(started.worker.url);
  await started.worker.ready();
  algorithm.say('started');
  algorithm.say('started');
  await heard(algorithm);
  expect(refusalsOf(started.notices)).toMatchObject([{ sent: 'a frame before the first message of the worker' }]);
  expect(started.worker.state).toBe('ready');
});

describe('a lenient worker ignores what would have it leave (DEV_MODE)', () => {
  it.each(['ready', 'stop'])('a watchdog in %s', async (state) => {
    expect(await cell(state, messages['alive, and silence'] ?? expect.unreachable(), { lenient: true })).toMatch(
      state === 'ready' ? /^ready$/ : /^exit · task stopped/,
    );
  });

  it('the command disconnect', async () => {
    expect(await cell('working', saying('disconnect'), { lenient: true })).toBe('working · refused, ended');
  });

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

  it('that comes before the task works waits until it does', async () => {
    const say: Say = async (algorithm, { worker }) => {
      worker.stop('early');
      await heard(algorithm);
      algorithm.say('initialized');
      await algorithm.next('stop');
      algorithm.say('stopped');
    };
    expect(await cell('init', say)).toBe('ready · task stopped · says stop');
  });

  it('answered while scaling down by done is stopped, and leaves after stopped', async () => {
    const say: Say = async (algorithm, { worker }) => {
      worker.scaleDown();
      await algorithm.next('stop');
      algorithm.say('done', 7);
      algorithm.say('stopped');
    };
    expect(await cell('working', say)).toBe('exit · task stopped · says stop · says exit');
  });

  it('during which the worker is scaled down leaves, too, also when only `stopped` is missing', async () => {
    const say: Say = async (algorithm, { worker }) => {
      algorithm.say('done', 1);
      await heard(algorithm);
      worker.scaleDown();
      algorithm.say('stopped');
      await heard(algorithm);
    };
    expect(await cell('stop', say)).toBe('exit · task stopped · says exit');
  });

  it('during which the worker is scaled down leaves, too', async () => {
    const say: Say = async (algorithm, { worker }) => {
      worker.scaleDown();
      algorithm.say('stopped');
      await heard(algorithm);
    };
    expect(await cell('stop', say)).toBe('exit · task stopped · says exit');
  });

  it('of the next task has its own ten seconds, whatever a stray stopping had begun', async () => {
    const say: Say = async (algorithm, { worker, clock }) => {
      algorithm.say('stopped');
      algorithm.say('stopping');
      await heard(algorithm);
      void worker.run(task);
      await algorithm.begin();
      clock.increment(9_000);
      worker.stop('again');
      await algorithm.next('stop');
      algorithm.say('stopped');
      await heard(algorithm);
      clock.increment(9_000);
    };
    expect(await cell('stop', say)).toMatch(/^ready · task stopped · task stopped · refused, expelled · /);
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
