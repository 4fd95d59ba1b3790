// The same tests for the test runner of Node: the kit knows no runner.

import assert from 'node:assert/strict';
import { after, it } from 'node:test';
import { testAlgorithm } from 'algorithm-actor/testing';
import * as hello from './hello.js';

const test = testAlgorithm(hello);
after(() => test.close());

it('greets whom it is given', async () => {
  const task = await test.run({ input: ['HKube'] });
  assert.equal(task.result, 'Hello, HKube!');
});

it('says what was on the line', async () => {
  const { outcome, frames } = await test.run({ input: [] });
  assert.deepEqual(outcome, { kind: 'succeed', result: 'Hello, world!' });
  assert.deepEqual(
    frames.map(({ from, command }) => `${from}: ${command}`),
    ['worker: initialize', 'algorithm: initialized', 'worker: start', 'algorithm: started', 'algorithm: done'],
  );
});
