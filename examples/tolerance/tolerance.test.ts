import { join } from 'node:path';
import { testAlgorithm } from 'algorithm-actor/testing';
import { expect, it } from 'vitest';
import { documentOf, expectedIn, run, shownIn } from '#test/support/readme';
import * as mean from './algorithms/mean.js';
import * as parse from './algorithms/parse.js';

const here = import.meta.dirname;
const ends = [
  { what: 'completes without what has failed', code: 0, expected: 'expected.json' },
  { what: 'fails where less is tolerated', code: 1, expected: 'expected-strict.json' },
];
const cases = shownIn(here).map((shown, index) => ({ ...shown, ...ends[index] }));

it.each(cases)('$what', async ({ command, output, code, expected }) => {
  const [ran, asJson] = await Promise.all([run(here, command), run(here, `${command} --json`)]);
  expect(ran.printed).toBe(output);
  expect(ran.code).toBe(code);
  expect(asJson.code).toBe(code);
  expect(documentOf(asJson)).toEqual(expectedIn(here, expected));
});

it('crashes at its first attempt, and has the readings at its second', async () => {
  await using test = testAlgorithm({ entry: join(here, 'algorithms/collect.ts') });
  const first = await test.run({ attempts: 0 });
  expect(first.outcome).toMatchObject({ kind: 'failed', error: { code: 'HANDLER_CRASHED' } });
  expect((await test.run({ attempts: 1 })).result).toContain('12.5');
});

it.each(['n/a', '', ' '])('parses %j into an error', async (text) => {
  await using test = testAlgorithm(parse);
  const { outcome } = await test.run({ input: [text] });
  expect(outcome).toMatchObject({ kind: 'failed', error: { message: `"${text}" is no number` } });
});

it('parses a number, and makes the mean of some', async () => {
  await using parsing = testAlgorithm(parse);
  expect((await parsing.run({ input: [' -1.5e1'] })).result).toBe(-15);
  await using averaging = testAlgorithm(mean);
  expect((await averaging.run({ input: [[1, 2, 6]] })).result).toEqual({ mean: 3, of: 3 });
  expect((await averaging.run({ input: [[]] })).outcome.kind).toBe('failed');
});
