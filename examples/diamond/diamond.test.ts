import { testAlgorithm } from 'algorithm-actor/testing';
import { expect, it } from 'vitest';
import { documentOf, expectedIn, run, shownIn } from '#test/support/readme';
import * as frequencies from './algorithms/frequencies.js';
import * as paragraphs from './algorithms/paragraphs.js';
import * as readability from './algorithms/readability.js';
import * as table from './algorithms/table.js';

const here = import.meta.dirname;

it.each(shownIn(here))('prints what its README shows', async ({ command, output }) => {
  const ran = await run(here, command);
  expect(ran.printed).toBe(output);
  expect(ran.code).toBe(0);
  expect(documentOf(ran)).toEqual(expectedIn(here));
});

it('splits a text where a line is empty', async () => {
  await using test = testAlgorithm(paragraphs);
  const task = await test.run({ input: ['Call me\nIshmael.\n\n\nBut look!\n \n'] });
  expect(task.result).toEqual(['Call me Ishmael.', 'But look!']);
});

it('counts a word in upper and lower case, and in any language', async () => {
  await using test = testAlgorithm(frequencies);
  expect((await test.run({ input: ['The sea, the Größe!'] })).result).toEqual({ the: 2, sea: 1, größe: 1 });
});

it('finds short sentences of short words easy', async () => {
  await using test = testAlgorithm(readability);
  const easy = await test.run({ input: ['Call me Ishmael. I went to sea.'] });
  expect(easy.result).toEqual({ words: 7, sentences: 2, ease: 107 });
  const hard = await test.run({ input: ['Circumambulate the insular Manhattoes'] });
  expect(hard.result.ease).toBeLessThan(0);
  expect((await test.run({ input: ['1851'] })).outcome.kind).toBe('failed');
});

it('takes for its own what the other paragraphs do not say', async () => {
  await using test = testAlgorithm(table);
  const counts = [
    { whale: 2, ship: 1 },
    { ship: 5, whale: 1, land: 1 },
  ];
  const ease = { words: 3, sentences: 1, ease: 90 };
  const [, , second] = (await test.run({ input: [counts, [ease, ease]] })).result;
  expect(second).toBe('        2      3    90  land, ship, whale');
});
