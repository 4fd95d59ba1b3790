// How a local HKube starts: its options, its ports, and algorithms that do not start.

import { describe, expect, it } from 'vitest';
import { createLocalHKube } from '#local-hkube/create-local-hkube';
import { keepLog, launchInProcess } from '#test/support/in-process';
import { add, node, startHKube, stopLater } from '#test/support/local-hkube';

describe('an algorithm', () => {
  it('that ends before it connects is tried three times, and then the error has its last words', async () => {
    let launches = 0;
    const hkube = createLocalHKube({
      algorithms: { broken: { entry: './broken.ts', minHotWorkers: 1 } },
      ports: { workers: 0 },
      logger: keepLog(),
      launch: () => {
        launches += 1;
        return {
          ended: Promise.resolve({ how: 'its process ended with exit code 2', tail: 'SyntaxError: oh' }),
          stop: () => Promise.resolve(),
        };
      },
    });
    await expect(hkube.start()).rejects.toMatchObject({
      code: 'CANNOT_LAUNCH',
      message: expect.stringMatching(/"broken" .*exit code 2 before it was ready, 3 times.*SyntaxError: oh/s),
    });
    expect(launches).toBe(3);
  });

  it('that goes away in mid-task fails the task with its last words, and is launched again', async () => {
    const launches: (() => void)[] = [];
    const crash = {
      start: ({ input: [what] }: { input: readonly unknown[] }) =>
        what === 'die' ? new Promise(() => undefined) : what,
    };
    const { launch } = launchInProcess({ crash });
    const hkube = stopLater(
      createLocalHKube({
        algorithms: { crash: { entry: 'crash', minHotWorkers: 1 } },
        ports: { workers: 0 },
        logger: keepLog(),
        launch: (algorithm, endpoint) => {
          const { ended, stop } = launch(algorithm, endpoint);
          const died = new Promise<{ how: string; tail: string }>((resolve) => {
            launches.push(() => {
              void stop();
              resolve({ how: 'its process ended with exit code 3', tail: 'last gasp' });
            });
          });
          return { ended: Promise.race([died, ended]), stop };
        },
      }),
    );
    await hkube.start();
    const onNotice = ({ type }: { type: string }): void => {
      if (type === 'task.started') launches[0]?.();
    };
    const neverAgain = { ...node('a', 'crash', 'die'), retry: { policy: 'Never' } } as const;
    const dead = hkube.runRaw({ name: 'p', nodes: [neverAgain] }, { onNotice });
    expect(await dead.done).toMatchObject({
      status: 'failed',
      error: expect.stringMatching(
        /connection was lost .* while its task ran: its process ended with exit code 3\. Its last words:\nlast gasp/,
      ),
    });
    const next = hkube.runRaw({ name: 'p', nodes: [node('a', 'crash', 'alive')] });
    expect(await next.done).toMatchObject({ data: [{ result: 'alive' }] });
    expect(launches).toHaveLength(2);
  });

  it('that has to be started while local HKube stops makes start reject', async () => {
    const hkube = createLocalHKube({
      algorithms: { slow: { entry: 'slow', minHotWorkers: 1 } },
      ports: { workers: 0 },
      logger: keepLog(),
      launch: () => {
        let end: () => void = () => undefined;
        const ended = new Promise<{ how: string; tail: string }>((resolve) => {
          end = () => resolve({ how: 'it was stopped', tail: '' });
        });
        return {
          ended,
          stop: () => {
            end();
            return Promise.resolve();
          },
        };
      },
    });
    const started = hkube.start();
    const stopped = hkube.stop();
    await expect(started).rejects.toMatchObject({ code: 'ABORTED' });
    await stopped;
  });
});

