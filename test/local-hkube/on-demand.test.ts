// Workers on demand: opened when a task needs one, kept while they are hot, closed when they have nothing to do (T4, T5).

import { describe, expect, it } from 'vitest';
import { createLocalHKube as createWithHandlers } from '../../src/local.js';
import { createLocalHKube } from '#local-hkube/create-local-hkube';
import { connectFakeAlgorithm } from '#test/support/fake-algorithm';
import { keepLog, launchInProcess } from '#test/support/in-process';
import { temporaryFolder } from '#test/support/temporary';
import { add, gate, node, startHKube, stopLater } from '#test/support/local-hkube';

const sum = (hkube: { runRaw: ReturnType<typeof createLocalHKube>['runRaw'] }, ...numbers: number[]) =>
  hkube.runRaw({ name: 'sum', nodes: [node('a', 'add', ...numbers)] }).done;

describe('a worker', () => {
  it('is opened by the first task, hot for the next one, and closed after a while of nothing', async () => {
    const { hkube, launched } = await startHKube({ add: { ...add, minHotWorkers: 0, idleMs: 50 } });
    expect(hkube.workers()).toEqual([]);
    expect(await sum(hkube, 1, 2)).toMatchObject({ data: [{ result: 3 }] });
    expect(await sum(hkube, 3, 4)).toMatchObject({ data: [{ result: 7 }] });
    expect(launched).toEqual(['add-1']);
    await expect.poll(() => hkube.workers()).toEqual([]);
    expect(await sum(hkube, 5, 6)).toMatchObject({ data: [{ result: 11 }] });
    expect(launched).toEqual(['add-1', 'add-1']);
  });

  it('that is hot stays, and is there from the start', async () => {
    const { hkube, launched } = await startHKube({ add: { ...add, workers: 3, minHotWorkers: 1, idleMs: 20 } });
    expect(launched).toEqual(['add-1']);
    const nodes = [node('a', 'add', '#[1...9]')];
    expect(await hkube.runRaw({ name: 'p', nodes }).done).toMatchObject({ status: 'completed' });
    await expect.poll(() => hkube.workers()).toHaveLength(1);
    await expect.poll(() => hkube.workers()).toMatchObject([{ algorithm: 'add', state: 'idle' }]);
  });

  it('is opened for each task that waits, up to the number that was asked for', async () => {
    const { handlers, open } = gate();
    const { hkube, launched } = await startHKube({ wait: { ...handlers, workers: 3, minHotWorkers: 0 } });
    const { done } = hkube.runRaw({ name: 'p', nodes: [node('a', 'wait', '#[1...9]')] });
    await expect.poll(() => hkube.workers().filter(({ state }) => state === 'busy')).toHaveLength(3);
    open();
    expect(await done).toMatchObject({ status: 'completed' });
    expect(launched.toSorted()).toEqual(['wait-1', 'wait-2', 'wait-3']);
  });

  it('is opened for each level of sub-pipelines, twenty deep, where the algorithm needs itself', async () => {
    const { hkube } = await startHKube({
      deeper: {
        start: async ({ input: [levels] }, api) => {
          if (levels === 0) return 'ground';
          const nodes = [node('a', 'deeper', Number(levels) - 1)];
          const [below] = await api.startRawSubPipeline<{ result: unknown }[]>({ name: 'below', nodes });
          return below?.result;
        },
      },
    });
    const { done } = hkube.runRaw({ name: 'p', nodes: [node('a', 'deeper', 20)] });
    expect(await done).toMatchObject({ status: 'completed', data: [{ result: 'ground' }] });
    expect(hkube.workers()).toHaveLength(21);
  });
});

