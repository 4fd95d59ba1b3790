// The same without a process or a socket: what the algorithm makes of sub-pipelines that answer, fail, are stopped, or never
// answer, and of a connection that breaks.

import { testAlgorithm, type SubPipelineFake } from 'algorithm-actor/testing';
import { expect, it } from 'vitest';
import * as lookup from './lookup.js';

/** Looks up a whale in a dictionary of this kind. */
async function lookUp(dictionary: SubPipelineFake) {
  await using test = testAlgorithm(lookup, { subPipelines: { dictionary } });
  return await test.run({ input: ['whale'] });
}

it('gives what the dictionary says', async () => {
  const task = await lookUp(({ flowInput }) => [{ nodeName: 'word', result: `${String(flowInput.word)}: a mammal` }]);
  expect(task.result).toBe('whale: a mammal');
  expect(task.requests).toMatchObject([{ kind: 'stored', name: 'dictionary', flowInput: { word: 'whale' } }]);
});

it('has an answer of its own when the dictionary fails, or somebody stops it', async () => {
  const failing = await lookUp(() => {
    throw new RangeError('no letter w');
  });
  expect(failing.result).toMatch(/^no entry for whale: .*no letter w/);
  const stopped = await lookUp((_, ends) => ends.stopped('we are closing'));
  expect(stopped.result).toMatch(/^no entry for whale: .*we are closing/);
});

it('stops the dictionary when it is stopped itself', async () => {
  await using test = testAlgorithm(lookup, { subPipelines: { dictionary: (_, ends) => ends.never() } });
  const running = test.start({ input: ['whale'] });
  await running.until('subPipelineStarted');
  const task = await running.stop('never mind');
  expect(task.outcome).toEqual({ kind: 'stopped', reason: 'never mind' });
  expect(task.requests[0]?.end).toMatchObject({ kind: 'stopped', by: 'algorithm' });
});

it('begins again when its connection breaks: HKube makes another attempt of it', async () => {
  let asked = 0;
  const dictionary: SubPipelineFake = (_, ends) => ((asked += 1) === 1 ? ends.never() : [{ result: 'a mammal' }]);
  await using test = testAlgorithm(lookup, { subPipelines: { dictionary } });
  const running = test.start({ input: ['whale'] });
  await running.until('subPipelineStarted');
  await running.cut();
  expect((await running.ended).outcome.kind).toBe('crashed');
  expect((await test.run({ input: ['whale'], attempts: 1 })).result).toBe('a mammal');
});
