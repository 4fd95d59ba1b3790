// A test leaves nothing behind: no timer, no socket, no word on the console; and the process of a runner can end.

import { spawnSync } from 'node:child_process';
import { afterEach, expect, it, vi } from 'vitest';
import type { AlgorithmApi } from '#handlers/api';
import { testAlgorithm } from '#testing/test-algorithm';

/** Timers are looked for in a process of its own: this one has those of its runner. */
const sockets = (): number => process.getActiveResourcesInfo().filter((kind) => kind.startsWith('TCP')).length;

afterEach(() => vi.restoreAllMocks());

it.each(['memory', 'socket'] as const)('over %s', async (wire) => {
  const before = sockets();
  const written = [vi.spyOn(process.stdout, 'write'), vi.spyOn(process.stderr, 'write')];
  const start = async (_: unknown, api: AlgorithmApi): Promise<never> => {
    void api.startStoredSubPipeline({ name: 'no such fake' }, { timeoutMs: 60_000 });
    api.startSpan('open');
    api.log.error('nobody hears it');
    throw new RangeError('as it happens');
  };
  const test = testAlgorithm({ start }, { wire, alive: true });
  await test.run({});
  const running = test.start({});
  await running.until('started');
  await running.cut();
  await test.close();
  for (let turn = 0; turn < 1_000 && sockets() > before; turn += 1)
    await new Promise((resolve) => setImmediate(resolve));
  expect(sockets()).toBeLessThanOrEqual(before);
  for (const write of written) expect(write).not.toHaveBeenCalled();
});

it.each([
  ['was closed in mid-task', "'socket'", 'await test.close();'],
  ['was closed in mid-task', "'memory'", 'await test.close();'],
  ['was not closed', "'memory'", 'await running.stop();'],
])('a process whose test %s over %s ends by itself, and says nothing', (_, wire, end) => {
  const script = `
    import { testAlgorithm } from '#testing/test-algorithm';
    const wait = { timeoutMs: 60_000 };
    const start = (_, api) => api.startStoredSubPipeline({ name: 'slow' }, wait);
    const slow = (_, ends) => ends.never();
    const test = testAlgorithm({ start }, { wire: ${wire}, alive: true, subPipelines: { slow }, ...wait });
    const running = test.start({});
    await running.until('subPipelineStarted');
    ${end}`;
  const args = ['--import', 'tsx', '--conditions=algorithm-actor-source', '--input-type=module', '-e', script];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', timeout: 15_000 });
  expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: '', stderr: '' });
});

it('many tests at once know nothing of each other', async () => {
  const numbers = Array.from({ length: 20 }, (_, number) => number);
  const results = await Promise.all(
    numbers.map(async (number) => {
      await using test = testAlgorithm(
        { start: (_, api) => api.startStoredSubPipeline({ name: 'mine' }) },
        {
          subPipelines: { mine: number },
          time: number % 2 === 0 ? 'simulated' : 'real',
        },
      );
      return (await test.run({})).result;
    }),
  );
  expect(results).toEqual(numbers);
});
