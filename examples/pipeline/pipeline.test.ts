import { expect, it } from 'vitest';
import { runPipeline } from './run.js';

it('brings what its references say', async () => {
  const { jobId, timeTook, ...document } = await runPipeline();
  expect(jobId).toHaveLength(12);
  expect(timeTook).toBeGreaterThan(0);
  const name = (batchIndex: number, sentences: string, grades: number) => ({
    nodeName: 'names',
    algorithmName: 'report',
    batchIndex,
    result: { sentences, grades },
  });
  expect(document).toMatchObject({
    status: 'completed',
    data: [
      {
        nodeName: 'report',
        result: {
          sentences: [3, 7, 6],
          grades: ['short', 'long', 'long'],
          of: { author: expect.stringContaining('Ishmael') },
        },
      },
      name(1, 'Ishmael', 1),
      name(2, 'Ishmael', 2),
      name(3, 'Ahab', 1),
      name(4, 'Ahab', 2),
    ],
  });
});
