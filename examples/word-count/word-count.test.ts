import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { testAlgorithm } from 'algorithm-actor/testing';
import { expect, it } from 'vitest';
import * as wordCount from './word-count.js';

/** A file of so many words, and what removes it. */
async function fileOf(words: number): Promise<{ file: string } & AsyncDisposable> {
  const folder = await mkdtemp(join(tmpdir(), 'word-count-'));
  const file = join(folder, 'sea.txt');
  await writeFile(file, 'whale sea whale '.repeat(words / 3));
  return { file, [Symbol.asyncDispose]: () => rm(folder, { recursive: true }) };
}

it('counts a chunk by itself', async () => {
  await using test = testAlgorithm(wordCount);
  const task = await test.run({ input: ['The whale, the sea'] });
  expect(task.result).toEqual({ the: 2, whale: 1, sea: 1 });
  expect(task.requests).toEqual([]);
});

it('has each chunk of its files counted by a sub-pipeline of its own, and merges the counts', async () => {
  await using text = await fileOf(60_000);
  // It is its own sub-pipeline.
  await using chunks = testAlgorithm(wordCount);
  await using test = testAlgorithm(wordCount, {
    subPipelines: {
      '*': async ({ flowInput }) => [{ result: (await chunks.run({ input: [String(flowInput.chunk)] })).result }],
    },
  });
  const task = await test.run({ input: [{ files: [text.file], top: 1 }] });
  expect(task.result).toMatchObject({ top: [{ word: 'whale', count: 40_000 }], words: 60_000, chunks: 4 });
  expect(task.requests.map(({ kind, name }) => `${kind} ${name}`)).toEqual([
    'raw count-1',
    'raw count-2',
    'raw count-3',
    'raw count-4',
  ]);
  expect(task.progress.at(-1)).toEqual({ progress: 100, details: '4 of 4 chunks' });
  expect(task.spans.map(({ name }) => name)).toEqual(['read', 'cut', 'count', 'merge']);
});

it('fails with the words of a chunk that fails, in the span where it did', async () => {
  await using text = await fileOf(3);
  await using test = testAlgorithm(wordCount, {
    subPipelines: {
      'count-1': () => {
        throw new RangeError('no room for whales');
      },
    },
  });
  const task = await test.run({ input: [{ files: [text.file] }] });
  expect(task.outcome).toMatchObject({ kind: 'failed', error: { code: 'SUB_PIPELINE_FAILED' } });
  expect(task.spans.at(-1)).toMatchObject({ name: 'count', error: expect.stringContaining('no room for whales') });
});
