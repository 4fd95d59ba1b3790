import { testAlgorithm } from 'algorithm-actor/testing';
import { afterAll, expect, it } from 'vitest';
import * as spans from './spans.js';

const test = testAlgorithm(spans);
afterAll(() => test.close());

/** A span that went well and had nothing inside. */
const plain = { tags: {}, error: null, children: [] };

it('a page that fails marks its own span, and overlapping spans stand one in another', async () => {
  const task = await test.run({ input: [[{ name: 'a', text: 'one two' }, { name: 'b' }, { name: 'c', text: 'one' }]] });
  expect(task.result).toBe('a');
  const c = { ...plain, name: 'read page', tags: { page: 'c' } };
  const b = { ...plain, name: 'read page', tags: { page: 'b' }, error: 'page b is blank', children: [c] };
  const a = { ...plain, name: 'read page', tags: { page: 'a' }, children: [b] };
  expect(task.spans).toEqual([
    { ...plain, name: 'read', tags: { pages: 3 }, children: [a] },
    { ...plain, name: 'choose', tags: { words: 2 } },
  ]);
});

it('what is open when the task fails is finished with the error, before the worker hears of it', async () => {
  const task = await test.run({ input: [[{ name: 'b' }]] });
  const error = 'none of the pages could be read';
  expect(task.outcome).toMatchObject({ kind: 'failed', error: { message: error } });
  expect(task.spans.at(-1)).toEqual({ ...plain, name: 'choose', error });
  expect(task.frames.slice(-2)).toMatchObject([
    { command: 'finishSpan', data: { error } },
    { command: 'errorMessage' },
  ]);
});
