// Tasks that crash are tried again: the same task, one attempt more, up to the limit of its policy.

import { describe, expect, it } from 'vitest';
import type { LocalNotice } from '#local-hkube/runs';
import { createLocalHKube } from '#local-hkube/create-local-hkube';
import { connectFakeAlgorithm, type FakeAlgorithm } from '#test/support/fake-algorithm';
import { keepLog } from '#test/support/in-process';
import { node, startHKube, stopLater } from '#test/support/local-hkube';

/** What each attempt was, and what has been told of it. */
function watch() {
  const attempts: { readonly taskId: unknown; readonly attempts: unknown }[] = [];
  const retried: Extract<LocalNotice, { type: 'task.retried' }>[] = [];
  const onNotice = (notice: LocalNotice): void => {
    if (notice.type === 'task.started') attempts.push(notice.task);
    if (notice.type === 'task.retried') retried.push(notice);
  };
  return { attempts, retried, onNotice };
}

const withRetry = (policy: 'Never' | 'OnError' | 'OnCrash' | 'Always', limit?: number) => ({
  ...node('a', 'shaky'),
  retry: { policy, ...(limit !== undefined && { limit }) },
});

/** Fails so often, and then says how often it was asked. */
function failing(times: number) {
  let asked = 0;
  return {
    start: () => {
      asked += 1;
      if (asked <= times) throw new TypeError(`failure ${asked}`);
      return asked;
    },
  };
}

describe('a task', () => {
  it('whose connection is cut is tried again under its own id, and its attempts are counted', async () => {
    const { hkube, logger } = await startHKube({ shaky: { start: ({ attempts }) => attempts } });
    hkube.inject('shaky', { on: 'start', do: 'close', code: 1006, times: 2 });
    const { attempts, retried, onNotice } = watch();
    const { done } = hkube.runRaw({ name: 'p', nodes: [withRetry('OnCrash')] }, { onNotice });
    expect(await done).toMatchObject({ status: 'completed', data: [{ result: 2 }] });
    expect(new Set(attempts.map(({ taskId }) => taskId)).size).toBe(1);
    expect(retried).toMatchObject([
      { task: { attempts: 1 }, limit: 3, error: { message: expect.stringContaining('connection was lost') } },
      { task: { attempts: 2 } },
    ]);
    expect(logger.lines.join('\n')).not.toContain('refused');
  });

  it('that always crashes fails after as many tries as its limit allows, with the last reason', async () => {
    const { hkube } = await startHKube({ shaky: { start: () => 1 } });
    hkube.inject('shaky', { on: 'start', do: 'close', code: 1006, times: Infinity });
    const { retried, onNotice } = watch();
    const { done } = hkube.runRaw({ name: 'p', nodes: [withRetry('OnCrash', 2)] }, { onNotice });
    expect(await done).toMatchObject({
      status: 'failed',
      nodeName: 'a',
      error: expect.stringMatching(
        /^node a is in CrashLoopBackOff, attempts: 2\/2: The algorithm's connection was lost/,
      ),
    });
    expect(retried).toHaveLength(2);
  });

  it.each([
    ['OnError', 2, { status: 'completed', data: [{ result: 3 }] }],
    ['Always', 1, { status: 'completed', data: [{ result: 2 }] }],
    ['OnCrash', 1, { status: 'failed', error: 'failure 1' }],
    ['Never', 1, { status: 'failed', error: 'failure 1' }],
  ] as const)('that fails, under %s, %i times', async (policy, times, expected) => {
    const { hkube } = await startHKube({ shaky: failing(times) });
    const { done } = hkube.runRaw({ name: 'p', nodes: [withRetry(policy)] });
    expect(await done).toMatchObject(expected);
  });

  it.each(['Never', 'OnError'] as const)('that crashes, under %s, has failed', async (policy) => {
    const { hkube } = await startHKube({ shaky: { start: () => 1 } });
    hkube.inject('shaky', { on: 'start', do: 'close', code: 1006 });
    const { retried, onNotice } = watch();
    const { done } = hkube.runRaw({ name: 'p', nodes: [withRetry(policy)] }, { onNotice });
    expect(await done).toMatchObject({ status: 'failed', error: expect.stringContaining('connection was lost') });
    expect(retried).toEqual([]);
  });

  it('of a lenient worker survives its connection, as the same attempt', async () => {
    const { hkube } = await startHKube({ shaky: { start: ({ attempts }) => attempts, lenient: true } });
    hkube.inject('shaky', { on: 'start', do: 'close', code: 1006 });
    const { retried, onNotice } = watch();
    const { done } = hkube.runRaw({ name: 'p', nodes: [withRetry('OnCrash')] }, { onNotice });
    expect(await done).toMatchObject({ status: 'completed', data: [{ result: 0 }] });
    expect(retried).toEqual([]);
  });

  it('of a run that is stopped is not tried again', async () => {
    const { hkube } = await startHKube({ shaky: { start: () => new Promise(() => undefined) } });
    const { attempts, retried, onNotice } = watch();
    const run = hkube.runRaw({ name: 'p', nodes: [withRetry('Always')] }, { onNotice });
    await expect.poll(() => attempts.length).toBe(1);
    run.stop('enough');
    expect(await run.done).toMatchObject({ status: 'stopped' });
    expect(retried).toEqual([]);
  });
});

describe('an algorithm that is refused', () => {
  it('is told to leave, launched again, and the log says what it did', async () => {
    // The runtime never sends it of its own accord; a handler cannot, either. So one is made that speaks for itself.
    const logger = keepLog();
    const launched: FakeAlgorithm[] = [];
    const hkube = stopLater(
      createLocalHKube({
        algorithms: { rude: { entry: 'rude' } },
        ports: { workers: 0 },
        logger,
        launch: (_, { url }) => {
          const algorithm = connectFakeAlgorithm(url).then((one) => {
            launched.push(one);
            return one;
          });
          return {
            ended: algorithm.then(async (one) => {
              await one.closed;
              return { how: 'it has gone', tail: '' };
            }),
            stop: async () => (await algorithm).drop(),
          };
        },
      }),
    );
    await hkube.start();
    const { done } = hkube.runRaw({ name: 'p', nodes: [node('a', 'rude')] });
    await expect.poll(() => launched.length).toBe(1);
    await launched[0]?.begin();
    launched[0]?.say('initialized');
    await launched[0]?.next('exit');
    launched[0]?.drop();
    await expect.poll(() => launched.length).toBe(2);
    expect(await launched[1]?.begin()).toMatchObject({ attempts: 1 });
    launched[1]?.say('done', 'polite');
    expect(await done).toMatchObject({ status: 'completed', data: [{ result: 'polite' }] });
    expect(logger.lines.join('\n')).toMatch(
      /rude-1: refused: `initialized` that answers no `initialize`: HKube’s worker .*Send it once/,
    );
  });
});
