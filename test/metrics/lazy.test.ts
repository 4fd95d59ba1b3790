// What a task that writes no scalar pays for those that others write: nothing.

import { createRequire } from 'node:module';
import { expect, it } from 'vitest';
import type { AlgorithmApi, Task } from 'algorithm-actor';
import { connectAlgorithm } from '#test/support/algorithm';
import { temporaryFolder } from '#test/support/temporary';

it('the libraries of event files are loaded with the first scalar', async () => {
  const { cache } = createRequire(import.meta.url);
  const loaded = (): string[] => Object.keys(cache).filter((path) => /crc-32|bufbuild/.test(path));
  const { connection } = await connectAlgorithm(
    {
      start: ({ input: [writes] }: Task<readonly [boolean]>, { metrics }: AlgorithmApi) =>
        writes ? metrics.scalar('loss', 1, 0) : undefined,
    },
    { metricsDir: temporaryFolder() },
  );
  await connection.begin({ input: [false] });
  await connection.next('done');
  expect(loaded()).toEqual([]);
  await connection.begin({ input: [true], taskId: 'next' });
  await connection.next('done');
  expect(loaded()).not.toEqual([]);
});
