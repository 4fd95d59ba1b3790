// `check`: whether an algorithm loads and has start, whatever its code does meanwhile.

import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkEntry } from '#cli/check-entry';
import { project } from '#test/support/projects';
import { temporaryFolder } from '#test/support/temporary';

describe('check', () => {
  it('says that an algorithm loads, on stdout; what its code prints is on stderr, and what holds its process is ended', async () => {
    const { run, path } = project({
      'index.ts': `export const start = (): number => 1; console.log('hi'); setInterval(() => 0, 1e9);`,
    });
    expect(await run('check', '.')).toEqual({
      code: 0,
      stdout: `${path('index.ts')}: it loads, and has \`start\`.\n`,
      stderr: 'hi\n',
    });
    expect(JSON.parse((await run('check', 'index.ts', '--json')).stdout)).toEqual({
      ...{ entry: path('index.ts'), ok: true, error: null },
    });
  });

  it.each<[what: string, content: string, words: RegExp]>([
    ['has no start', 'export const go = 1;', /index\.mjs: `start`: expected a function/],
    ['throws', `\nthrow new TypeError('no model');`, /could not be loaded: no model[^]*index\.mjs:2/],
    ['has an error of syntax', `\nexport const start = (`, /index\.mjs:\d+: the module could not be loaded/],
    ['exits', 'process.exit(0);', /its process ended with exit code 0\. Does it call exit/],
    ['waits for what never comes', 'await new Promise(() => 0);', /its process ended with exit code \d+/],
  ])('of one that %s says so, with code 2', async (_, content, words) => {
    const { run } = project({ 'index.mjs': content });
    const { code, stdout, stderr } = await run('check', 'index.mjs');
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(words);
    const { code: again, stdout: json } = await run('check', '.', '--json');
    expect(again).toBe(2);
    expect(JSON.parse(json)).toMatchObject({ ok: false, error: { message: expect.stringMatching(words) } });
  });

  it('waits for no code that spins', async () => {
    const { run } = project({ 'index.mjs': 'for (;;);' });
    expect(await run('check', '.', '--timeout', '1')).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/it has not loaded within 1 s\. What takes long belongs into `initialize`/),
    });
  });

  it.each([
    ['nope.js', /nope\.js: no such file/],
    ['main.jar', /Java cannot run here yet/],
    ['empty', /this folder has none of main\.py, index\.js/],
  ])('of %s says what is wrong', async (entry, words) => {
    const { run } = project({ 'main.jar': '', 'empty/a': '' });
    expect(await run('check', entry)).toMatchObject({ code: 2, stderr: expect.stringMatching(words) });
  });
});

it('a check that is aborted ends the code that is loaded', async () => {
  const entry = join(temporaryFolder({ 'index.mjs': `console.log('spinning'); for (;;);` }), 'index.mjs');
  const aborter = new AbortController();
  const { failure } = await checkEntry(entry, { signal: aborter.signal, onLine: () => aborter.abort() });
  expect(failure?.message).toMatch(/index\.mjs: it was stopped while it was loaded/);
});

it('a check that was aborted before begins nothing', async () => {
  const lines: string[] = [];
  const entry = join(temporaryFolder({ 'index.mjs': `console.log('loaded'); for (;;);` }), 'index.mjs');
  const { failure } = await checkEntry(entry, { signal: AbortSignal.abort(), onLine: (line) => lines.push(line) });
  expect(failure?.message).toMatch(/it was stopped/);
  expect(lines).toEqual([]);
});
