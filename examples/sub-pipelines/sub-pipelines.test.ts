import { join } from 'node:path';
import { type SubPipelineFake, testAlgorithm } from 'algorithm-actor/testing';
import { expect, it } from 'vitest';
import { documentOf, expectedIn, run, shownIn } from '#test/support/readme';
import * as average from './algorithms/average.js';
import * as forecast from './algorithms/forecast.js';
import * as trend from './algorithms/trend.js';

const here = import.meta.dirname;
const series = [1, 2, 3, 4];
const averages: SubPipelineFake = () => [{ result: 3 }, { result: 4 }];
const never: SubPipelineFake = (_, ends) => ends.never();

it.each(shownIn(here))('prints what its README shows', async ({ command, output }) => {
  const ran = await run(here, command);
  expect(ran.printed).toBe(output);
  expect(ran.code).toBe(0);
  expect(documentOf(ran)).toEqual(expectedIn(here));
});

it('stops the search as soon as the others have answered', async () => {
  await using test = testAlgorithm(forecast, {
    subPipelines: { averages, trend: () => [{ result: 5 }], search: never },
  });
  const task = await test.run({ input: [series] });
  expect(task.result).toEqual({ averages: [3, 4], trend: 5, search: 'stopped: the others were enough' });
  expect(task.requests).toMatchObject([
    { kind: 'stored', name: 'averages', flowInput: { series } },
    { kind: 'raw', name: 'trend' },
    { kind: 'raw', name: 'search', end: { kind: 'stopped', by: 'algorithm' } },
  ]);
});

it('takes what the search has found where that comes first', async () => {
  const later: SubPipelineFake = async () => {
    await running.until('subPipelineDone');
    return [{ result: 5 }];
  };
  await using test = testAlgorithm(forecast, { subPipelines: { '*': later, search: () => [{ result: 6 }] } });
  const running = test.start({ input: [series] });
  expect((await running.ended).result).toEqual({ averages: [5], trend: 5, search: 'found 6' });
});

it('does without the averages that have failed', async () => {
  const some: SubPipelineFake = () => [{ result: 3 }, { error: 'the series has 4 values, the window 6' }];
  await using test = testAlgorithm(forecast, { subPipelines: { averages: some, '*': () => [{ result: 5 }] } });
  expect((await test.run({ input: [series] })).result).toMatchObject({ averages: [3] });
});

it('fails with the words of the one that fails, and stops the others', async () => {
  const failing: SubPipelineFake = () => {
    throw new RangeError('no trend');
  };
  await using test = testAlgorithm(forecast, { subPipelines: { averages: never, trend: failing, search: never } });
  const task = await test.run({ input: [series] });
  expect(task.outcome).toMatchObject({ error: { message: expect.stringContaining('no trend') } });
  expect(task.requests.map(({ end }) => end?.kind)).toEqual(['stopped', 'failed', 'stopped']);
});

it('takes along what it has started when it is stopped', async () => {
  await using test = testAlgorithm(forecast, { subPipelines: { '*': never } });
  const running = test.start({ input: [series] });
  await running.until('subPipelineStarted');
  const task = await running.stop('never mind');
  expect(task.outcome).toEqual({ kind: 'stopped', reason: 'never mind' });
  expect(task.requests.map(({ end }) => end?.kind)).toEqual(['stopped', 'stopped', 'stopped']);
});

it('searches until it is stopped', async () => {
  await using test = testAlgorithm({ entry: join(here, 'algorithms/search.ts') }, { timeoutMs: 20_000 });
  const running = test.start({ input: [series] });
  await running.until('started');
  expect((await running.stop()).outcome.kind).toBe('stopped');
});

it('averages the last values, and draws a line through all', async () => {
  await using averaging = testAlgorithm(average);
  expect((await averaging.run({ input: [series, 3] })).result).toBe(3);
  expect((await averaging.run({ input: [series, 5] })).outcome.kind).toBe('failed');
  await using drawing = testAlgorithm(trend);
  expect((await drawing.run({ input: [series] })).result).toBe(5);
  expect((await drawing.run({ input: [[1]] })).outcome.kind).toBe('failed');
});
