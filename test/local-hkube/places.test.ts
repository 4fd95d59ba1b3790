// The places of a pool and the processes in them: what goes away, comes back, comes too early, or is not wanted any more.

import { describe, expect, it } from 'vitest';
import { createLocalHKube } from '#local-hkube/create-local-hkube';
import type { Launch, LaunchEnd } from '#local-hkube/launch';
import { connectFakeAlgorithm, type FakeAlgorithm } from '#test/support/fake-algorithm';
import { keepLog } from '#test/support/in-process';
import { add, node, startHKube, stopLater } from '#test/support/local-hkube';

describe('an algorithm of its own mind', () => {
  /** Launches clients that do as the test says; `stop` of one is counted, and drops it. */
  function launchFakes(act: (algorithm: FakeAlgorithm) => void = () => undefined) {
    const launched: FakeAlgorithm[] = [];
    const urls: string[] = [];
    const ends: ((how: LaunchEnd) => void)[] = [];
    let stops = 0;
    const launch: Launch = (_, { url }) => {
      urls.push(url);
      const connecting = connectFakeAlgorithm(url).then((algorithm) => {
        launched.push(algorithm);
        act(algorithm);
        return algorithm;
      });
      let end: (how: LaunchEnd) => void = () => undefined;
      return {
        ended: new Promise((resolve) => {
          end = resolve;
          ends.push(resolve);
        }),
        stop: async () => {
          stops += 1;
          (await connecting).drop();
          end({ how: 'it was stopped', tail: '' });
        },
      };
    };
    /** By itself. */
    const leave = (index: number): void => {
      launched[index]?.drop();
      ends[index]?.({ how: 'it has left', tail: '' });
    };
    return { launch, launched, urls, leave, stops: () => stops };
  }
  const algorithms = { fake: { entry: 'fake', minHotWorkers: 1 } };
  const ports = { workers: 0 };

  it('that loses its connection and lives on without one is ended, and another takes its place', async () => {
    const { launch, launched, stops } = launchFakes();
    const hkube = stopLater(createLocalHKube({ algorithms, ports, launch, logger: keepLog() }));
    await hkube.start();
    await expect.poll(() => launched.length).toBe(1);
    const { done } = hkube.runRaw({ name: 'p', nodes: [node('a', 'fake')] });
    await launched[0]?.begin();
    launched[0]?.drop();
    await expect.poll(() => launched.length, { timeout: 5_000 }).toBe(2);
    expect(stops()).toBe(1);
    expect(await launched[1]?.begin()).toMatchObject({ attempts: 1 });
    launched[1]?.say('done', 'second');
    expect(await done).toMatchObject({ data: [{ result: 'second' }] });
  });

  it('that comes back gets no task before it is ended', async () => {
    const { launch, launched, urls } = launchFakes();
    const hkube = stopLater(createLocalHKube({ algorithms, ports, launch, logger: keepLog() }));
    await hkube.start();
    await expect.poll(() => launched.length).toBe(1);
    const { done } = hkube.runRaw({ name: 'p', nodes: [node('a', 'fake')] });
    await launched[0]?.begin();
    launched[0]?.drop();
    const back = await connectFakeAlgorithm(urls[0] ?? '');
    await expect.poll(() => launched.length).toBe(2);
    await launched[1]?.begin();
    launched[1]?.say('done', 'second');
    expect(await done).toMatchObject({ data: [{ result: 'second' }] });
    expect(back.received).toEqual([]);
    back.drop();
  });

  it('whose place is visited in the pause between launches is launched all the same', async () => {
    const { launch, launched, urls, leave } = launchFakes();
    const hkube = stopLater(createLocalHKube({ algorithms, ports, launch, logger: keepLog() }));
    await hkube.start();
    for (let fall = 0; fall < 4; fall++) {
      await expect.poll(() => launched.length).toBe(fall + 1);
      await launched[fall]?.roundTrip();
      leave(fall);
    }
    const visitor = await connectFakeAlgorithm(urls[0] ?? '');
    await visitor.roundTrip();
    visitor.drop();
    await expect.poll(() => launched.length, { timeout: 5_000 }).toBe(5);
    const { done } = hkube.runRaw({ name: 'p', nodes: [node('a', 'fake')] });
    await launched[4]?.begin();
    launched[4]?.say('done', 5);
    expect(await done).toMatchObject({ data: [{ result: 5 }] });
    expect(visitor.received).toEqual([]);
  });

  it('that cannot be launched again closes its place, with words', async () => {
    const { launch, launched, leave } = launchFakes();
    let launches = 0;
    const logger = keepLog();
    const hkube = stopLater(
      createLocalHKube({
        algorithms,
        ports,
        logger,
        launch: (algorithm, endpoint) => {
          launches += 1;
          if (launches > 1) throw new TypeError('spawn E2BIG');
          return launch(algorithm, endpoint);
        },
      }),
    );
    await hkube.start();
    await expect.poll(() => launched.length).toBe(1);
    leave(0);
    const { done } = hkube.runRaw({ name: 'p', nodes: [node('a', 'fake')] });
    expect(await done).toMatchObject({ status: 'failed', error: expect.stringContaining('could not be launched') });
  });

  it('that is scaled down without a task costs the next one no attempt', async () => {
    const { hkube } = await startHKube({ add: { ...add, workers: 3 } });
    hkube.scaleDown('add');
    const retried: unknown[] = [];
    const onNotice = ({ type }: { type: string }): void => {
      if (type === 'task.retried') retried.push(type);
    };
    const never = { ...node('a', 'add', 1), retry: { policy: 'Never', limit: 1 } } as const;
    expect(await hkube.runRaw({ name: 'p', nodes: [never] }, { onNotice }).done).toMatchObject({
      data: [{ result: 1 }],
    });
    expect(retried).toEqual([]);
  });

  it('that speaks too early never becomes ready, and start says so', async () => {
    const { launch } = launchFakes((algorithm) => algorithm.say('started'));
    const early = { fake: { entry: 'fake', bootstrapMs: 500, minHotWorkers: 1 } };
    const hkube = createLocalHKube({ algorithms: early, ports, launch, logger: keepLog() });
    await expect(hkube.start()).rejects.toMatchObject({
      code: 'CANNOT_LAUNCH',
      message: expect.stringContaining('before it was ready, 3 times'),
    });
  });

  it('does not outlive a local HKube that is stopped while it starts, nor does its port', async () => {
    const { launch, launched } = launchFakes();
    const hkube = createLocalHKube({ algorithms, ports: { workers: 43_310 }, launch, logger: keepLog() });
    const started = expect(hkube.start()).rejects.toMatchObject({ code: 'ABORTED' });
    await hkube.stop();
    await started;
    expect(launched).toEqual([]);
    await expect(connectFakeAlgorithm('ws://127.0.0.1:43310')).rejects.toThrow('ECONNREFUSED');
  });

  it('is scaled down: it may finish, leaves, and another is launched', async () => {
    const { launch, launched, leave, stops } = launchFakes();
    const hkube = stopLater(createLocalHKube({ algorithms, ports, launch, logger: keepLog() }));
    await hkube.start();
    await expect.poll(() => launched.length).toBe(1);
    const { done } = hkube.runRaw({ name: 'p', nodes: [node('a', 'fake')] });
    await launched[0]?.begin();
    hkube.scaleDown('fake');
    expect(await launched[0]?.next('stop')).toMatchObject({ data: { forceStop: false } });
    launched[0]?.say('stopped');
    await launched[0]?.next('exit');
    leave(0);
    expect(await done).toMatchObject({ status: 'completed', data: [{ result: null }] });
    await expect.poll(() => launched.length).toBe(2);
    expect(stops()).toBe(0);
  });
});
