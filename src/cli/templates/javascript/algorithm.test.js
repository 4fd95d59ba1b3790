// Runs the algorithm against the worker of a local HKube, in this process.

import assert from 'node:assert/strict';
import { after, it } from 'node:test';
import { testAlgorithm } from 'algorithm-actor/testing';
import * as algorithm from './algorithm.js';

const test = testAlgorithm(algorithm);
after(() => test.close());

it('gives the words that come most often', async () => {
  const task = await test.run({ input: ['To be, or not to be:\nthat is the question', 2] });
  assert.deepEqual(task.result, [
    { word: 'to', times: 2 },
    { word: 'be', times: 2 },
  ]);
});

it('shows what it is doing', async () => {
  const task = await test.run({ input: ['one\ntwo'] });
  assert.deepEqual(task.progress.at(-1), { progress: 100, details: 'line 2 of 2' });
  assert.equal(task.spans[0]?.name, 'count');
});

it('says what is wrong with its input', async () => {
  const { outcome } = await test.run({ input: [] });
  assert.ok(outcome.kind === 'failed');
  assert.equal(outcome.error.message, 'the first input has to be a text');
});
