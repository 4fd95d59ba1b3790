// Curves in the inspector: of tasks of a local HKube, and of an algorithm that is looked at by itself.

import { expect, it, onTestFinished } from 'vitest';
import { createLocalHKube } from '../../src/local.js';
import type { AlgorithmApi, Task } from 'algorithm-actor';
import type { Frame } from '#inspector/frames';
import { connectAlgorithm } from '#test/support/algorithm';
import { keepLog } from '#test/support/in-process';
import { look } from '#test/support/looking';
import { temporaryFolder } from '#test/support/temporary';

const train = {
  start: ({ input: [steps] }: Task<readonly [number]>, { metrics }: AlgorithmApi): void => {
    for (let step = 0; step < steps; step += 1) metrics.scalar('loss', 1, step);
  },
};
const pipeline = (steps: number) => ({
  name: 'training',
  nodes: [{ nodeName: 'fit', algorithmName: 'train', input: [steps] }],
});

/** What was told, as `node: tag steps`. */
const told = (frames: readonly Frame[]): string[] =>
  frames.flatMap((frame) =>
    frame.kind === 'scalars'
      ? frame.series.map(
          ({ tag, points }) => `${frame.task.nodeName}: ${tag} ${points.map(([step]) => step).join(' ')}`,
        )
      : [],
  );

it('tasks of a local HKube show theirs, those of former processes, too', async () => {
  const options = {
    algorithms: { train: { handlers: train } },
    ...{ inspect: { port: 0 }, ports: { workers: 0 }, stateDir: temporaryFolder(), logger: keepLog() },
  };
  const before = createLocalHKube(options);
  await before.start();
  await before.runRaw(pipeline(2)).done;
  await before.stop();
  const hkube = createLocalHKube(options);
  await hkube.start();
  onTestFinished(hkube.stop);
  const { frames } = await look(hkube.inspector ?? '');
  await expect.poll(() => told(frames)).toEqual(['fit: loss 0 1']);
  const { jobId } = await hkube.runRaw(pipeline(3)).done;
  await expect.poll(() => told(frames)).toEqual(['fit: loss 0 1', 'fit: loss 0 1 2']);
  const last = frames.findLast((frame) => frame.kind === 'scalars');
  expect(last).toMatchObject({ task: { jobId, algorithmName: 'train', pipelineName: 'training', attempts: 0 } });
});

it('an algorithm by itself shows what it writes, and what it has written', async () => {
  const { connection, logs } = await connectAlgorithm(train, {
    ...{ inspect: { port: 0 }, metricsDir: temporaryFolder() },
  });
  await connection.begin({ input: [2] });
  await connection.next('done');
  const link = logs.map((line) => /inspector: (\S+)/.exec(line)?.[1]).find((found) => found !== undefined);
  const { frames } = await look(link ?? '');
  await expect.poll(() => told(frames)).toEqual(['node: loss 0 1']);
  await connection.begin({ input: [3], taskId: 'next' });
  await connection.next('done');
  await expect.poll(() => told(frames)).toEqual(['node: loss 0 1', 'node: loss 0 1 2']);
});
