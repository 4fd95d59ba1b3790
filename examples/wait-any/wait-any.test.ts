import { randomUUID } from 'node:crypto';
import { testAlgorithm } from 'algorithm-actor/testing';
import { expect, it, onTestFinished } from 'vitest';
import { documentOf, expectedIn, run, shownIn } from '#test/support/readme';
import * as diary from './algorithms/diary.js';
import * as label from './algorithms/label.js';
import * as load from './algorithms/load.js';
import { notesOf } from './notes.js';

const here = import.meta.dirname;

/** A run of its own, and what was noted in it. */
function job() {
  const jobId = randomUUID();
  const notes = notesOf({ jobId });
  onTestFinished(() => notes.remove());
  return { jobId, notes };
}

it.each(shownIn(here))('prints what its README shows', async ({ command, output }) => {
  const ran = await run(here, command);
  expect(ran.printed).toBe(output);
  expect(ran.code).toBe(0);
  expect(documentOf(ran)).toEqual(expectedIn(here));
});

it('has the large photo when the small one has its label, and no sooner', async () => {
  const { jobId, notes } = job();
  await using loading = testAlgorithm(load);
  await using labelling = testAlgorithm(label);
  const large = loading.start({ jobId, input: ['large'] });
  await large.until('started');
  await loading.run({ jobId, input: ['small'] });
  expect(await notes.all()).toEqual(['small is loaded']);
  await labelling.run({ jobId, input: ['small'] });
  expect((await large.ended).result).toBe('large');
});

it('stops waiting when it is stopped', async () => {
  const { jobId } = job();
  await using test = testAlgorithm(load);
  const large = test.start({ jobId, input: ['large'] });
  await large.until('started');
  expect((await large.stop()).outcome.kind).toBe('stopped');
});

it('tells what has happened, and leaves nothing behind', async () => {
  const { jobId, notes } = job();
  await notes.add('small is loaded');
  await using test = testAlgorithm(diary);
  expect((await test.run({ jobId, input: [[]] })).result).toEqual({ labels: [], order: ['small is loaded'] });
  expect(await notes.all()).toEqual([]);
});