describe('options', () => {
  const { launch } = launchInProcess({});
  const logger = keepLog();
  const stored = { name: 'p', nodes: [node('a', 'a')] };

  it.each([
    [{ algorithms: { 'Not Valid': { entry: 'x' } } }, 'lower-case letters'],
    [{ algorithms: { a: { entry: '' } } }, 'options.algorithms.a.entry: expected the path of a module'],
    [{ algorithms: { a: { entry: 'x', workers: 0 } } }, 'options.algorithms.a.workers: expected 1 or more'],
    [{ algorithms: { a: { entry: 'x' } }, ports: { workers: 70_000 } }, 'options.ports.workers: expected 0 to 65535'],
    [{ algorithms: { a: { entry: 'x', lenient: 'yes' } } }, 'options.algorithms.a.lenient: expected true or false'],
    [
      { algorithms: { a: { entry: 'x', wokers: 2 } } },
      'options.algorithms.a: wokers: not known; known are entry, handlers, workers',
    ],
    [
      { algorithms: { a: { entry: 'x' } }, manners: { profile: 'x' } },
      'options.manners.profile: expected worker or debug',
    ],
    [
      { algorithms: { a: { entry: 'x', faults: [{ on: 'start', do: 'explode' }] } } },
      'options.algorithms.a.faults.0.do: expected do: drop, delay',
    ],
    [
      { algorithms: { a: { entry: 'x', faults: [{ on: 'start', do: 'close', code: 2 }] } } },
      'options.algorithms.a.faults.0.code: expected 1000, 1001',
    ],
    [
      { algorithms: { a: { entry: 'x', faults: [{ on: 'strat', do: 'drop' }] } } },
      'faults.0.on: expected the name of a message that a worker sends, or *',
    ],
    [{ algorithms: { a: { entry: 'x', faults: [{ on: '*', do: 'delay', ms: 2 ** 31 }] } } }, 'ms: expected at most'],
    [{ algorithms: { a: { entry: 'x', faults: [{ on: '*', do: 'drop', times: 1.5 }] } } }, 'times: expected a whole'],
    [
      { algorithms: { a: { entry: 'x', faults: [{ on: '*', do: 'close', code: 1000, reason: 'x'.repeat(200) }] } } },
      'reason: expected at most 123 bytes',
    ],
    [
      { algorithms: { a: { entry: 'x', faults: [{ on: '*', do: 'oversized', bytes: 2e9 }] } } },
      'bytes: expected 1 to 200000000',
    ],
    [{ algorithms: { a: { entry: 'x' } }, pipelines: {} }, 'options.pipelines: expected an array of pipelines'],
    [
      { algorithms: { a: { entry: 'x' } }, colour: 'red' },
      'options: colour: not known; known are algorithms, pipelines',
    ],
    [
      { algorithms: { a: { entry: 'x' } }, pipelines: [{ name: 'p' }] },
      'pipelines.0: nodes: expected an array of nodes',
    ],
    [
      { algorithms: { a: { entry: 'x' } }, pipelines: [stored, stored] },
      'pipelines.1: there is a pipeline "p" already',
    ],
  ])('%j are refused with words', (options, words) => {
    // @ts-expect-error: they are wrong
    expect(() => createLocalHKube({ ...options, launch, logger })).toThrow(words);
  });

  it('give each worker a port of its own from the first on, past those that are taken', async () => {
    const first = await startHKube({ add });
    const hkube = createLocalHKube({
      algorithms: { add: { entry: 'add', workers: 2, minHotWorkers: 2 } },
      ports: { workers: 43_210 },
      launch: launchInProcess({ add }).launch,
      logger,
    });
    const other = createLocalHKube({
      algorithms: { add: { entry: 'add', minHotWorkers: 1 } },
      ports: { workers: 43_210 },
      launch: launchInProcess({ add }).launch,
      logger,
    });
    stopLater(hkube);
    stopLater(other);
    await hkube.start();
    await other.start();
    expect(await other.runRaw({ name: 'p', nodes: [node('a', 'add', 1)] }).done).toMatchObject({ status: 'completed' });
    await first.hkube.stop();
  });
});