describe('an algorithm', () => {
  it('that cannot be started fails the tasks that wait, with its last words; once mended it runs', async () => {
    let isBroken = true;
    const { launch } = launchInProcess({ add });
    const hkube = stopLater(
      createLocalHKube({
        algorithms: { add: { entry: 'add', workers: 2 } },
        ports: { workers: 0 },
        logger: keepLog(),
        launch: (algorithm, endpoint) => {
          if (!isBroken) return launch(algorithm, endpoint);
          const ended = Promise.resolve({ how: 'its process ended with exit code 2', tail: 'SyntaxError: oh' });
          return { ended, stop: () => Promise.resolve() };
        },
      }),
    );
    await hkube.start();
    const nodes = [node('a', 'add', '#[1...4]')];
    expect(await hkube.runRaw({ name: 'p', nodes }).done).toMatchObject({
      status: 'failed',
      error: expect.stringMatching(/cannot be started: .*exit code 2.*SyntaxError: oh/s),
    });
    isBroken = false;
    expect(await sum(hkube, 1, 1)).toMatchObject({ data: [{ result: 2 }] });
  });

  it('that is restarted does its task again, and no attempt is counted', async () => {
    const attempts: unknown[] = [];
    const { handlers, open } = gate();
    const { hkube, launched } = await startHKube({
      wait: {
        start: (data, api) => {
          attempts.push(data.attempts);
          return handlers.start(data, api);
        },
      },
    });
    const never = { ...node('a', 'wait'), retry: { policy: 'Never', limit: 1 } } as const;
    const { done } = hkube.runRaw({ name: 'p', nodes: [never] });
    await expect.poll(() => attempts).toEqual([0]);
    hkube.restart('wait');
    await expect.poll(() => attempts).toEqual([0, 0]);
    open();
    expect(await done).toMatchObject({ status: 'completed', data: [{ result: 'through' }] });
    expect(launched).toHaveLength(2);
  });

  it('that is restarted gets no task before it has come back', async () => {
    const { hkube, launched } = await startHKube({ add });
    hkube.restart('add');
    const never = { ...node('a', 'add', 1, 2), retry: { policy: 'Never', limit: 1 } } as const;
    expect(await hkube.runRaw({ name: 'p', nodes: [never] }).done).toMatchObject({ data: [{ result: 3 }] });
    expect(launched).toHaveLength(2);
  });

  it('that has nothing to do any more has left when local HKube has stopped', async () => {
    let hasLeft = false;
    const exit = (): Promise<void> =>
      new Promise((resolve) => {
        setTimeout(() => {
          hasLeft = true;
          resolve();
        }, 200);
      });
    const { hkube } = await startHKube({ add: { ...add, exit, minHotWorkers: 0, idleMs: 10 } });
    await sum(hkube, 1);
    await expect.poll(() => hkube.workers()).toEqual([]);
    await hkube.stop();
    expect(hasLeft).toBe(true);
  });

  it('that somebody else starts finds its port open, and a pause of its connection costs no task', async () => {
    const hkube = stopLater(
      createLocalHKube({
        algorithms: { mine: { spawn: false, restarts: true } },
        ports: { workers: 0 },
        logger: keepLog(),
        launch: () => {
          throw new TypeError('nobody asked for it');
        },
      }),
    );
    await hkube.start();
    const [worker] = hkube.workers();
    const { done } = hkube.runRaw({ name: 'p', nodes: [node('a', 'mine', 1)] });
    const first = await connectFakeAlgorithm(worker?.url ?? '');
    await first.begin();
    first.drop();
    const second = await connectFakeAlgorithm(worker?.url ?? '');
    await second.begin();
    second.say('done', 'by hand');
    expect(await done).toMatchObject({ status: 'completed', data: [{ result: 'by hand' }] });
  });

  it('may be functions, which run in this process', async () => {
    const hkube = createWithHandlers({
      algorithms: { square: { handlers: { start: ({ input: [value] }: { input: number[] }) => Number(value) ** 2 } } },
      ports: { workers: 0 },
      logger: keepLog(),
    });
    await hkube.start();
    const { done } = hkube.runRaw({ name: 'p', nodes: [node('a', 'square', '#[1...3]')] });
    expect(await done).toMatchObject({ data: [{ result: 1 }, { result: 4 }, { result: 9 }] });
    await hkube.stop();
  });
});

it('200 runs at once on two workers all end, each with its own result', async () => {
  const { hkube } = await startHKube({ add: { ...add, workers: 2 } }, { stateDir: temporaryFolder() });
  const documents = await Promise.all(Array.from({ length: 200 }, (_, index) => sum(hkube, index, 1_000)));
  expect(documents.map((document) => document.status === 'completed' && document.data[0]?.result)).toEqual(
    Array.from({ length: 200 }, (_, index) => index + 1_000),
  );
  expect(await hkube.runs()).toHaveLength(200);
});

describe('a pipeline', () => {
  it('whose time is over is stopped, with its task', async () => {
    const { handlers } = gate();
    const { hkube } = await startHKube({ wait: handlers });
    const pipeline = { name: 'p', nodes: [node('a', 'wait')], options: { ttl: 0.2 } };
    const run = hkube.runRaw(pipeline);
    expect(await run.done).toMatchObject({ status: 'stopped', reason: 'pipeline expired' });
    await expect.poll(() => hkube.workers()).toMatchObject([{ state: 'idle' }]);
    expect(run.status()).toMatchObject({ status: 'stopped', level: 'info', reason: 'pipeline expired' });
  });
});
