import { join } from 'node:path';
import { testAlgorithm } from 'algorithm-actor/testing';
import { expect, it } from 'vitest';
import { type Ran, run, shownIn } from '#test/support/readme';
import { temporaryFolder } from '#test/support/temporary';

const here = import.meta.dirname;

it('goes into local HKube, is built and run there, and prints the results that its README shows', async () => {
  const state = temporaryFolder();
  const ran: Ran[] = [];
  for (const { command, output } of shownIn(here)) {
    const one = await run(here, command, state);
    expect(one.code, one.printed).toBe(0);
    if (output !== '\n' && output !== '') expect(`${one.stdout}\n`).toContain(output);
    ran.push(one);
  }
  const [, apply, , versions] = ran;
  expect(apply?.printed).toMatch(/The entry loads, and has `start`\.[\s\S]*completed[\s\S]*: the current one\n/);
  expect(versions?.stdout).toMatch(/^\* +1\.0\.0 .* local\/language:v\w+$/m);
});

it('knows a language by its small words, and says when it knows none', async () => {
  await using test = testAlgorithm({ entry: join(here, 'src/index.js') });
  const task = await test.run({ input: ['Das also war des Pudels Kern und nicht der Mond'] });
  expect(task.result).toEqual({ language: 'german', found: 4 });
  expect(task.progress).toHaveLength(5);
  expect((await test.run({ input: ['42'] })).result).toEqual({ language: 'unknown', found: 0 });
  expect((await test.run({ input: [] })).outcome.kind).toBe('failed');
});
